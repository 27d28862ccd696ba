"""The record an enrolment carries until it is complete: who the person is and what the encounter was."""

from dataclasses import dataclass

from core.errors import Defect
from records.encounters import EncounterDetails
from records.enrolments import Enrolment
from records.persons import PersonDetails


class RecordGone(Defect):
    """An enrolment that is not complete has lost its record."""

    code = "staged_record_gone"


@dataclass(frozen=True)
class StagedRecord:
    """The person and the encounter as stated at enrolment."""

    person: PersonDetails
    encounter: EncounterDetails

    @property
    def training(self) -> bool:
        """Whether this is a training record, kept apart from real ones."""
        return self.person.training or self.encounter.training


def staged_record(enrolment: Enrolment) -> StagedRecord:
    """Return the record of an enrolment that is not complete."""
    if enrolment.person_details is None or enrolment.encounter_details is None:
        raise RecordGone("This enrolment has lost its record; send it again.", enrolment=str(enrolment.id))
    return StagedRecord(enrolment.person_details, enrolment.encounter_details)
