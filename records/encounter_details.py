"""What is stated about one encounter: the occasion, its case, its lawful basis, who captured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class EncounterKind(StrEnum):
    """The occasion on which measurements are taken."""

    ARREST = "arrest"
    CONVICTION = "conviction"
    SECURITY_ORDER = "security_order"
    PREVENTIVE_DETENTION = "preventive_detention"
    MAGISTRATE_ORDER = "magistrate_order"
    PRISON_ADMISSION = "prison_admission"
    UNIDENTIFIED_BODY = "unidentified_body"
    MISSING_PERSON = "missing_person"
    ELIMINATION = "elimination"
    TRAINING = "training"


class LawfulBasis(StrEnum):
    """Why the measurement may be taken (Criminal Procedure (Identification) Act 2022, BNSS)."""

    CONVICTED = "convicted"  # section 3(a)
    SECURITY_ORDERED = "security_ordered"  # section 3(b): CrPC 117 / BNSS 136
    ARRESTED = "arrested"  # section 3(c)
    PREVENTIVE_DETENTION = "preventive_detention"  # section 3(c)
    MAGISTRATE_ORDER = "magistrate_order"  # section 5
    SPECIMEN_ORDER = "specimen_order"  # BNSS 349
    DECEASED = "deceased"
    MISSING = "missing"
    CONSENT = "consent"  # elimination prints, given freely
    TRAINING = "training"


class Disposal(StrEnum):
    """How the case ended for this person."""

    CONVICTED = "convicted"
    ACQUITTED = "acquitted"
    DISCHARGED = "discharged"
    RELEASED_WITHOUT_TRIAL = "released_without_trial"


@dataclass(frozen=True)
class ActSection:
    """One section of one act, as charged: ``ActSection("BNS", "303(2)")``."""

    act: str
    section: str


@dataclass(frozen=True)
class EncounterDetails:
    """All that is stated about an encounter.

    Attributes:
        fir_number: As printed, a serial within station and year; leading zeros are kept.
        superintendent_approval: Reference of the prior written approval that Rule 3 asks for.
        order_number: The court's order behind a magistrate's, security or specimen order.
        disposal_final: All remedies against the disposal are exhausted.
        device_id: Registered capture device.
    """

    kind: EncounterKind
    state_code: str
    lawful_basis: LawfulBasis
    occurred_at: datetime
    station_code: str = ""
    station_name: str = ""
    district: str = ""
    fir_number: str = ""
    fir_year: int | None = None
    fir_registration: str = ""
    fir_type: str = ""
    fir_date: date | None = None
    acts_sections: Sequence[ActSection] = ()
    superintendent_approval: str = ""
    order_number: str = ""
    officer_name: str = ""
    officer_rank: str = ""
    officer_belt_number: str = ""
    device_id: str = ""
    place: str = ""
    arrest_memo: str = ""
    accused_number: str = ""
    case_number: str = ""
    case_status: str = ""
    court: str = ""
    cnr: str = ""
    disposal: Disposal | None = None
    disposal_on: date | None = None
    disposal_final: bool = False
    child_in_conflict: bool = False
    training: bool = False
    particulars: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "acts_sections", tuple(self.acts_sections))

    @property
    def fir_label(self) -> str:
        """The FIR as printed, such as ``0017/2025``; empty without one."""
        return f"{self.fir_number}/{self.fir_year}" if self.fir_number and self.fir_year else self.fir_number
