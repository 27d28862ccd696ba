"""A fingerprint template's producer: who found the minutiae, and what form they were brought into.

Written ``origin+form``. The form is the template's layout and the parameters its cylinders were built
with: two templates of one form can be laid over each other. The origin says whose minutiae they are:
ours, or ``foreign:`` and what is known of another system. Scores mean something else with each
pairing of origins, so a comparison that touches a foreign template has false-match rates of its own.
"""

import re
from dataclasses import dataclass

from biometrics.errors import TemplateRecordUnreadable
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.standards.minutiae_record import MinutiaeRecord

FOREIGN = "foreign"
UNSTATED = "unstated"
SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


@dataclass(frozen=True)
class FingerprintProducer:
    """The two parts of a producer's name.

    Attributes:
        origin: Who found the minutiae, such as ``leader-1.2.7`` or ``foreign:ansi378.66.17``.
        form: The layout and the digest of the parameters, such as ``mcc.74dbf957``.
    """

    origin: str
    form: str

    @classmethod
    def parse(cls, producer: str) -> "FingerprintProducer":
        """Split a template's producer; a name without a form is a form of its own."""
        origin, plus, form = producer.partition("+")
        return cls(origin, form) if plus else cls(producer, producer)

    @property
    def is_foreign(self) -> bool:
        """Whether another system found the minutiae."""
        return self.origin.split(":")[0] == FOREIGN

    def __str__(self) -> str:
        return f"{self.origin}+{self.form}"


def own_form() -> str:
    """Return the form of the templates that this version makes."""
    return f"mcc.{PARAMETERS.digest()}"


def foreign_producer(record: MinutiaeRecord, source: str | None = None) -> str:
    """Return the producer of templates made from a record's minutiae.

    Args:
        source: The name of the system they come from, where the sender knows it; else an ANSI
            record names its extractor by numbers, and an ISO record does not.

    Raises:
        TemplateRecordUnreadable: ``source`` is no short lower-case name.
    """
    if source is not None and not SOURCE_NAME.fullmatch(source):
        raise TemplateRecordUnreadable(
            "Name the source system with up to 40 of a-z, 0-9, dot, dash and underscore."
        )
    family = record.format.value.split(":")[0]
    if family.startswith("ansi") and record.vendor:
        stated = f"{family}.{record.vendor}.{record.product}"
    else:
        stated = UNSTATED
    return str(FingerprintProducer(f"{FOREIGN}:{source or stated}", own_form()))


def comparable(a: str, b: str) -> bool:
    """Whether templates of two producers can be compared: the same one, or a foreign one of the same form."""
    if a == b:
        return True
    first, second = FingerprintProducer.parse(a), FingerprintProducer.parse(b)
    return first.form == second.form and (first.is_foreign or second.is_foreign)


def calibrated_as(a: str, b: str) -> str:
    """Return the producer whose false-match rates hold for comparing templates of two producers.

    That is their own where both are ours, and else ``foreign`` with their form: one table for all
    foreign systems, measured as the worst pairing at every score.
    """
    if a == b and not FingerprintProducer.parse(a).is_foreign:
        return a
    return str(FingerprintProducer(FOREIGN, FingerprintProducer.parse(a).form))
