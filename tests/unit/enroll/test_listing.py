"""The CSV list of a batch: every line understood or refused with its number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biometrics.template import FingerPosition, Impression, Modality
from enroll.errors import ListUnusable
from enroll.listing import ListedProbe, probe_from_name, read_list


def test_all_columns_are_read() -> None:
    text = "\ufefffile,modality,position,impression,dpi,probe\r\na.wsq,finger,3,latent,1000,Griff\r\n"
    assert read_list(text.encode(), Modality.FACE) == [
        ListedProbe("a.wsq", "Griff", Modality.FINGER, FingerPosition.RIGHT_MIDDLE, Impression.LATENT, 1000.0)
    ]


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
