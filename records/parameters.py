"""Fixed numbers of the records: lock keys, timeouts, lengths. None of them changes what is found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Locks:
    """Keys of PostgreSQL advisory locks: the ASCII of ``NISHAN`` with a counter, so that no other user of
    the same database takes them by chance."""

    migration: int = 0x4E495348_414E_0001
    gallery_feed: int = 0x4E495348_414E_0002
    audit: int = 0x4E495348_414E_0003
    object_removal: int = 0x4E495348_414E_0004
    generations: int = 0x4E495348_414E_0010
    own_calibrations: int = 0x4E495348_414E_0012
    video_space: int = 0x4E495348_414E_0011


@dataclass(frozen=True)
class DatabaseParameters:
    """How long a caller waits at most before it hears "unavailable".

    Attributes:
        asked_after_s: A connection that was idle for longer is asked whether it lives before it is lent.
    """

    connect_timeout_s: int = 5
    pool_timeout_s: int = 10
    keepalive_idle_s: int = 30
    asked_after_s: float = 1.0


@dataclass(frozen=True)
class StoreParameters:
    """Timeouts of the object store; a put of 20 MB at 2 MB/s fits the read timeout."""

    connect_timeout_s: float = 3.0
    read_timeout_s: float = 30.0
    attempts: int = 2
    pool_connections: int = 16


@dataclass(frozen=True)
class PageParameters:
    """Sizes of pages."""

    largest: int = 200
    name_search_pool: int = 400
    """Best matches by shared keys that are ranked by similarity; deeper pages than this are not offered."""


@dataclass(frozen=True)
class AccountParameters:
    """Passwords and tokens. Length, not composition, makes a password strong (NIST SP 800-63B-4, 3.1.1)."""

    shortest_password: int = 12
    longest_password: int = 256
    token_bytes: int = 32
    keep_expired_days: int = 1


@dataclass(frozen=True)
class FeedParameters:
    """How a gallery is loaded and followed."""

    load_rows: int = 2000
    apply_rows: int = 1000
    reconnect_s: float = 0.5


@dataclass(frozen=True)
class SnapshotParameters:
    """When a gallery is written to files.

    Attributes:
        glance_s: How often it is looked whether one is due.
        collect_wipes_s: After a template was wiped: for others to come, so that one writing serves them
            all. With the glance and the writing itself this bounds how long files hold what was erased.
        changes: Changes after which one is due whatever the time: some ten seconds of catching up.
        retry_s: After one could not be written, for a full disk say.
        stop_s: How long the end of a process waits for a snapshot being written.
    """

    glance_s: float = 5.0
    collect_wipes_s: float = 20.0
    changes: int = 100_000
    retry_s: float = 300.0
    stop_s: float = 2.0


@dataclass(frozen=True)
class VideoParameters:
    """How videos are kept; a part is what one request to the store carries and a process holds."""

    part_bytes: int = 8_000_000


@dataclass(frozen=True)
class BackupParameters:
    """How a backup is written.

    Attributes:
        chunk_bytes: What is encrypted in one piece; a process holds a few of them.
        compression: zlib's level: 1 is four times as fast as its default and loses little on rows.
        senders: Images copied at the same time.
        part_bytes: What one request carries to a bucket of a file whose length is not known before; times
            the 10,000 parts that S3 allows this is the largest file.
        scrypt_cost: N of scrypt with r = 8, p = 1: 128 MiB (RFC 7914; OWASP's recommendation of 2023).
        named_at_most: So many faults are named one by one.
        longest_wait_s: For deletions of images under way to end, before another backup is supposed to run.
    """

    chunk_bytes: int = 1 << 20
    compression: int = 1
    senders: int = 8
    part_bytes: int = 64 << 20
    scrypt_cost: int = 1 << 17
    named_at_most: int = 10
    longest_wait_s: int = 60


class GenerationParameters:
    """How template generations are kept.

    Attributes:
        noticed_after_s: A process asks this often at most which generation is active.
        settled_after_s: The generation that was active before may be retired so long after the switch:
            a search whose probe was extracted before it has been answered by then.
        longest_commit_s: No transaction that completes an enrolment takes so long.
        delete_rows: Templates deleted in one transaction.
    """

    noticed_after_s: float = 0.5
    settled_after_s: float = 120.0
    longest_commit_s: float = 600.0
    delete_rows: int = 500


LOCKS = Locks()
DATABASE = DatabaseParameters()
STORE = StoreParameters()
PAGES = PageParameters()
ACCOUNTS = AccountParameters()
FEED = FeedParameters()
SNAPSHOTS = SnapshotParameters()
VIDEOS = VideoParameters()
BACKUP = BackupParameters()


@dataclass(frozen=True)
class CalibrationParameters:
    """How often a process asks which calibration of the own gallery is in use."""

    noticed_after_s: float = 1.0


GENERATIONS = GenerationParameters()
CALIBRATIONS = CalibrationParameters()
