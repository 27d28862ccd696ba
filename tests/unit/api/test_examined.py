"""The parts minutiae_N of a form: read from text or file, joined to the image of their finger."""

import io
import json

import pytest

from api.errors import ValidationFailed
from api.examined import take_minutiae, with_minutiae
from api.form_reading import FilePart, SentForm
from api.uploads import PartRepeated, ProbeFile
from biometrics.template import FingerPosition

BODY = {
    "width_px": 400,
    "height_px": 300,
    "dpi": 500,
    "minutiae": [{"x": 10 * k, "y": 20 * k, "angle_rad": 0.5, "kind": "ending"} for k in range(1, 5)],
}
TEXT = json.dumps(BODY)


def file_part(name: str, data: bytes) -> FilePart:
    return FilePart(name, f"{name}.json", len(data), io.BytesIO(data))


@pytest.mark.parametrize(
    "form",
    [
        SentForm({"query": "{}", "minutiae_3": TEXT}, ()),
        SentForm({"query": "{}"}, (file_part("minutiae_3", TEXT.encode()),)),
    ],
    ids=["text", "file"],
)
def test_minutiae_alone_are_a_probe_of_their_finger(form: SentForm) -> None:
    rest, found = take_minutiae(form)
    assert (dict(rest.fields), rest.files) == ({"query": "{}"}, ())
    (probe,) = with_minutiae([], found)
    assert (probe.part, probe.position, probe.is_image) == ("finger_3", FingerPosition.RIGHT_MIDDLE, False)
    assert probe.examined is not None
    assert len(probe.examined.minutiae) == 4
    assert json.loads(probe.data)["minutiae"][0]["x"] == 10


def test_minutiae_go_to_the_image_of_their_finger() -> None:
    _, found = take_minutiae(SentForm({"minutiae_0": TEXT}, ()))
    images = [ProbeFile("face", b"1"), ProbeFile("finger_0", b"2")]
    photo, mark = with_minutiae(images, found)
    assert photo.examined is None
    assert (mark.data, mark.is_image) == (b"2", True)
    assert mark.examined is not None
    with pytest.raises(PartRepeated):
        with_minutiae([*images, ProbeFile("finger_0", b"3")], found)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dpi": 72}, "minutiae_0.dpi"),
        ({"width_px": 0}, "minutiae_0.width_px"),
        ({"minutiae": [{"x": 1, "y": 1}]}, "minutiae_0.minutiae[0].angle_rad"),
        ({"minutiae": [{"x": -1, "y": 1, "angle_rad": 0}]}, "minutiae_0.minutiae[0].x"),
        ({"minutiae": [{"x": 1, "y": 1, "angle_rad": 0, "kind": "dot"}]}, "minutiae_0.minutiae[0].kind"),
        ({"minutiae": [{"x": 1, "y": 1, "angle_rad": 0, "sure": 1}]}, "minutiae_0.minutiae[0].sure"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(changes: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        take_minutiae(SentForm({"minutiae_0": json.dumps(BODY | changes)}, ()))
    assert [problem["field"] for problem in refused.value.facts["problems"]] == [field]


def test_two_lists_for_one_finger_are_refused() -> None:
    with pytest.raises(PartRepeated):
        take_minutiae(SentForm({"minutiae_0": TEXT}, (file_part("minutiae_0", TEXT.encode()),)))
    with pytest.raises(ValidationFailed, match="not JSON"):
        take_minutiae(SentForm({"minutiae_0": "<xml/>"}, ()))
