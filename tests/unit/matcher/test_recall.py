"""A search says whether it compared every face, and if not how much it is measured to find."""

from uuid import UUID

import numpy as np

from biometrics.quality import Quality
from biometrics.template import FingerPosition, Modality, Template
from matcher.candidates import Change, ChangeKind, Reference
from matcher.face.index import FaceIndex
from matcher.face.parameters import FaceIndexParameters
from matcher.filters import TagFilter
from matcher.gallery import Gallery
from matcher.search import identify
from tests.unit.matcher.plain_index import calibration, new_gallery, reference, template, vector

DIMENSION, SEGMENT, PRODUCER = 32, 1024, "sealed/1"
SMALL = FaceIndexParameters(
    segment_values=DIMENSION * SEGMENT, training_vectors=2000, probes=200, deepest_share=0.5, recall=0.98
)


def face(number: int) -> Reference:
    values = np.random.default_rng(number).normal(size=DIMENSION).astype("<f4")
    values /= np.linalg.norm(values)
    person = UUID(int=number + 1)
    position = FingerPosition.UNKNOWN
    tags = {"decade": number % 100}
    return Reference(number + 1, person, Modality.FACE, PRODUCER, position, values.tobytes(), tags)


def test_a_search_by_codes_states_its_measured_recall_and_a_filtered_one_that_it_is_exact() -> None:
    index = FaceIndex(SMALL)
    gallery = Gallery(lambda _: index, calibration)
    faces = [face(number) for number in range(SEGMENT + 50)]
    gallery.load(faces, 1)
    index.settle()
    probe = [Template(Modality.FACE, PRODUCER, faces[7].payload, Quality(1.0))]
    found = identify(gallery, probe, max_candidates=1)
    assert found.candidates[0].subject == faces[7].subject
    (segment, _) = index._segments
    assert segment.codes is not None
    expected = (segment.codes.recall * SEGMENT + 50) / (SEGMENT + 50)
    assert segment.codes.recall < 1.0
    assert found.face_recall == gallery.statistics().face_recall == expected
    few = identify(gallery, probe, TagFilter(one_of={"decade": frozenset({7})}), max_candidates=1)
    assert few.face_recall == 1.0
    assert few.candidates[0].subject == faces[7].subject
    gallery.apply([Change(2, ChangeKind.REMOVE, faces[7].reference_id)])
    assert identify(gallery, probe, max_candidates=1).candidates[0].subject != faces[7].subject


def test_a_small_gallery_is_searched_exactly_and_a_finger_says_nothing_of_faces() -> None:
    assert identify(new_gallery([reference(1, 1, vector(1))]), [template(vector(1))]).face_recall == 1.0
    thumb = FingerPosition.RIGHT_THUMB
    fingers = new_gallery([reference(1, 1, vector(1), thumb)])
    assert identify(fingers, [template(vector(1), thumb)]).face_recall is None
