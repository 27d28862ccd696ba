"""The digest of a request changes with its content and with nothing else."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from biometrics.template import FingerPosition, Impression, Modality
from enroll.content import EnrolmentRequest, SampleInput, content_digest, sample_label
from enroll.enrolment import check_samples
from enroll.errors import NoSample, SameImageTwice, SamePositionTwice, TooManySamples, UnknownPosition
from enroll.parameters import ENROLL
from records.encounters import EncounterDetails, EncounterKind, LawfulBasis
from records.persons import NameKind, PersonDetails, PersonName

THUMB = SampleInput(b"thumb", Modality.FINGER, FingerPosition.RIGHT_THUMB)
INDEX = SampleInput(b"index", Modality.FINGER, FingerPosition.RIGHT_INDEX)
FACE = SampleInput(b"face", Modality.FACE)
REQUEST = EnrolmentRequest(
    "reference 1",
    PersonDetails(names=(PersonName(NameKind.PRIMARY, "रमेश कुमार"),)),
    EncounterDetails(
        EncounterKind.ARREST, "29", LawfulBasis.ARRESTED, datetime(2026, 1, 15, 10, 30, tzinfo=UTC)
    ),
    (THUMB, INDEX, FACE),
)


def test_order_reference_and_file_names_do_not_matter() -> None:
    same = [
        replace(REQUEST, samples=(FACE, INDEX, THUMB)),
        replace(REQUEST, reference="another"),
        replace(REQUEST, samples=(THUMB, INDEX, replace(FACE, file_name="a.jpg", part="face"))),
    ]
    assert {content_digest(request) for request in same} == {content_digest(REQUEST)}


@pytest.mark.parametrize(
    "changed",
    [
        replace(REQUEST, samples=(THUMB, INDEX)),
        replace(REQUEST, samples=(THUMB, INDEX, replace(FACE, data=b"other"))),
        replace(REQUEST, samples=(THUMB, INDEX, replace(FACE, face_index=1))),
        replace(REQUEST, samples=(THUMB, replace(INDEX, position=FingerPosition.LEFT_INDEX), FACE)),
        replace(REQUEST, samples=(replace(THUMB, impression=Impression.ROLLED), INDEX, FACE)),
        replace(REQUEST, samples=(replace(THUMB, dpi=1000.0), INDEX, FACE)),
        replace(REQUEST, person=replace(REQUEST.person, birth_year=1990)),
        replace(REQUEST, encounter=replace(REQUEST.encounter, fir_number="18")),
    ],
)
def test_any_other_change_is_another_content(changed: EnrolmentRequest) -> None:
    assert content_digest(changed) != content_digest(REQUEST)


def test_samples_are_labelled_as_the_parts_of_an_upload() -> None:
    assert sample_label(Modality.FACE, FingerPosition.UNKNOWN) == "face"
    assert sample_label(Modality.FINGER, FingerPosition.LEFT_LITTLE) == "finger_10"
    assert FACE.label == "face"
    assert replace(FACE, part="portrait").label == "portrait"


def test_contradictory_sets_of_samples_are_refused() -> None:
    with pytest.raises(NoSample):
        check_samples([], False)
    with pytest.raises(UnknownPosition) as refused:
        check_samples([replace(THUMB, position=FingerPosition.UNKNOWN)], False)
    assert refused.value.facts["file"] == "finger_0"
    with pytest.raises(SamePositionTwice):
        check_samples([THUMB, replace(INDEX, position=FingerPosition.RIGHT_THUMB)], False)
    with pytest.raises(SameImageTwice):
        check_samples([THUMB, replace(INDEX, data=THUMB.data)], False)
    many = [replace(FACE, data=str(n).encode()) for n in range(ENROLL.capture.most_samples + 1)]
    with pytest.raises(TooManySamples):
        check_samples(many, False)


def test_sets_that_make_sense_pass() -> None:
    rolled = replace(THUMB, data=b"rolled thumb", impression=Impression.ROLLED)
    check_samples([THUMB, rolled, INDEX, FACE], False)
    unknown = [
        replace(THUMB, position=FingerPosition.UNKNOWN),
        replace(INDEX, position=FingerPosition.UNKNOWN),
    ]
    check_samples(unknown, True)
