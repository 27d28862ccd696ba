"""The operator's settings: read from NISHAN_* variables or a .env file, checked once at start.

Every setting has a line in .env.example (a test checks it). What changes accuracy is not a
setting: algorithm parameters live in the parameters.py of their package, under version control.
"""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import InputRejected


class SettingsInvalid(InputRejected):
    """A setting has a value that cannot work."""

    code = "settings_invalid"


class Settings(BaseSettings):
    """All settings. An empty URL means: use the embedded part that `nishan up` starts."""

    model_config = SettingsConfigDict(env_prefix="NISHAN_", env_file=".env", extra="ignore")

    # where things live
    data_dir: Path = Path("data")
    models_dir: Path = Path("models/weights")
    package_index_url: str = ""
    snapshot_dir: str = ""
    snapshot_minutes: int = Field(15, ge=0, le=1440)

    # the console and the API
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=1, le=65535)
    api_processes: int = Field(1, ge=1, le=64)
    worker_processes: int = Field(1, ge=1, le=64)
    secure_cookies: bool = False

    # PostgreSQL
    database_url: SecretStr = SecretStr("")
    database_pool: int = Field(10, ge=2, le=200)
    embedded_database_port: int = Field(0, ge=0, le=65535)

    # object store (S3)
    s3_endpoint: str = ""
    s3_access_key: SecretStr = SecretStr("")
    s3_secret_key: SecretStr = SecretStr("")
    s3_bucket: str = "nishan"
    s3_region: str = "us-east-1"
    s3_secure: bool = False
    image_key: SecretStr = SecretStr("")
    """32 bytes in base64: the key that encrypts images before they leave the application."""

    # where backups go that name a bucket; without an endpoint: the object store above
    backup_s3_endpoint: str = ""
    backup_s3_access_key: SecretStr = SecretStr("")
    backup_s3_secret_key: SecretStr = SecretStr("")
    backup_s3_secure: bool = True

    # limits on what is sent
    max_upload_bytes: int = Field(20_000_000, ge=10_000)
    max_request_bytes: int = Field(60_000_000, ge=10_000)
    max_image_pixels: int = Field(50_000_000, ge=100_000)
    max_batch_bytes: int = Field(2_000_000_000, ge=1_000_000)
    max_video_bytes: int = Field(500_000_000, ge=100_000)
    max_video_seconds: int = Field(600, ge=1, le=14_400)
    keep_videos_days: int = Field(0, ge=0)
    video_bytes_per_account: int = Field(20_000_000_000, ge=100_000)
    video_bytes_per_state: int = Field(500_000_000_000, ge=100_000)

    # accounts
    token_minutes: int = Field(30, ge=1, le=1440)
    lockout_attempts: int = Field(5, ge=1, le=100)
    lockout_minutes: int = Field(15, ge=1, le=1440)

    # law and place
    default_state_code: str = Field("29", pattern=r"^\d{2}$")

    # matching
    face_detector: str = "yunet"
    face_embedder: str = "sface"
    face_population: str = Field("mugshots", pattern="^(mugshots|mixed)$")
    """Whose false-match rates are stated for faces, unless one of the own gallery was chosen."""
    minutiae_network: str = "leader"
    max_candidates: int = Field(200, ge=1, le=500)
    search_threads: int = Field(0, ge=0, le=256)
    """Threads of a process that search fingers at once; 0: the cores divided by the api processes."""

    # many machines
    cluster_address: str = Field("", pattern=r"^([^\s:]+:\d{1,5})?$")
    """host:port of the cluster's head; empty: every process holds the whole gallery."""
    cluster_host: str = ""
    cluster_token: SecretStr = SecretStr("")
    cluster_shards: int = Field(2, ge=1, le=64)
    cluster_replicas: int = Field(2, ge=1, le=4)

    # demonstration
    demo: bool = True
    demo_people: int = Field(200, ge=0, le=200)

    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process.

    Raises:
        SettingsInvalid: a variable has a value out of range; the message names each one.
    """
    try:
        return Settings()
    except ValidationError as problem:
        lines = [
            f"NISHAN_{'_'.join(str(part) for part in error['loc']).upper()}: {error['msg']}"
            for error in problem.errors()
        ]
        raise SettingsInvalid("Correct these settings: " + "; ".join(lines)) from problem
