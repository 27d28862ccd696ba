"""What can be wrong with an enrolment, a decision about one, or a batch."""

from core.errors import Conflict, InputRejected, Unavailable


class NoSample(InputRejected):
    """An enrolment without a face or a finger."""

    code = "no_sample"


class TooManySamples(InputRejected):
    """More samples than one enrolment may hold."""

    code = "too_many_samples"


class UnknownPosition(InputRejected):
    """A print of which the finger is not stated."""

    code = "unknown_position"


class SamePositionTwice(InputRejected):
    """Two prints of one finger, taken the same way, in one enrolment."""

    code = "same_position_twice"


class MissingFingerUnknown(InputRejected):
    """A finger stated as missing does not belong on the slap."""

    code = "missing_finger_unknown"


class SameImageTwice(InputRejected):
    """One file given as two samples."""

    code = "same_image_twice"


class ReasonMissing(InputRejected):
    """A decision without a reason."""

    code = "reason_missing"


class NotACandidate(InputRejected):
    """A person was named who is not among the enrolment's candidates."""

    code = "not_a_candidate"


class DuplicatesChanged(Conflict):
    """Somebody alike was enrolled since the candidates were shown."""

    code = "duplicates_changed"


class GalleryIncomplete(Unavailable):
    """A part of the gallery did not answer: whether a person is known cannot be said."""

    code = "gallery_incomplete"


class ArchiveUnusable(InputRejected):
    """The upload is not a readable zip archive, or holds no probe."""

    code = "archive_unusable"


class ArchiveTooLarge(InputRejected):
    """The archive holds more files or bytes than a batch may."""

    code = "archive_too_large"


class ListUnusable(InputRejected):
    """The CSV list of probes cannot be read or names files that were not sent."""

    code = "list_unusable"


class FilesUnfit(InputRejected):
    """The files of a probe cannot be searched together."""

    code = "files_unfit"
