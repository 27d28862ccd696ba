"""Fisher's joined rate against SciPy, whose statistics alone take longer to import than all of fusion."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from matcher.fusion import fisher


@given(st.lists(st.floats(1e-30, 1.0), min_size=1, max_size=12))
def test_fisher_equals_the_chi_squared_tail(rates: list[float]) -> None:
    expected = float(stats.chi2.sf(-2 * sum(math.log(rate) for rate in rates), 2 * len(rates)))
    assert fisher(rates) == pytest.approx(expected, rel=1e-6)
