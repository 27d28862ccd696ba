"""The compact maps of a gallery say what plain dictionaries would say, after any sequence of changes."""

from collections import defaultdict
from uuid import UUID

import numpy as np
import pytest

from matcher.lookup import MISSING, Lookup
from matcher.ownership import Ownership
from matcher.subject_numbers import UUID_BYTES, SubjectNumbers


@pytest.mark.parametrize("prefilled", [0, 20_000])
def test_a_lookup_is_a_dictionary(prefilled: int) -> None:
    random = np.random.default_rng(prefilled)
    keys = random.permutation(60_000)[:prefilled]
    truth = dict(zip(keys.tolist(), range(prefilled), strict=True))
    lookup = Lookup.of(keys.astype(np.int64), np.arange(prefilled, dtype=np.int32))
    for row in range(30_000):  # enough to merge several times
        key = int(random.integers(60_000))
        if key in truth and random.random() < 0.5:
            lookup.drop(key)
            del truth[key]
        else:
            lookup.put(key, row)
            truth[key] = row
    assert [lookup.find(key) for key in range(60_000)] == [truth.get(key, MISSING) for key in range(60_000)]


def test_subjects_keep_their_numbers_even_when_their_short_forms_are_equal() -> None:
    alike = [UUID(int=(n << 64) | (n ^ 5)) for n in range(300)]  # halves that cancel out to 5
    others = [UUID(int=n) for n in (0, 1, 2**64, 2**127, 2**128 - 1)]
    numbers = SubjectNumbers()
    given = [numbers.number(subject) for subject in alike + others]
    assert given == list(range(305))
    restored = SubjectNumbers.of(np.frombuffer(numbers.ids.tobytes(), UUID_BYTES))
    for known in (numbers, restored):
        assert [known.number(subject) for subject in alike + others] == given
        assert [known.subject(number) for number in given] == alike + others
        assert known.number(UUID(int=77)) == 305


@pytest.mark.parametrize("prefilled", [0, 200])
def test_a_subjects_rows_are_those_it_was_given(prefilled: int) -> None:
    random = np.random.default_rng(prefilled)
    owner = random.integers(-1, 30, prefilled).astype(np.int32)
    ownership = Ownership.of(owner)
    owners = dict(enumerate(owner.tolist()))
    for row in range(prefilled, prefilled + 400):
        owners[row] = int(random.integers(40))
        ownership.add(owners[row], row)
        taken = int(random.integers(row + 1))
        if owners.get(taken, -1) >= 0:
            ownership.remove(owners[taken], taken)
            owners[taken] = -1
        elif taken in owners:
            owners[taken] = int(random.integers(40))
            ownership.add(owners[taken], taken)
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, subject in owners.items():
        rows_of[subject].append(row)
    assert [sorted(ownership.rows_of(subject)) for subject in range(50)] == [
        sorted(rows_of[subject]) for subject in range(50)
    ]
    assert ownership.owners().tolist() == sorted(set(owners.values()) - {-1})
    assert ownership.owner_count == len(ownership.owners())
