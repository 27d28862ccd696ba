"""Whose false-match rates are stated: the populations a calibration can be of, by name and in words."""

from collections.abc import Iterable

MUGSHOTS = "mugshots"
"""People as alike as those whom police photograph: the cautious one."""

MIXED = "mixed"
"""People as mixed as those in press photographs of the whole world."""

_OWN = "own-"

_WORDS = {
    MUGSHOTS: "people as alike as those in police photographs",
    MIXED: "people as mixed as those in press photographs of the whole world",
}


def own_gallery(number: int) -> str:
    """Return the name of what was fitted on the operator's own gallery, by its number."""
    return f"{_OWN}{number}"


def in_words(population: str) -> str:
    """Say whose rates those of a population are.

    Args:
        population: A name, several joined by `together`, or "" of a file that names none.
    """
    return "; ".join(_words(name.strip()) for name in population.split(","))


def statement(population: str) -> str:
    """Say in a sentence whose false-match rates were stated."""
    return f"The rates of faces are those of {in_words(population)}."


def together(populations: Iterable[str]) -> str | None:
    """Return one name for rates of several populations: of one its own, of none None."""
    return ", ".join(sorted(named)) if (named := set(populations)) else None


def _words(name: str) -> str:
    if name.startswith(_OWN):
        return f"the people of this gallery itself (calibration {name.removeprefix(_OWN)})"
    return _WORDS.get(name, "the people that the calibration file in use was fitted on")
