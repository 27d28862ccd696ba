"""Is this that person? One set of files against an enrolled person, or against a second set of files."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from api.answers import probe_answers, verification_answer
from api.extraction import ExtractedProbe, extract_all
from api.lifespan import Parts
from api.metrics import SEARCHES
from api.notices import person_notices, probe_notices
from api.probe_staging import stage_probes
from api.refusals import refusals_audited
from api.schemas.searches import VerificationAnswer, VerificationQuery
from api.schemas.slaps import SlapAnswer
from api.sketches import refuse_sketches
from api.uploads import ProbeFile, require_files
from biometrics.template import Template
from core.errors import InputRejected
from matcher.mirroring import verify_either_way
from matcher.parameters import MATCHER
from matcher.verify import Verification
from records.access import Officer, Permission, Purpose, require
from records.persons import Person, person_by_number, person_for
from records.samples import fingers_of_slaps, samples_of_person
from records.search_values import FACE_POPULATION
from records.searches import SearchKind, check_purpose, save_verification
from records.templates import StoredTemplate, templates_of_person

OTHER = "other_"
"""Prefix of the part names of the second set of files."""


class OtherSideMissing(InputRejected):
    """Nothing to compare with: neither a person nor a second set of files."""

    code = "other_side_missing"


def verify(
    parts: Parts, officer: Officer, query: VerificationQuery, files: Sequence[ProbeFile]
) -> VerificationAnswer:
    """Compare the files with a person, or with the files whose part names begin with ``other_``.

    Raises:
        InputRejected, Forbidden, NotFound, Unavailable: as in `api.identify.identify`.
    """
    with refusals_audited(parts, officer, "verification", query.purpose, query.case_number):
        require(officer, Permission.VERIFY)
        purpose = check_purpose(query.purpose, query.case_number)
        refuse_sketches(query.captures, "verified")
        person = _person(parts, officer, query)
        stored = _visible_templates(parts, officer, person) if person else []
        with parts.capacity.turn():
            probes = extract_all(
                parts,
                require_files(list(files)),
                query.captures,
                {"face": query.face_index, f"{OTHER}face": query.other_face_index},
            )
            mine, others = _sides(probes, person is not None)
            outcome = verify_either_way(
                mine, [line.template for line in stored] if person else others, parts.gallery.calibrations
            )
    return _record(parts, officer, query, purpose, person, stored, probes, outcome)


def _person(parts: Parts, officer: Officer, query: VerificationQuery) -> Person | None:
    with parts.database.transaction() as session:
        if query.person_id:
            return person_for(session, officer, query.person_id)
        if query.person_number:
            return person_by_number(session, officer, query.person_number)
    return None


def _visible_templates(parts: Parts, officer: Officer, person: Person) -> list[StoredTemplate]:
    """Return the templates of those samples alone that the officer may see: a score tells of a sample too."""
    with parts.database.transaction() as session:
        visible = {sample.id for sample in samples_of_person(session, officer, person.id)}
        return [line for line in templates_of_person(session, person.id) if line.sample_id in visible]


def _sides(probes: Sequence[ExtractedProbe], with_person: bool) -> tuple[list[Template], list[Template]]:
    mine = _mine(probes)
    others = [probe.template for probe in probes if probe.file.part.startswith(OTHER)]
    if with_person == bool(others):
        raise OtherSideMissing(
            "Name either a person (person_id or person_number) or send a second set of files "
            "(other_face, other_finger_1 ...), not both."
        )
    return mine, others


def _mine(probes: Sequence[ExtractedProbe]) -> list[Template]:
    return [probe.template for probe in probes if not probe.file.part.startswith(OTHER)]


def _record(
    parts: Parts,
    officer: Officer,
    query: VerificationQuery,
    purpose: Purpose,
    person: Person | None,
    stored: Sequence[StoredTemplate],
    probes: Sequence[ExtractedProbe],
    outcome: Verification,
) -> VerificationAnswer:
    staged = stage_probes(parts, probes)
    with parts.database.transaction() as session:
        samples = staged.add(session, officer)
        sample_ids = [sample.id for sample in samples]
        record = save_verification(
            session, officer, purpose, query.case_number, sample_ids, _outcome(person, outcome, _mine(probes))
        )
        fingers = fingers_of_slaps(session, [sample.id for sample in samples if sample.slap])
        staged.wait()
    SEARCHES.labels(SearchKind.VERIFICATION.value, purpose.value).inc()
    qualities = {sample.id: probe.template.quality for sample, probe in zip(samples, probes, strict=False)}
    second = [line.sample_id for line in stored] if person else _second_side(probes, sample_ids)
    slaps = SlapAnswer.all_of(samples, fingers)
    return verification_answer(record, person, outcome, probe_answers(samples, qualities), second, slaps)


def _second_side(probes: Sequence[ExtractedProbe], sample_ids: Sequence[UUID]) -> list[UUID]:
    return [
        sample_id
        for probe, sample_id in zip(probes, sample_ids, strict=False)
        if probe.file.part.startswith(OTHER)
    ]


def _outcome(person: Person | None, outcome: Verification, probe: Sequence[Template]) -> dict[str, Any]:
    notices = probe_notices(probe, outcome.repeated, outcome.mirrored)
    if outcome.false_match_rate <= MATCHER.misplaced_rate:
        whose = "this person" if person else "the other side"
        notices += person_notices(probe, outcome.evidence, whose)
    return {
        "person_id": str(person.id) if person else None,
        "score": outcome.score,
        "false_match_rate": outcome.false_match_rate,
        "interval": outcome.interval,
        "extrapolated": outcome.extrapolated,
        **({FACE_POPULATION: outcome.face_population} if outcome.face_population is not None else {}),
        "notices": [notice.model_dump() for notice in notices],
    }
