"""Says in an error which of the samples that were sent it is about."""

from collections.abc import Sequence

from biometrics.template import Modality
from core.errors import InputRejected


def say_which(problem: InputRejected, labels: Sequence[str], place: int, modality: Modality) -> None:
    """Name the sample; of several under one name the message says the number too.

    Sets the fact ``file``, and of several under one name ``file_number`` (from 1) and ``file_count``.

    Args:
        labels: The names of all samples, in the order sent.
        place: Which of them the error is about.
    """
    problem.facts.setdefault("file", labels[place])
    count = labels.count(labels[place])
    if count > 1:
        number = 1 + labels[:place].count(labels[place])
        problem.facts |= {"file_number": number, "file_count": count}
        kind = "Photograph" if modality is Modality.FACE else "Print"
        problem.message = f"{kind} {number} of {count}: {problem.message}"
