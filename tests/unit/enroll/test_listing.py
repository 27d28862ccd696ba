"""The CSV list of a batch: every line understood or refused with its number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biometrics.fingerprint.slaps.positions import SlapPosition
from biometrics.template import FingerPosition, Impression, Modality
from enroll.errors import ListUnusable
from enroll.listing import ListedProbe, probe_from_name, read_list


def test_all_columns_are_read() -> None:
    text = "\ufefffile,modality,position,impression,dpi,probe\r\na.wsq,finger,3,latent,1000,Griff\r\n"
    assert read_list(text.encode(), Modality.FACE) == [
        ListedProbe(
            *("a.wsq", "Griff", Modality.FINGER, FingerPosition.RIGHT_MIDDLE, Impression.LATENT, 1000.0),
            joined=True,
            line=2,
        )
    ]


def test_slaps_sketches_faces_and_marked_minutiae_are_stated() -> None:
    text = (
        b"file,slap,missing,sketch,face_index,minutiae,probe\n"
        b"a.png,right_four,2 5,,,,\n"
        b"b.png,slap_two_thumbs,,no,,,\n"
        b"c.png,,,Yes,,,\n"
        b"d.png,,,,3,,\n"
        b"finger_0.png,,,,,mark.json,door\n"
        b"x/slap_left_four.png,,,,,,\n"
    )
    slap, thumbs, sketch, crowd, mark, named = read_list(text, Modality.FACE)
    assert (slap.slap, slap.modality) == (SlapPosition.RIGHT_FOUR, Modality.FINGER)
    assert slap.missing == (FingerPosition.RIGHT_INDEX, FingerPosition.RIGHT_LITTLE)
    assert (thumbs.slap, thumbs.sketch) == (SlapPosition.TWO_THUMBS, False)
    assert (sketch.sketch, sketch.modality) == (True, Modality.FACE)
    assert crowd.face_index == 3
    assert (mark.minutiae, mark.modality, mark.joined) == ("mark.json", Modality.FINGER, True)
    assert (named.slap, named.joined) == (SlapPosition.LEFT_FOUR, False)
    assert [probe.line for probe in (slap, thumbs, sketch, crowd, mark, named)] == [2, 3, 4, 5, 6, 7]


def test_what_a_line_states_is_believed_rather_than_the_name_of_its_file() -> None:
    text = b"file,modality,position\nslap_left_four.png,face,\nslap_left_four.png,finger,3\n"
    photo, single = read_list(text, Modality.FINGER)
    assert (photo.slap, photo.modality) == (None, Modality.FACE)
    assert (single.slap, single.position) == (None, FingerPosition.RIGHT_MIDDLE)


def test_only_the_file_is_needed() -> None:
    probes = read_list(b"file\nx.jpg\nfinger_10.png\n", Modality.FACE)
    assert [(probe.name, probe.modality, probe.position) for probe in probes] == [
        ("x.jpg", Modality.FACE, 0),
        ("finger_10.png", Modality.FINGER, 10),
    ]


@pytest.mark.parametrize(
    ("name", "position"),
    [
        ("p/finger_1.png", 1),
        ("finger-10.bmp", 10),
        ("FINGER7.WSQ", 7),
        ("finger_0.png", 0),
        ("finger_11.png", None),
        ("finger_99.png", None),
        ("face.jpg", None),
    ],
)
def test_a_file_name_may_say_which_finger(name: str, position: int | None) -> None:
    probe = probe_from_name(name, Modality.FACE)
    assert probe.modality is (Modality.FACE if position is None else Modality.FINGER)
    assert int(probe.position) == (position or 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "first line"),
        (b"name\nx\n", "first line"),
        (b"file,colour\nx,y\n", "first line"),
        (b"file\n", "no file"),
        (b"file\n\xff\xfe\n", "UTF-8"),
        (b"file,modality\na,iris\n", "Line 2"),
        (b"file,position\na,finger\n", "Line 2"),
        (b"file,position\na,1\nb,11\n", "Line 3"),
        (b"file,dpi\na,-5\n", "Line 2"),
        (b"file,dpi\na,nan\n", "Line 2"),
        (b"file,dpi\n,500\n", "Line 2"),
        (b"file\na,b,c\n", "Line 2"),
        (b'file\n"a', "CSV"),
        (b"file,slap\na,right_five\n", "Line 2"),
        (b"file,slap,position\na,right_four,2\n", "neither"),
        (b"file,slap,modality\na,right_four,face\n", "neither"),
        (b"file,slap,missing\na,right_four,11\n", "Line 2"),
        (b"file,sketch\na,perhaps\n", "Line 2"),
        (b"file,face_index\na,-1\n", "Line 2"),
    ],
)
def test_what_cannot_be_understood_is_said_with_its_line(text: bytes, said: str) -> None:
    with pytest.raises(ListUnusable, match=said):
        read_list(text, Modality.FACE)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(text: bytes) -> None:
    try:
        probes = read_list(b"file,modality,position\n" + text, Modality.FINGER)
    except ListUnusable:
        return
    assert all(probe.file for probe in probes)
