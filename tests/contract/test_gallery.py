"""Whatever index it stands on, a gallery answers as brute force does, at every position of the feed."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from biometrics.quality import Quality
from biometrics.template import FingerPosition, Modality, Template
from matcher.calibration import Calibration
from matcher.candidates import Change, ChangeKind, Reference, SearchResult
from matcher.face.exact import ExactFaceIndex
from matcher.face.index import FaceIndex
from matcher.face.parameters import FaceIndexParameters
from matcher.filters import EVERYTHING, TagFilter, TagRange
from matcher.gallery import Gallery
from matcher.indexes import TemplateIndex
from matcher.search import identify
from matcher.verify import verify
from tests.contract.brute_force import passes, rank, replay

DIMENSIONS = 24
PRODUCER = "contract/1"
CANDIDATES = 40
"""As many as there are people: the means of a person's photographs are compared of those on a short list."""
LINE = Calibration(PRODUCER, "made up", 10**6, ((0.0, 0.0), (0.3, -2.0), (1.0, -9.0)), -9.0)
FILTERS = (
    EVERYTHING,
    TagFilter(one_of={"state": frozenset({1, 2})}),
    TagFilter(one_of={"state": frozenset({0})}, ranges={"birth_year": TagRange(1970, 1980)}),
    TagFilter(ranges={"birth_year": TagRange(1999, 1999)}),
    TagFilter(one_of={"state": frozenset({77})}),
)

SEALED_SOON = FaceIndexParameters(
    segment_values=DIMENSIONS * 64,
    training_vectors=700,
    probes=50,
    recall=0.98,
    shallowest=48,
    depth_margin=1,
    deepest_share=1.0,
    rows_per_wanted=0,
)
"""Full segments of 64 rows, of which 48 are compared exactly: far more than the best 15 need."""

FACE_INDEXES = [
    pytest.param(FaceIndex, id="faiss"),
    pytest.param(lambda: FaceIndex(SEALED_SOON), id="sealed"),
    pytest.param(ExactFaceIndex, id="numpy"),
]


def calibrations(modality: Modality, producer: str) -> Calibration:
    return LINE


def unit_vector(random: np.random.Generator) -> bytes:
    values = random.normal(size=DIMENSIONS).astype(np.float32)
    return bytes((values / np.linalg.norm(values)).astype("<f4").tobytes())


def probe_of(payload: bytes) -> Template:
    return Template(Modality.FACE, PRODUCER, payload, Quality(1.0))


def random_feed(seed: int, length: int, people: int = CANDIDATES) -> list[Change]:
    """A feed of additions, new tags and owners, new templates and removals; its numbers have gaps."""
    random = np.random.default_rng(seed)
    changes: list[Change] = []
    held: dict[int, Reference] = {}
    number = 0
    for step in range(length):
        number += int(random.integers(1, 4))
        choice = random.random()
        if choice < 0.55 or not held:
            reference_id, payload = step + 1, unit_vector(random)
        else:
            reference_id = int(random.choice(list(held)))
            payload = held[reference_id].payload if choice < 0.75 else unit_vector(random)
        if choice > 0.85 and reference_id in held:
            del held[reference_id]
            changes.append(Change(number, ChangeKind.REMOVE, reference_id))
            continue
        tags = {"state": int(random.integers(0, 4))}
        if random.random() < 0.9:
            tags["birth_year"] = int(random.integers(1960, 2000))
        held[reference_id] = Reference(
            reference_id,
            UUID(int=int(random.integers(1, people))),
            Modality.FACE,
            PRODUCER,
            FingerPosition.UNKNOWN,
            payload,
            tags,
        )
        changes.append(Change(number, ChangeKind.ADD, reference_id, held[reference_id]))
    return changes


def assert_true(
    found: SearchResult,
    changes: list[Change],
    probe: list[Template],
    tag_filter: TagFilter = EVERYTHING,
    added_after: int = 0,
    candidates: int = CANDIDATES,
) -> None:
    held = [
        reference
        for number, reference in replay(changes, found.gallery_position).values()
        if number > added_after and passes(reference, tag_filter)
    ]
    truth = rank(held, probe, calibrations)
    rates = dict(truth)
    assert found.references_searched == len(held)
    assert found.subjects_searched == len({reference.subject for reference in held})
    # Of equally alike subjects either may come first; who is where and how alike is fixed but for that.
    assert [candidate.false_match_rate for candidate in found.candidates] == pytest.approx(
        [rate for _, rate in truth[:candidates]], rel=1e-3
    )
    for candidate in found.candidates:
        assert candidate.false_match_rate == pytest.approx(rates[candidate.subject], rel=1e-3)


@pytest.mark.parametrize("new_index", FACE_INDEXES)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("people", "candidates"), [(CANDIDATES, CANDIDATES), (2**60, 15)])
def test_every_answer_is_that_of_brute_force(
    new_index: Callable[[], TemplateIndex], people: int, candidates: int, seed: int
) -> None:
    random = np.random.default_rng(1000 + seed)
    changes = random_feed(seed, 400, people)
    gallery = Gallery(lambda _: new_index(), calibrations)
    done = 0
    while done < len(changes):
        step = int(random.integers(1, 60))
        gallery.apply(changes[max(0, done - 3) : done + step])
        done += step
        probe = [probe_of(unit_vector(random))]
        for tag_filter in FILTERS:
            found = identify(gallery, probe, tag_filter, candidates)
            assert_true(found, changes, probe, tag_filter, candidates=candidates)
        earlier = int(random.integers(0, gallery.position + 1))
        found = identify(gallery, probe, EVERYTHING, candidates, added_after=earlier)
        assert_true(found, changes, probe, EVERYTHING, earlier, candidates)


@pytest.mark.parametrize("new_index", FACE_INDEXES)
def test_several_photographs_are_averaged_on_both_sides(new_index: Callable[[], TemplateIndex]) -> None:
    random = np.random.default_rng(31)
    changes = random_feed(31, 300)
    gallery = Gallery(lambda _: new_index(), calibrations)
    gallery.apply(changes)
    for tag_filter in FILTERS:
        probe = [replace(probe_of(unit_vector(random)), quality=Quality(value)) for value in (0.9, 0.5)]
        assert_true(identify(gallery, probe, tag_filter, CANDIDATES), changes, probe, tag_filter)


def test_a_verification_says_what_a_search_says() -> None:
    random = np.random.default_rng(32)
    person = UUID(int=1)
    photographs = [
        Reference(number, person, Modality.FACE, PRODUCER, FingerPosition.UNKNOWN, unit_vector(random))
        for number in range(3)
    ]
    gallery = Gallery(lambda _: FaceIndex(), calibrations)
    gallery.load(photographs, 1)
    probe = [replace(probe_of(unit_vector(random)), quality=Quality(value)) for value in (0.9, 0.5)]
    (found,) = identify(gallery, probe).candidates
    verified = verify(probe, [probe_of(each.payload) for each in photographs], calibrations)
    assert verified.false_match_rate == pytest.approx(found.false_match_rate, rel=1e-4)


@pytest.mark.parametrize("new_index", FACE_INDEXES)
def test_a_loaded_gallery_answers_as_one_that_followed_the_feed(
    new_index: Callable[[], TemplateIndex],
) -> None:
    changes = random_feed(11, 400)
    position = changes[299].number
    loaded = Gallery(lambda _: new_index(), calibrations)
    loaded.load([reference for _, reference in replay(changes, position).values()], position)
    loaded.apply(changes)
    random = np.random.default_rng(12)
    for _ in range(10):
        probe = [probe_of(unit_vector(random))]
        assert_true(identify(loaded, probe, EVERYTHING, CANDIDATES), changes, probe)


@pytest.mark.parametrize(
    ("new_index", "open_index"),
    [
        pytest.param(FaceIndex, FaceIndex.open, id="faiss"),
        pytest.param(ExactFaceIndex, ExactFaceIndex.open, id="numpy"),
    ],
)
def test_a_gallery_from_its_files_answers_as_the_one_that_was_stored(
    tmp_path: Path, new_index: Callable[[], TemplateIndex], open_index: Callable[[Path], TemplateIndex]
) -> None:
    changes = random_feed(31, 500)
    stored = Gallery(lambda _: new_index(), calibrations)
    stored.apply(changes[:300])
    captured = stored.capture()
    stored.apply(changes[300:400])  # what is written meanwhile must not show it
    captured.store(tmp_path)
    opened = Gallery(lambda _: new_index(), calibrations, lambda _, folder: open_index(folder))
    opened.restore(tmp_path)
    assert opened.position == captured.position == changes[299].number
    random = np.random.default_rng(32)
    for end in (400, 500):
        opened.apply(changes[:end])
        probe = [probe_of(unit_vector(random))]
        for tag_filter in FILTERS:
            assert_true(identify(opened, probe, tag_filter, CANDIDATES), changes, probe, tag_filter)
        earlier = changes[150].number
        found = identify(opened, probe, EVERYTHING, CANDIDATES, added_after=earlier)
        assert_true(found, changes, probe, EVERYTHING, earlier)


@pytest.mark.parametrize("new_index", FACE_INDEXES)
def test_searches_during_changes_are_true_for_the_position_they_state(
    new_index: Callable[[], TemplateIndex], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.compaction.FEWEST_WIPED", 5)
    changes = random_feed(21, 600)
    gallery = Gallery(lambda _: new_index(), calibrations)
    answers: list[tuple[SearchResult, list[Template], TagFilter]] = []
    problems: list[BaseException] = []
    ended = threading.Event()

    def search(seed: int) -> None:
        random = np.random.default_rng(seed)
        try:
            while not ended.is_set():
                probe, tag_filter = [probe_of(unit_vector(random))], FILTERS[int(random.integers(3))]
                answers.append((identify(gallery, probe, tag_filter, CANDIDATES), probe, tag_filter))
        except BaseException as problem:
            problems.append(problem)

    searchers = [threading.Thread(target=search, args=(seed,)) for seed in range(3)]
    for searcher in searchers:
        searcher.start()
    for start in range(0, len(changes), 5):
        gallery.apply(changes[start : start + 5])
        if start % 100 == 50:  # what else goes on in a process, in the midst of it
            gallery.capture().store(_folder(tmp_path, start))
            gallery.compact()
        known = len(answers)
        while len(answers) == known and not problems:
            ended.wait(0.0005)
    ended.set()
    for searcher in searchers:
        searcher.join(60)
    assert problems == []
    assert len({found.gallery_position for found, _, _ in answers}) > 20
    for found, probe, tag_filter in answers:
        assert_true(found, changes, probe, tag_filter)


def _folder(place: Path, number: int) -> Path:
    folder = place / str(number)
    folder.mkdir()
    return folder


@pytest.mark.parametrize("new_index", FACE_INDEXES)
def test_compaction_drops_the_gaps_and_nothing_else(
    new_index: Callable[[], TemplateIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.compaction.TAKEN_AT_ONCE", 10)
    changes = random_feed(41, 600)
    gallery = Gallery(lambda _: new_index(), calibrations)
    gallery.apply(changes[:300])
    assert gallery.compact() == 0  # too few gaps to be worth it
    monkeypatch.setattr("matcher.compaction.FEWEST_WIPED", 5)
    compacting = threading.Thread(target=gallery.compact)
    compacting.start()
    for start in range(300, 600, 3):
        gallery.apply(changes[start : start + 3])
    compacting.join(30)
    gallery.compact()
    assert gallery.compact() == 0
    (shelf,) = gallery.statistics().shelves
    assert shelf.gaps < 0.1 * shelf.references + 5
    random = np.random.default_rng(42)
    for tag_filter in FILTERS:
        probe = [probe_of(unit_vector(random))]
        assert_true(identify(gallery, probe, tag_filter, CANDIDATES), changes, probe, tag_filter)
