"""A fingerprint template's producer: who found the minutiae, and what form they were brought into.

Written ``origin+form``. The form is the template's layout and the parameters its cylinders were built
with: two templates of one form can be laid over each other. The origin says whose minutiae they are:
ours, ``mark:`` and who found those of a mark from a scene, or ``foreign:`` and what is known of another
system. Scores mean something else with each pairing of origins, so a comparison that touches a mark or
a foreign template has false-match rates of its own.
"""

import re
from dataclasses import dataclass

from biometrics.errors import TemplateRecordUnreadable
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.standards.minutiae_record import MinutiaeRecord

FOREIGN = "foreign"
MARK = "mark"
EXAMINER = "examiner"
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
        """Whether another system found the minutiae of a print."""
        return self.origin.split(":")[0] == FOREIGN

    @property
    def is_mark(self) -> bool:
        """Whether the minutiae are of a mark from a scene, whoever found them."""
        return self.origin.split(":")[0] == MARK

    def __str__(self) -> str:
        return f"{self.origin}+{self.form}"


def own_form() -> str:
    """Return the form of the templates that this version makes."""
    return f"mcc.{PARAMETERS.digest()}"


def is_own_form(producer: str) -> bool:
    """Whether templates of a producer have the form that this version makes, and so can be read by it."""
    return FingerprintProducer.parse(producer).form == own_form()


def mark_producer(finder: str) -> str:
    """Return the producer of templates made from marks; ``finder`` is a network, a system or EXAMINER."""
    return str(FingerprintProducer(f"{MARK}:{finder}", own_form()))


def is_mark(producer: str) -> bool:
    """Whether a producer's templates are of marks."""
    return FingerprintProducer.parse(producer).is_mark


def foreign_producer(record: MinutiaeRecord, source: str | None = None, kind: str = FOREIGN) -> str:
    """Return the producer of templates made from a record's minutiae.

    Args:
        kind: MARK where the record's view is of a mark.
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
    return str(FingerprintProducer(f"{kind}:{source or stated}", own_form()))


def comparable(a: str, b: str) -> bool:
    """Whether templates of two producers can be compared: one, or one form and not both prints of ours."""
    if a == b:
        return True
    both = FingerprintProducer.parse(a), FingerprintProducer.parse(b)
    return both[0].form == both[1].form and any(each.is_foreign or each.is_mark for each in both)


def calibrated_as(a: str, b: str) -> str:
    """Return the producer whose false-match rates hold for comparing templates of two producers.

    That is their own where both are our prints', and else ``mark`` or ``foreign`` with their form: one
    table for all marks, and one for all foreign systems, measured as the worst pairing at every score.
    """
    both = FingerprintProducer.parse(a), FingerprintProducer.parse(b)
    if any(each.is_mark for each in both):
        return str(FingerprintProducer(MARK, both[0].form))
    if a == b and not both[0].is_foreign:
        return a
    return str(FingerprintProducer(FOREIGN, both[0].form))
