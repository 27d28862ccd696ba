"""The parts a worker works with: database, images, extractors, and a gallery that follows the feed."""

from dataclasses import dataclass, field

from biometrics.video.frames import VideoLimits
from cluster.opening import open_gallery
from core.settings import Settings
from enroll.engines import Engines
from matcher.searching import Searchable
from records.active_models import ActiveModels
from records.database import Database
from records.following import Following
from records.image_store import ImageStore


@dataclass(frozen=True)
class WorkerParts:
    """What jobs need; opened once per process.

    Attributes:
        keep_videos_days: After so many days a video is deleted; 0 for never.
    """

    database: Database
    store: ImageStore
    engines: Engines
    gallery: Searchable
    follower: Following
    video_limits: VideoLimits = field(default_factory=VideoLimits)
    keep_videos_days: int = 0

    @classmethod
    def open(cls, settings: Settings) -> "WorkerParts":
        """Open everything the settings name and load the gallery."""
        database = Database(settings.database_url.get_secret_value(), settings.database_pool)
        active = ActiveModels(database)
        follower = open_gallery(settings, database)
        parts = cls(
            database,
            ImageStore.from_settings(settings),
            Engines.open(settings, active),
            follower.gallery,
            follower,
            video_limits(settings),
            settings.keep_videos_days,
        )
        follower.start()
        return parts

    def close(self) -> None:
        """Stop following and let go of every connection."""
        self.follower.stop()
        self.database.dispose()


def video_limits(settings: Settings) -> VideoLimits:
    """Return the limits of one video in this installation."""
    return VideoLimits(settings.max_video_bytes, settings.max_video_seconds, settings.max_image_pixels)
