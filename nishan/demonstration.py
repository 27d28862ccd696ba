"""Enrols the demonstration gallery through the same interface as any client, and can be cut off anywhere.

Every enrolment has a reference of its own that never changes, so that sending it again is harmless: after
a crash the loader starts from the beginning and finds what is there.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2

from biometrics.template import FingerPosition
from datasets.catalog import portrait
from datasets.synthetic.fingerprints import finger
from datasets.synthetic.people import InventedPerson, TrainingCase, invented_people, training_subjects
from nishan.client import NamedFile, ServiceClient
from nishan.enrolling import await_enrolment
from nishan.errors import AnswerRefused

_LATER_ARREST_FINGERS = (FingerPosition.RIGHT_THUMB, FingerPosition.RIGHT_INDEX)
_ALL_FINGERS = tuple(position for position in FingerPosition if position)
_ALREADY_THERE = "duplicate_reference"
_UNDER_WAY = 2
"""Enrolments sent but not finished: enough to keep a worker busy, few enough not to delay a real one."""

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Step:
    """One encounter of one person: the first has all fingers, the later ones two, as at a station."""

    person: InventedPerson
    case: TrainingCase
    number: int

    @property
    def reference(self) -> str:
        return f"{self.person.key}-{self.number}"


def load_demonstration(client: ServiceClient, people: int, on_progress: OnProgress) -> dict[str, int]:
    """Enrol the training subjects and the first ``people`` invented persons.

    Args:
        client: signed in as somebody who may enrol in every state.
        people: how many invented persons, at most 200.
        on_progress: told how many of how many encounters are done.

    Returns:
        How many enrolments ended in each status.
    """
    steps = [
        _Step(person, case, number)
        for person in [*training_subjects(), *invented_people(people)]
        for number, case in enumerate(person.cases, 1)
    ]
    outcome: dict[str, int] = {}
    for done, status in enumerate(_finished(client, steps), 1):
        outcome[status] = outcome.get(status, 0) + 1
        on_progress(done, len(steps))
    return outcome


def _finished(client: ServiceClient, steps: list[_Step]) -> Iterator[str]:
    """Send the steps with a few under way at a time; yield the status of each in the order sent."""
    under_way: deque[tuple[_Step, str | None]] = deque()
    for step in steps:
        if step.number > 1:  # the person must be known before a later arrest can be linked to it
            while under_way:
                yield _finish(client, *under_way.popleft())
        under_way.append((step, _send(client, step)))
        if len(under_way) > _UNDER_WAY:
            yield _finish(client, *under_way.popleft())
    while under_way:
        yield _finish(client, *under_way.popleft())


def _send(client: ServiceClient, step: _Step) -> str | None:
    """Send one enrolment; return its id, None when it is there already with other pixels."""
    record = {
        "reference": step.reference,
        "person": _person(step.person),
        "encounter": _encounter(step.case),
        "captures": {},
    }
    try:
        return str(client.post_files("/v1/enrolments", "record", record, _files(step))["id"])
    except AnswerRefused as refused:
        if refused.answer_code == _ALREADY_THERE:  # made on another processor: its prints differ in a bit
            return None
        raise


def _finish(client: ServiceClient, step: _Step, enrolment_id: str | None) -> str:
    """Wait for one enrolment; a later arrest is confirmed to be the person it was invented for."""
    if enrolment_id is None:
        return "complete"
    answer = await_enrolment(client, enrolment_id)
    if answer["status"] != "awaiting_confirmation":
        return str(answer["status"])
    client.post(f"/v1/enrolments/{enrolment_id}/decision", _decision(step, answer["duplicates"]))
    return str(await_enrolment(client, enrolment_id)["status"])


def _decision(step: _Step, duplicates: list[dict[str, Any]]) -> dict[str, object]:
    own_names = {name.text for name in step.person.names}
    for duplicate in duplicates:
        if step.number > 1 and own_names.intersection(duplicate["person"]["names"]):
            reason = "Training exercise: the same invented person, arrested again"
            person_id = duplicate["person"]["id"]
            return {"decision": "same_person", "person_id": person_id, "reason": reason}
    return {"decision": "new_person", "reason": "Training exercise: another invented person"}


def _files(step: _Step) -> list[NamedFile]:
    files: list[NamedFile] = []
    if step.person.portraits:
        picture = portrait(step.person.portraits[0])
        files.append(("face", picture.name, picture))
    if step.person.print_seed is not None:
        fingers = _ALL_FINGERS if step.number == 1 else _LATER_ARREST_FINGERS
        files += [_print(step.person.print_seed, position, step.number - 1) for position in fingers]
    return files


def _print(seed: int, position: FingerPosition, impression: int) -> NamedFile:
    part = f"finger_{int(position)}"
    _, encoded = cv2.imencode(".png", finger(seed, position, impression))
    return part, f"{part}.png", encoded.tobytes()


def _person(person: InventedPerson) -> dict[str, object]:
    return {
        "names": [
            {"kind": name.kind, "text": name.text, "language": name.language, "script": name.script}
            for name in person.names
        ],
        "relative_relation": person.relative_relation,
        "relative_name": person.relative_name,
        "sex": person.sex,
        "birth_date": person.birth_date.isoformat() if person.birth_date else None,
        "nationality": person.nationality,
        "addresses": [{"kind": "present", "text": address} for address in person.addresses],
        "marks": list(person.marks),
        "training": True,
    }


def _encounter(case: TrainingCase) -> dict[str, object]:
    fields = {name: getattr(case, name) for name in case.__dataclass_fields__}
    return {
        **fields,
        "occurred_at": case.occurred_at.isoformat(),
        "acts_sections": [{"act": act, "section": section} for act, section in case.acts_sections],
    }
