"""Enrols the people of a folder, one enrolment each, so that anyone can try the service on own images."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from biometrics.template import Modality
from core.ids import sha256_hex
from datasets.importing import ListedPerson, SampleFile
from nishan.client import NamedFile, ServiceClient
from nishan.enrolling import await_enrolment
from nishan.errors import AnswerRefused

_UNDER_WAY = 8


@dataclass(frozen=True)
class Imported:
    """What became of one person of the folder."""

    key: str
    status: str
    person_number: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """Return the fields, for an answer in JSON."""
        return dict(vars(self))


def import_people(
    client: ServiceClient,
    people: Sequence[ListedPerson],
    record: Callable[[ListedPerson], dict[str, Any]],
) -> Iterator[Imported]:
    """Enrol everybody with a few enrolments under way at a time; yield what became of each, in order.

    Args:
        people: as listed by datasets.importing; of several photographs the first is enrolled.
        record: makes `person` and `encounter` of one of them.
    """
    under_way: deque[tuple[ListedPerson, str | Imported]] = deque()
    for person in people:
        under_way.append((person, _send(client, person, record(person))))
        if len(under_way) > _UNDER_WAY:
            yield _finish(client, *under_way.popleft())
    while under_way:
        yield _finish(client, *under_way.popleft())


def _send(client: ServiceClient, person: ListedPerson, record: dict[str, Any]) -> str | Imported:
    """Send one enrolment; return its id, or why it was refused."""
    files = _files(person.files)
    body = {**record, "reference": _reference(person, record, files)}
    if any(part == "finger_0" for part, _, _ in files):
        body["unknown_position_intended"] = True
    try:
        return str(client.post_files("/v1/enrolments", "record", body, files)["id"])
    except AnswerRefused as refused:
        return Imported(person.key, refused.answer_code or refused.code, "", refused.message)


def _finish(client: ServiceClient, person: ListedPerson, sent: str | Imported) -> Imported:
    if isinstance(sent, Imported):
        return sent
    answer = await_enrolment(client, sent)
    messages = "; ".join(str(problem.get("message", problem)) for problem in answer["problems"])
    return Imported(person.key, answer["status"], answer["person_number"] or "", messages)


def _files(samples: Sequence[SampleFile]) -> list[NamedFile]:
    """Return the first photograph, the first print of each finger and the first image of each slap.

    The prints of an unstated finger are impressions of one: a second one would be refused as the same
    finger given twice. What is left out can be searched for.
    """
    files: dict[str, NamedFile] = {}
    for sample in samples:
        part = _part(sample)
        files.setdefault(part, (part, sample.path.name, sample.path))
    return list(files.values())


def _part(sample: SampleFile) -> str:
    if sample.slap:
        return sample.slap.part
    return "face" if sample.modality is Modality.FACE else f"finger_{int(sample.position)}"


def _reference(person: ListedPerson, record: dict[str, Any], files: Sequence[NamedFile]) -> str:
    """Return a reference that is the same whenever the same folder is imported with the same record."""
    names = "\n".join([person.key, *(name for _, name, _ in files), repr(sorted(record.items()))])
    return f"import-{sha256_hex(names.encode('utf-8', 'surrogateescape'))[:24]}"
