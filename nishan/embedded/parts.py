"""The servers that run because no address of one is set: started together, watched, stopped together."""

from dataclasses import dataclass, field

from core.settings import Settings
from nishan.embedded.object_store import EmbeddedObjectStore
from nishan.embedded.postgres import EmbeddedPostgres
from nishan.installation import Installation


@dataclass
class EmbeddedParts:
    """The embedded servers of one installation; a part that the operator provides is None."""

    postgres: EmbeddedPostgres | None
    object_store: EmbeddedObjectStore | None
    restarts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings, place: Installation) -> "EmbeddedParts":
        """Return the parts that the settings leave to us; nothing is started yet."""
        postgres, object_store = None, None
        if not settings.database_url.get_secret_value():
            log = place.logs / "postgres.log"
            postgres = EmbeddedPostgres(place.data_dir / "postgres", log, settings.embedded_database_port)
        if not settings.s3_endpoint:
            log = place.logs / "object_store.log"
            object_store = EmbeddedObjectStore(place.data_dir / "object_store", log)
        return cls(postgres, object_store)

    def start(self) -> None:
        """Start what is ours and wait until it is ready."""
        if self.postgres:
            self.postgres.start()
            self.postgres.create_database("nishan")
        if self.object_store:
            self.object_store.start()

    def environment(self) -> dict[str, str]:
        """Return the settings by which the other processes reach our servers."""
        found: dict[str, str] = {}
        if self.postgres:
            found["NISHAN_DATABASE_URL"] = self.postgres.url
        if self.object_store:
            found["NISHAN_S3_ENDPOINT"] = self.object_store.endpoint
            found["NISHAN_S3_ACCESS_KEY"] = self.object_store.access_key
            found["NISHAN_S3_SECRET_KEY"] = self.object_store.secret_key
            found["NISHAN_S3_SECURE"] = "false"
        return found

    def restart_what_ended(self) -> bool:
        """Start again a server that ended by itself; return whether there was one."""
        ended = False
        for name, server in (("postgres", self.postgres), ("object_store", self.object_store)):
            if server and not server.running():
                server.start()  # on the remembered port: the address in the children's settings stays true
                self.restarts[name] = self.restarts.get(name, 0) + 1
                ended = True
        return ended

    def processes(self) -> list[dict[str, object]]:
        """Return the parts with their process ids."""
        servers = (("postgres", self.postgres), ("object_store", self.object_store))
        return [{"part": name, "pid": server.pid} for name, server in servers if server and server.pid]

    def stop(self, patience_s: float) -> None:
        """Stop what is ours, both at once; returns within ``patience_s`` or little more."""
        if self.object_store:
            self.object_store.ask_to_stop()
        if self.postgres:
            self.postgres.stop(patience_s)
        if self.object_store:
            self.object_store.stop(patience_s)
