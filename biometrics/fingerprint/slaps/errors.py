"""What a slap can be besides fingers, said so that the person who sent it can mend it."""

from biometrics.errors import SampleRejected


class NotFingers(SampleRejected):
    """There are ridges, but of a palm, or nowhere of the shape of a fingertip."""

    code = "not_fingers"


class FingersExpectedNone(SampleRejected):
    """All fingers of the slap were stated as missing, so there is nothing to look for."""

    code = "fingers_expected_none"
