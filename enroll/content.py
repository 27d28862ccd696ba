"""What an enrolment request holds, and the digest that tells a repeated request from a changed one."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from biometrics.template import FingerPosition, Impression, Modality
from core.ids import sha256_hex
from records.encounters import EncounterDetails
from records.persons import PersonDetails
from records.samples import Slap
from records.stored_values import to_json


@dataclass(frozen=True)
class SampleInput:
    """One image as sent.

    Attributes:
        dpi: Resolution of a print as stated by the sender, in dots per inch.
        face_index: The face meant, in a photograph with several.
        slap: What several fingers pressed down together should show.
        part: Name of the part of the upload it came in, for messages.
    """

    data: bytes
    modality: Modality
    position: FingerPosition = FingerPosition.UNKNOWN
    impression: Impression = Impression.PLAIN
    dpi: float | None = None
    face_index: int | None = None
    slap: Slap | None = None
    part: str = ""
    file_name: str = ""

    @property
    def label(self) -> str:
        """What to call this sample in a message."""
        return self.part or sample_label(self.modality, self.position, self.slap)


@dataclass(frozen=True)
class EnrolmentRequest:
    """One person's samples with the record of the encounter.

    Attributes:
        reference: The client's own name of this request; sending it again never enrols twice.
        unknown_position_intended: Prints of unstated fingers are meant to be so.
    """

    reference: str
    person: PersonDetails
    encounter: EncounterDetails
    samples: Sequence[SampleInput]
    unknown_position_intended: bool = False


def content_digest(request: EnrolmentRequest) -> str:
    """Return the SHA-256 over everything in the request but its reference."""
    record = {"person": asdict(request.person), "encounter": asdict(request.encounter)}
    text = json.dumps(record, sort_keys=True, default=_plain, ensure_ascii=True)
    return hashlib.sha256("\n".join([text, samples_digest(request.samples)]).encode()).hexdigest()


def samples_digest(samples: Sequence[SampleInput]) -> str:
    """Return the SHA-256 over the samples and what is stated of them, whatever their order."""
    lines = [
        [
            sha256_hex(sample.data),
            sample.modality.value,
            int(sample.position),
            sample.impression.value,
            sample.dpi,
            sample.face_index,
            *([to_json(sample.slap)] if sample.slap else []),
        ]
        for sample in samples
    ]
    return hashlib.sha256(json.dumps(sorted(lines, key=str)).encode()).hexdigest()


def sample_label(modality: Modality, position: FingerPosition, slap: Slap | None = None) -> str:
    """Return the name under which a sample is sent: face, finger_1 to finger_10, finger_0, or a slap's."""
    if slap is not None:
        return slap.position.part
    return "face" if modality is Modality.FACE else f"finger_{int(position)}"


def _plain(value: Any) -> str:
    return sorted(map(str, value)).__repr__() if isinstance(value, set | frozenset) else str(value)
