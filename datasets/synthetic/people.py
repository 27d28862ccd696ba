"""The invented people of the demonstration gallery: names in their scripts, relatives, training cases.

Fields are named as in the records' details, but are plain texts and dates, so that whoever loads them
decides how. Every case is a training exercise under an act that does not exist.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from datasets.catalog import portraits

NAMES = Path(__file__).with_name("names.toml")
LARGEST = 200
INDIA = timezone(timedelta(hours=5, minutes=30))
TRAINING_NOTE = "training exercise, no real case"
TRAINING_ACT = "Training Act"
LAST_DAY = date(2025, 12, 31)
PRINT_SEEDS = 20_000
"""Seed of the first person's fingers in datasets.synthetic.fingerprints; the others follow."""

_MARKS = (
    "mole on the left cheek",
    "scar on the right forearm",
    "tattoo of a star on the left wrist",
    "cut mark above the right eyebrow",
    "mole on the chin",
    "burn mark on the left hand",
    "pierced left ear",
    "old fracture of the right little finger",
)
_SCENES = ("the market", "the bus stand", "the railway station", "the temple tank", "the old bridge")


@dataclass(frozen=True)
class InventedName:
    """One name as written; kind is primary or alias, script an ISO 15924 code."""

    kind: str
    text: str
    language: str
    script: str


@dataclass(frozen=True)
class TrainingCase:
    """One encounter; ``acts_sections`` are (act, section) pairs of the training act."""

    kind: str
    lawful_basis: str
    state_code: str
    district: str
    station_code: str
    station_name: str
    fir_number: str
    fir_year: int
    acts_sections: tuple[tuple[str, str], ...]
    officer_name: str
    officer_rank: str
    officer_belt_number: str
    device_id: str
    place: str
    occurred_at: datetime
    arrest_memo: str
    case_status: str
    training: bool = True


@dataclass(frozen=True)
class InventedPerson:
    """One person of the demonstration.

    Attributes:
        key: Unique and stable; serves as the client reference of the enrolment.
        print_seed: Seed of the ten fingers, None for a person without prints.
        portraits: Names in datasets.catalog; the first is enrolled, the others are for searching.
    """

    key: str
    names: tuple[InventedName, ...]
    relative_relation: str
    relative_name: str
    sex: str
    birth_date: date | None
    nationality: str
    addresses: tuple[str, ...]
    marks: tuple[str, ...]
    cases: tuple[TrainingCase, ...]
    print_seed: int | None
    portraits: tuple[str, ...] = ()
    training: bool = True


def invented_people(count: int = LARGEST) -> list[InventedPerson]:
    """Return the first ``count`` people, at most 200; always the same ones.

    Raises:
        ValueError: more people than there are.
    """
    if not 0 <= count <= LARGEST:
        raise ValueError(f"there are {LARGEST} invented people, {count} were asked for")
    return list(_everybody()[:count])


def training_subjects() -> list[InventedPerson]:
    """Return the portraits of the catalogue as nameless subjects of training cases without an offence."""
    pictures: dict[str, list[str]] = {}
    for picture in portraits():  # obama, obama2 and obama3 show one person
        pictures.setdefault(picture.rstrip("0123456789"), []).append(picture)
    subjects = []
    for number, together in enumerate(pictures.values(), 1):
        rng = np.random.default_rng([number, 2])
        name = InventedName("primary", f"Training subject {number}", "en", "Latn")
        case = _case(rng, _regions()[0], LAST_DAY - timedelta(days=30 * number), sections=())
        subjects.append(
            InventedPerson(
                key=f"training-subject-{number}",
                names=(name,),
                relative_relation="",
                relative_name="",
                sex="unknown",
                birth_date=None,
                nationality="",
                addresses=(),
                marks=(),
                cases=(case,),
                print_seed=None,
                portraits=tuple(together),
            )
        )
    return subjects


@lru_cache(maxsize=1)
def _everybody() -> tuple[InventedPerson, ...]:
    people: list[InventedPerson] = []
    taken: set[str] = set()
    for number in range(LARGEST):
        rng = np.random.default_rng([number, 1])
        person = _person(rng, number)
        while person.names[0].text in taken:  # a full name is given once
            person = _person(rng, number)
        taken.add(person.names[0].text)
        people.append(person)
    return tuple(people)


def _person(rng: np.random.Generator, number: int) -> InventedPerson:
    region = _regions()[number % len(_regions())]
    sex = "female" if rng.random() < 0.15 else "male"
    given, surname = _drawn(rng, region[sex]), _drawn(rng, region["surnames"])
    relation, relative = _relative(rng, region, sex, surname[0])
    # grown up in every one of the cases below
    born = LAST_DAY - timedelta(days=int(rng.integers(26 * 365, 62 * 365)))
    district = str(rng.choice(region["districts"]))
    latest = LAST_DAY - timedelta(days=int(rng.integers(10, 900)))
    days = [
        latest - timedelta(days=int(rng.integers(60, 700)) * back)
        for back in range(1 + rng.binomial(2, 0.25))
    ]
    return InventedPerson(
        key=f"training-person-{number + 1:03d}",
        names=_names(rng, region, given, surname),
        relative_relation=relation,
        relative_name=relative,
        sex=sex,
        birth_date=born,
        nationality="Indian",
        addresses=(f"House {rng.integers(1, 400)}, Training Street {rng.integers(1, 40)}, {district}",),
        marks=tuple(str(mark) for mark in rng.choice(_MARKS, rng.integers(0, 3), replace=False)),
        cases=tuple(_case(rng, region, day, _sections(rng)) for day in sorted(days)),
        print_seed=PRINT_SEEDS + number,
    )


def _names(
    rng: np.random.Generator, region: dict[str, Any], given: tuple[str, str], surname: tuple[str, str]
) -> tuple[InventedName, ...]:
    native = region["language"], region["script"]
    names = [
        InventedName("primary", f"{given[0]} {surname[0]}", "en", "Latn"),
        InventedName("primary", f"{given[1]} {surname[1]}", *native),
    ]
    if rng.random() < 0.45:
        latin, own = _drawn(rng, region["nicknames"])
        names += [InventedName("alias", latin, "en", "Latn"), InventedName("alias", own, *native)]
    return tuple(names)


def _relative(rng: np.random.Generator, region: dict[str, Any], sex: str, surname: str) -> tuple[str, str]:
    relation = (
        "husband"
        if sex == "female" and rng.random() < 0.5
        else str(rng.choice(["father", "mother"], p=[0.9, 0.1]))
    )
    given = _drawn(rng, region["female" if relation == "mother" else "male"])[0]
    return relation, f"{given} {surname}"


def _case(
    rng: np.random.Generator, region: dict[str, Any], day: date, sections: tuple[tuple[str, str], ...]
) -> TrainingCase:
    district = str(rng.choice(region["districts"]))
    station = int(rng.integers(1, 9))
    serial = int(rng.integers(1, 900))
    moment = datetime(
        day.year, day.month, day.day, int(rng.integers(6, 23)), int(rng.integers(60)), tzinfo=INDIA
    )
    return TrainingCase(
        kind="training",
        lawful_basis="training",
        state_code=region["state_code"],
        district=district,
        station_code=f"{region['state_code']}{region['districts'].index(district) + 1:02d}{station:03d}",
        station_name=f"Training Station {district} {station}",
        fir_number=f"{serial:04d}",
        fir_year=day.year,
        acts_sections=sections,
        officer_name=f"Training Officer {rng.integers(1, 60)}",
        officer_rank=str(rng.choice(["Head Constable", "Assistant Sub-Inspector", "Sub-Inspector"])),
        officer_belt_number=f"T{rng.integers(100, 999)}",
        device_id=f"TRAINING-{rng.integers(1, 30):02d}",
        place=f"Near {rng.choice(_SCENES)}, {district} ({TRAINING_NOTE})",
        occurred_at=moment,
        arrest_memo=f"TM-{serial:04d}-{day.year}",
        case_status=str(rng.choice(["training exercise open", "training exercise closed"])),
    )


def _sections(rng: np.random.Generator) -> tuple[tuple[str, str], ...]:
    chosen = rng.choice(20, size=int(rng.integers(1, 3)), replace=False) + 1
    return tuple((TRAINING_ACT, f"T-{section}") for section in sorted(chosen))


def _drawn(rng: np.random.Generator, pairs: list[str]) -> tuple[str, str]:
    latin, _, native = pairs[int(rng.integers(len(pairs)))].rpartition(" ")
    return latin, native


@lru_cache(maxsize=1)
def _regions() -> list[dict[str, Any]]:
    regions: list[dict[str, Any]] = tomllib.loads(NAMES.read_text(encoding="utf-8"))["region"]
    return regions
