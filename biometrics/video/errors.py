"""What can be wrong with a video, said so that the person who sent it can mend it."""

from biometrics.errors import SampleRejected


class NotAVideo(SampleRejected):
    """The bytes are of another kind than the videos that are taken."""

    code = "not_a_video"


class VideoUnreadable(SampleRejected):
    """The file is damaged, cut off, or coded in a way that cannot be decoded within limits."""

    code = "video_unreadable"


class VideoWithoutPictures(SampleRejected):
    """The file holds sound only, or no picture at all."""

    code = "video_without_pictures"


class VideoTooLarge(SampleRejected):
    """More bytes or larger pictures than allowed."""

    code = "video_too_large"


class VideoTooLong(SampleRejected):
    """More seconds than allowed."""

    code = "video_too_long"


class NoFaceInVideo(SampleRejected):
    """No sampled frame shows a face that can be used."""

    code = "no_face_in_video"
