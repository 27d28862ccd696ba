"""Without rates an answer keeps its order and its comparison scores, and claims nothing."""

from matcher.search import identify
from matcher.uncalibrated import without_rates
from tests.unit.matcher.plain_index import near, new_gallery, reference, template, vector


def test_order_and_scores_stay_and_every_rate_is_one() -> None:
    gallery = new_gallery([reference(number, number, near(vector(number), 1)) for number in range(5)])
    rated = identify(gallery, [template(vector(3))])
    unrated = without_rates(rated)
    assert unrated.uncalibrated
    assert not rated.uncalibrated
    assert [each.subject for each in unrated.candidates] == [each.subject for each in rated.candidates]
    for before, after in zip(rated.candidates, unrated.candidates, strict=True):
        assert (after.score, after.false_match_rate, after.expected_strangers) == (0.0, 1.0, 5.0)
        assert [each.score for each in after.evidence] == [each.score for each in before.evidence]
        assert {each.false_match_rate for each in after.evidence} == {1.0}
