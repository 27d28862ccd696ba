"""Persons of ten fingers made of a fingerprint test set, and the probes that are taken of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from benchmarks.finger_samples import Extracted, PrintSet
from biometrics.fingerprint.mirrored import mirrored
from biometrics.quality import Quality
from biometrics.template import FingerPosition, Modality, Template
from matcher.swaps import OTHER_HAND

FINGERS = 10
MIRRORED_IMPRESSIONS = 2
"""Of how many impressions mirrored probes are made: each print costs a search of its own."""


@dataclass(frozen=True)
class Probe:
    """Prints of one person, as they are sent.

    Attributes:
        person: Number of the person, the database's.
    """

    person: int
    prints: tuple[Template, ...]


@dataclass(frozen=True)
class People:
    """Ten fingers of each database are one person: finger n of the database is position n.

    Attributes:
        prints: By person, impression (0 is enrolled) and position; missing where nothing was extracted.
    """

    prints: dict[tuple[int, int, int], Template]
    persons: int
    impressions: int

    def enrolled(self, person: int) -> list[Template]:
        """Return the references of a person."""
        return self._set(person, 0)

    def sets(self) -> Iterator[tuple[int, int, list[Template]]]:
        """Yield person, impression and all prints of every probe impression."""
        for person in range(self.persons):
            for impression in range(1, self.impressions):
                yield person, impression, self._set(person, impression)

    def another(self, person: int, impression: int, position: int) -> Template | None:
        """Return the same finger from the next probe impression."""
        following = impression % (self.impressions - 1) + 1
        return self.prints.get((person, following, position))

    def _set(self, person: int, impression: int) -> list[Template]:
        places = ((person, impression, position) for position in range(1, FINGERS + 1))
        return [self.prints[place] for place in places if place in self.prints]


def people_of(prints: PrintSet, extracted: Extracted) -> People:
    """Make persons of the databases of a set."""
    found: dict[tuple[int, int, int], Template] = {}
    most = 0
    for finger in np.unique(prints.finger):
        places = np.flatnonzero(prints.finger == finger)
        database = int(prints.database[places[0]])
        position = int(finger - prints.finger[prints.database == database].min()) + 1
        most = max(most, len(places))
        for impression, place in enumerate(places):
            payload = extracted.payloads[place]
            if payload is not None and position <= FINGERS:
                quality = Quality(float(extracted.quality[place]))
                found[database, impression, position] = Template(
                    Modality.FINGER, extracted.producer, payload, quality, FingerPosition(position)
                )
    return People(found, len(np.unique(prints.database)), most)


def probes_of(people: People, seed: int) -> dict[str, list[Probe]]:
    """Return the probes of every way in which prints are sent."""
    random = np.random.default_rng(seed)
    made: dict[str, list[Probe]] = {name: [] for name in ("one_finger", "two_fingers", *_CHANGES, "mirrored")}
    for person, impression, whole in people.sets():
        made["one_finger"] += [Probe(person, (single,)) for single in whole]
        made["two_fingers"] += [Probe(person, pair) for pair in combinations(whole, 2)]
        for name, change in _CHANGES.items():
            made[name].append(Probe(person, tuple(change(people, person, impression, whole, random))))
        if impression <= MIRRORED_IMPRESSIONS:
            made["mirrored"].append(Probe(person, tuple(_flipped(item) for item in whole)))
    return made


Change = Callable[[People, int, int, list[Template], np.random.Generator], list[Template]]


def _as_taken(
    _people: People, _person: int, _impression: int, whole: list[Template], _random: np.random.Generator
) -> list[Template]:
    return whole


def _missing(
    _people: People, _person: int, _impression: int, whole: list[Template], random: np.random.Generator
) -> list[Template]:
    lost = int(random.integers(len(whole)))
    return [item for place, item in enumerate(whole) if place != lost]


def _swapped(
    _people: People, _person: int, _impression: int, whole: list[Template], random: np.random.Generator
) -> list[Template]:
    """Two fingers are stated as each other."""
    one, other = (int(place) for place in random.choice(len(whole), 2, replace=False))
    changed = list(whole)
    changed[one] = replace(whole[one], position=whole[other].position)
    changed[other] = replace(whole[other], position=whole[one].position)
    return changed


def _repeated(
    people: People, person: int, impression: int, whole: list[Template], random: np.random.Generator
) -> list[Template]:
    """Another impression of one finger is sent in place of a second one."""
    one, lost = (int(place) for place in random.choice(len(whole), 2, replace=False))
    again = people.another(person, impression, int(whole[one].position))
    changed = list(whole)
    if again is not None:
        changed[lost] = replace(again, position=whole[lost].position)
    return changed


def _hand_swapped(
    _people: People, _person: int, _impression: int, whole: list[Template], _random: np.random.Generator
) -> list[Template]:
    """The right hand is stated as the left one, and nothing else is sent."""
    return [
        replace(item, position=FingerPosition(item.position + OTHER_HAND))
        for item in whole
        if item.position <= OTHER_HAND
    ]


def _flipped(item: Template) -> Template:
    return replace(item, payload=mirrored(item.payload))


_CHANGES: dict[str, Change] = {
    "ten_fingers": _as_taken,
    "ten_one_missing": _missing,
    "ten_two_swapped": _swapped,
    "ten_one_repeated": _repeated,
    "hand_swapped": _hand_swapped,
}
