"""A batch takes what a single search takes: slaps, minutiae, marks, sketches, several files of one person."""

import io
import json
import zipfile
from dataclasses import replace
from typing import Any
from uuid import UUID

import cv2
import numpy as np
import pytest

from biometrics.fingerprint.exported import record_of
from biometrics.fingerprint.slaps.arrangement import Hand
from biometrics.fingerprint.slaps.segmenter import SlapKind
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.image import ImageLimits, decode_image
from biometrics.standards.minutiae_files import write_record
from biometrics.standards.minutiae_record import RecordFormat
from biometrics.template import FingerPosition, Impression, Modality
from datasets.synthetic.fingerprints import encode_png, finger
from datasets.synthetic.slaps import slap
from enroll.batch_results import ResultRow, result_rows
from enroll.batch_search import run_batch
from enroll.bulk import BatchRequest, accept_archive
from enroll.errors import GalleryIncomplete
from enroll.examined_marks import examined_as_json, find_in_mark
from enroll.parts import WorkerParts
from matcher.gallery import Gallery
from matcher.search import identify
from records.access import Officer, Purpose
from records.batches import Batch, batch_for
from records.enrolments import Enrolment
from records.samples import fingers_of_slaps, samples_by_id
from records.searches import SearchKind, SearchRecord, search_for
from tests.integration.enroll.people import enrol, face, fingerprint
from tests.integration.enroll.test_bulk import finish, zipped
from tests.integration.face.transformed import pencil

REQUEST = BatchRequest("kinds", Purpose.INVESTIGATION, "FSL/18/2026", max_candidates=3)


@pytest.fixture(scope="module")
def known(parts: WorkerParts, officer: Officer) -> Enrolment:
    """A person with a face and four fingers."""
    prints = [fingerprint(402, position) for position in (2, 3, 4, 5)]
    return enrol(parts, officer, "known by everything", [face("obama"), *prints])


@pytest.fixture(scope="module")
def mark() -> bytes:
    """Part of another impression of the right index, upside down."""
    whole = finger(402, FingerPosition(2), 1)
    return encode_png(np.ascontiguousarray(np.rot90(whole[60:330, 40:300], 2)))


@pytest.fixture(scope="module")
def drawing() -> bytes:
    """Another photograph of the same person, as a pencil draws it."""
    grey = pencil(decode_image(face("obama2").data, ImageLimits()).pixels)
    return bytes(cv2.imencode(".png", grey)[1])


def run(
    parts: WorkerParts, by: Officer, request: BatchRequest, listing: str, files: dict[str, bytes]
) -> dict[str, ResultRow]:
    """The first row of every probe of a batch with a list, by the probe's name."""
    batch = accept(parts, by, request, listing, files)
    finish(parts, by, batch.id)
    return {row.name: row for row in reversed(list(result_rows(parts.database, by, batch.id)))}


def accept(
    parts: WorkerParts, by: Officer, request: BatchRequest, listing: str, files: dict[str, bytes]
) -> Batch:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("list.csv", listing)
        for name, data in files.items():
            archive.writestr(name, data)
    packed.seek(0)
    return accept_archive(parts.database, parts.store, by, request, packed)


def searched(parts: WorkerParts, by: Officer, row: ResultRow) -> SearchRecord:
    with parts.database.transaction() as session:
        return search_for(session, by, UUID(row.search_id))


def foreign_record(parts: WorkerParts) -> bytes:
    """Another impression of the right index as another system writes it."""
    made = parts.engines.extract(fingerprint(402, 2, 1).data, Modality.FINGER, dpi=500)
    content = FingerprintTemplate.from_bytes(made.payload)
    position = FingerPosition.RIGHT_INDEX
    return write_record(
        record_of(
            content,
            RecordFormat.ISO_2005,
            position=position,
            impression=Impression.PLAIN,
            quality=made.quality,
        )
    )


def test_slaps_records_and_marks_find_whom_an_image_enrolled(
    parts: WorkerParts, investigator: Officer, known: Enrolment, mark: bytes
) -> None:
    examined = find_in_mark(parts.engines, decode_image(mark, ImageLimits()), 500)
    assert examined
    marked: dict[str, Any] = examined_as_json(examined)
    marked["minutiae"] = marked["minutiae"][:-1]
    listed = json.dumps(marked).encode()
    listing = (
        "file,probe,slap,missing,impression,dpi,minutiae\n"
        "hand.png,slap,right_four,,,500,\n"
        "door.png,mark,,,latent,500,\n"
        "door.png,marked,,,,,door.json\n"
        "alone.json,list,,,,,\n"
        "index.fmr,record,,,,,\n"
        "other.png,not a hand,right_four,,,,\n"
        "hand.png,wrong finger,right_four,7,,500,\n"
        "door.png,other size,,,,,small.json\n"
    )
    hand = encode_png(slap(402, SlapKind.FOUR_FINGERS, Hand.RIGHT).pixels)
    small = json.dumps({**marked, "width_px": marked["width_px"] + 1}).encode()
    files = {
        "hand.png": hand,
        "door.png": mark,
        "door.json": listed,
        "alone.json": listed,
        "small.json": small,
        "other.png": face("obama").data,
        "index.fmr": foreign_record(parts),
    }
    by_finger = replace(REQUEST, modality=Modality.FINGER)
    found = run(parts, investigator, by_finger, listing, files)
    assert list(found) == [
        *("other size", "wrong finger", "not a hand", "record", "list", "marked", "mark", "slap"),
    ]  # the list's order, read backwards
    for name in ("slap", "mark", "marked", "list", "record"):
        assert found[name].person_number == known.person_number, name
        assert found[name].kind == SearchKind.FINGER
    assert "finger" in found["not a hand"].problem.lower()
    assert "does not belong" in found["wrong finger"].problem
    assert "pixels" in found["other size"].problem

    search = searched(parts, investigator, found["slap"])
    with parts.database.transaction() as session:
        probes = samples_by_id(session, search.probe_sample_ids)
        cut = fingers_of_slaps(session, [probes[-1].id])
    assert [int(probe.position) for probe in probes] == [2, 3, 4, 5, 0]
    assert probes[-1].slap
    assert probes[-1].slap.finding
    assert {finger.id for finger in cut} == {probe.id for probe in probes[:4]}
    (kept,) = searched(parts, investigator, found["marked"]).minutiae.values()
    assert len(kept["examined"]["minutiae"]) == len(marked["minutiae"])
    assert kept["automatic"]["minutiae"]
    (alone,) = searched(parts, investigator, found["list"]).minutiae.values()
    assert alone["automatic"] is None


def test_a_sketch_is_searched_for_an_investigation_alone_and_never_rated(
    parts: WorkerParts, investigator: Officer, known: Enrolment, drawing: bytes
) -> None:
    listing = (
        "file,probe,sketch\n"
        "drawn.png,drawing,yes\n"
        "drawn.png,unmarked,\n"
        "drawn.png,two,yes\n"
        "photo.jpg,two,\n"
        "photo.jpg,photo,\n"
    )
    files = {"drawn.png": drawing, "photo.jpg": face("obama2").data}
    found = run(parts, investigator, REQUEST, listing, files)
    drawn = found["drawing"]
    assert (drawn.person_number, drawn.uncalibrated) == (known.person_number, True)
    assert (drawn.score, drawn.false_match_rate, drawn.expected_strangers) == (None, None, None)
    assert "not calibrated" in drawn.notices
    assert "sketch" in found["unmarked"].problem
    assert "alone" in found["two"].problem
    assert (found["photo"].uncalibrated, found["photo"].notices) == (False, "")
    thresholded = run(parts, investigator, replace(REQUEST, target_fpir=30), listing, files)
    assert "threshold" in thresholded["drawing"].problem
    training = run(parts, investigator, replace(REQUEST, purpose=Purpose.TRAINING), listing, files)
    assert "investigation" in training["drawing"].problem


def test_files_of_one_probe_are_searched_as_one_person(
    parts: WorkerParts, investigator: Officer, known: Enrolment
) -> None:
    listing = (
        "file,probe,modality,position\n"
        "a.jpg,suspect,face,\n"
        "b.png,suspect,finger,3\n"
        "b.png,twice,finger,3\n"
        "c.png,twice,finger,3\n"
        "d.txt,broken,face,\n"
        "a.jpg,broken,face,\n"
    )
    files = {
        "a.jpg": face("obama2").data,
        "b.png": fingerprint(402, 3, 1).data,
        "c.png": fingerprint(402, 3, 2).data,
        "d.txt": b"no image",
    }
    found = run(parts, investigator, REQUEST, listing, files)
    assert (found["suspect"].person_number, found["suspect"].kind) == (known.person_number, "multimodal")
    assert len(searched(parts, investigator, found["suspect"]).probe_sample_ids) == 2
    assert "finger 3" in found["twice"].problem
    assert found["broken"].problem.startswith("d.txt: ")


def test_a_target_is_applied_to_every_probe_and_stated(
    parts: WorkerParts, investigator: Officer, known: Enrolment
) -> None:
    packed = {"finger_2_dot_png": fingerprint(402, 2, 1).data, "finger_9_dot_png": fingerprint(77, 9).data}
    request = replace(REQUEST, target_fpir=30)
    batch = accept_archive(parts.database, parts.store, investigator, request, zipped(**packed))
    assert batch.target_fpir == 30
    finish(parts, investigator, batch.id)
    met, missed = result_rows(parts.database, investigator, batch.id)
    assert (met.person_number, missed.rank) == (known.person_number, None)
    for row in (met, missed):
        assert (row.target_fpir, row.target_reachable) == (30, True)
        assert row.highest_rate
        assert row.people_searched
        assert row.highest_rate == pytest.approx(0.001 / row.people_searched, rel=0.01)
    assert met.false_match_rate is not None
    assert met.false_match_rate <= (met.highest_rate or 0)


def test_a_batch_waits_for_the_whole_gallery_or_says_what_it_lacked(
    parts: WorkerParts, investigator: Officer, known: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = {"finger_2_dot_png": fingerprint(402, 2, 1).data}
    waiting = accept_archive(parts.database, parts.store, investigator, REQUEST, zipped(**packed))
    content = replace(REQUEST, incomplete_accepted=True)
    answered = accept_archive(parts.database, parts.store, investigator, content, zipped(**packed))
    with monkeypatch.context() as away:
        away.setattr(
            Gallery,
            "identify",
            lambda *asked: replace(identify(*asked), shards_searched=1, shards_total=2),
        )
        with pytest.raises(GalleryIncomplete):
            run_batch(parts, waiting.id)
        with parts.database.transaction() as session:
            assert "1 of 2 parts" in (batch_for(session, investigator, waiting.id).problem or "")
        finish(parts, investigator, answered.id)
    (row, *_) = result_rows(parts.database, investigator, answered.id)
    assert (row.parts_searched, row.parts_total) == (1, 2)
    finish(parts, investigator, waiting.id)
    (row, *_) = result_rows(parts.database, investigator, waiting.id)
    assert (row.parts_searched, row.parts_total) == (1, 1)
    with parts.database.transaction() as session:
        assert batch_for(session, investigator, waiting.id).problem is None
