"""The constants of enrolment, duplicate search, retries and the worker; each with its reason."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class DuplicateParameters:
    """When somebody already known is proposed to a person for confirmation.

    Attributes:
        rate: A stranger's comparison reaches this false-match rate once in ten thousand.
        expected_strangers: In a large gallery the rate alone would propose strangers at every
            enrolment; at most one enrolment in ten may ask about one of them.
        candidates: People shown at most. A person has one true record; more than a few proposals
            mean a poor sample, which more names do not mend.
        same_print_rate: Rate below which two prints of one enrolment count as one finger given
            twice. With 45 pairs on a ten-print card, one honest card in 2,000 is held back.
    """

    rate: float = 1e-4
    expected_strangers: float = 0.1
    candidates: int = 5
    same_print_rate: float = 1e-5


@dataclass(frozen=True)
class RetryRule:
    """How often and how soon a job is tried again after an error of one family.

    Attributes:
        attempts: Further attempts; None for as many as it takes.
        first_wait_s: Before the first of them; doubles each time.
        longest_wait_s: Upper end of the doubling.
    """

    attempts: int | None
    first_wait_s: float = 0.0
    longest_wait_s: float = 0.0


@dataclass(frozen=True)
class WorkerParameters:
    """How a worker keeps its jobs.

    Attributes:
        heartbeat_s: A worker reports itself alive this often.
        stalled_after_s: A worker silent for so long counts as dead and its jobs start again. Five
            heartbeats: a busy machine may delay some, and an early restart only costs time, since
            jobs are safe to run twice.
        poll_s: Look for jobs this often even when no notification came.
        unfinished_after_s: An enrolment not touched for so long without a job gets a new one.
        old_jobs_h: Finished jobs are kept this long for inspection.
        orphan_grace_h: Objects without a row are removed after this time; an upload in progress
            writes its objects first and its rows within seconds.
        background_niceness: Of the threads of batches and videos: beside a busy thread of ordinary priority
            such a one gets a tenth of a core (sched(7)), enough to let go of a lock it holds.
        most_threads: Upper end of the threads of one worker process; each holds one image and
            its networks' buffers (about 200 MB for a fingerprint).
    """

    heartbeat_s: float = 3.0
    stalled_after_s: float = 15.0
    poll_s: float = 2.0
    unfinished_after_s: float = 600.0
    old_jobs_h: int = 72
    orphan_grace_h: int = 24
    background_niceness: int = 10
    most_threads: int = 8


@dataclass(frozen=True)
class CaptureParameters:
    """What one enrolment may hold.

    Attributes:
        most_samples: Ten fingers plain and rolled, and a few photographs.
        photographs_searched: Of one searched person; more of them hardly make the mean any better.
        unknown_prints_searched: Prints of one searched person whose fingers are not known.
        thumbnail_side_px: Longest side of the small picture kept beside each image.
        thumbnail_quality: JPEG quality of it.
        small_file_bytes: A JPEG of at most so many bytes and twice that side is shown as it is: it is decoded
            as fast, and a search of it waits for one object less.
    """

    most_samples: int = 30
    photographs_searched: int = 5
    unknown_prints_searched: int = 10
    thumbnail_side_px: int = 240
    thumbnail_quality: int = 80
    small_file_bytes: int = 32_768


@dataclass(frozen=True)
class BatchParameters:
    """What one batch of probes may hold.

    Attributes:
        most_probes: A laboratory's largest folder seen is some thousands.
        most_unpacked_ratio: Images hardly compress; an archive that unpacks to a hundred times
            its size is a bomb.
        list_name: Name of the file inside an archive that describes the others.
        slice_s: A batch gives its thread back after so long, so that others come to their turn.
    """

    most_probes: int = 20_000
    most_unpacked_ratio: float = 100.0
    list_name: str = "list.csv"
    slice_s: float = 10.0


@dataclass(frozen=True)
class VideoJobParameters:
    """How videos are looked through.

    Attributes:
        at_once: In the whole service, by the lock of their jobs; a worker has a thread more for it.
        progress_s: Progress is written this often at most.
    """

    at_once: int = 1
    progress_s: float = 1.0


@dataclass(frozen=True)
class RebuildParameters:
    """How samples are extracted again for another generation of templates.

    Attributes:
        slice_s: A job gives its thread back after so long, so that others come to their turn.
        at_once: Samples looked up by one query; each is extracted and kept on its own.
    """

    slice_s: float = 5.0
    at_once: int = 20


@dataclass(frozen=True)
class EnrollParameters:
    """All constants of this package."""

    duplicates: DuplicateParameters = field(default_factory=DuplicateParameters)
    worker: WorkerParameters = field(default_factory=WorkerParameters)
    capture: CaptureParameters = field(default_factory=CaptureParameters)
    batch: BatchParameters = field(default_factory=BatchParameters)
    video: VideoJobParameters = field(default_factory=VideoJobParameters)
    rebuild: RebuildParameters = field(default_factory=RebuildParameters)


ENROLL = EnrollParameters()
