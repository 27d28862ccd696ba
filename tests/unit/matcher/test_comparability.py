"""Prints with minutiae from another system: searched beside ours, under false-match rates of their own."""

import numpy as np

from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.producer import own_form
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.template import FingerPosition, Modality
from matcher.calibration import Calibration, calibration_for
from matcher.comparability import calibrated_as, comparable, needs_thoroughness
from matcher.gallery import Gallery
from matcher.search import identify
from matcher.verify import verify
from models.registry import model
from tests.unit.matcher.plain_index import near, new_index, reference, template, vector

THUMB = FingerPosition.RIGHT_THUMB
OURS, FOREIGN, ELSEWHERE = "ours-1+mcc.1", "foreign:state-afis+mcc.1", "foreign:state-afis+mcc.2"
OTHER_NETWORK = "other-1+mcc.1"


def _lenient_for_foreign(modality: Modality, producer: str) -> Calibration:
    """A straight line to one in a million; for foreign templates to one in a thousand only."""
    lowest = -3.0 if producer == "foreign+mcc.1" else -6.0
    return Calibration(producer, "made up", 1_000_000, ((0.0, 0.0), (1.0, lowest)), lowest)


def _gallery(*producers: str) -> Gallery:
    gallery = Gallery(new_index, _lenient_for_foreign)
    rows = [
        reference(number, number, near(vector(7), number, 0.1), THUMB, producer=producer)
        for number, producer in enumerate(producers, start=1)
    ]
    gallery.load(rows, 0)
    return gallery


def test_our_probe_finds_foreign_references_and_is_told_what_could_not_be_compared() -> None:
    gallery = _gallery(OURS, FOREIGN, ELSEWHERE, OTHER_NETWORK)
    found = identify(gallery, [template(vector(7), THUMB, producer=OURS)])
    assert [candidate.subject.int for candidate in found.candidates] == [1, 2]
    assert (found.references_searched, found.references_incomparable) == (2, 2)


def test_a_foreign_probe_finds_ours_of_its_form() -> None:
    gallery = _gallery(OURS, FOREIGN, ELSEWHERE, OTHER_NETWORK)
    found = identify(gallery, [template(vector(7), THUMB, producer=FOREIGN)])
    assert {candidate.subject.int for candidate in found.candidates} == {1, 2, 4}
    assert all(item.false_match_rate >= 1e-4 for each in found.candidates for item in each.evidence)


def test_foreign_evidence_has_its_own_rates() -> None:
    found = identify(_gallery(OURS, FOREIGN), [template(vector(7), THUMB, producer=OURS)])
    ours, foreign = (candidate.evidence[0] for candidate in found.candidates)
    assert abs(ours.score - foreign.score) < 0.1
    assert ours.false_match_rate < foreign.false_match_rate / 100


def test_references_on_two_shelves_share_one_bound() -> None:
    gallery = Gallery(new_index, _lenient_for_foreign)
    payload = near(vector(7), 3, 0.1)
    gallery.load([reference(1, 1, payload, THUMB, producer=FOREIGN)], 0)
    alone = identify(gallery, [template(vector(7), THUMB, producer=OURS)]).candidates[0]
    both = [
        reference(1, 1, payload, THUMB, producer=FOREIGN),
        reference(2, 1, vector(99), THUMB, producer=OURS),
    ]
    gallery.load(both, 0)
    together = identify(gallery, [template(vector(7), THUMB, producer=OURS)]).candidates[0]
    assert together.false_match_rate > alone.false_match_rate
    assert {item.probe_index for item in together.evidence} == {0}


def test_the_shipped_rates_are_of_the_form_made_now() -> None:
    foreign = calibration_for(Modality.FINGER, f"foreign+{own_form()}")
    ours = calibration_for(Modality.FINGER, f"leader-{model('leader').version}+{own_form()}")
    for score in (-2.0, -1.0, 0.0):
        rounding = 1e-3  # of the tables' four digits
        assert foreign.false_match_rate(score) >= ours.false_match_rate(score) * (1 - rounding)


def test_verification_takes_foreign_rates() -> None:
    random = np.random.default_rng(3)
    columns = (random.uniform(20, 380, 30), random.uniform(20, 480, 30), random.uniform(0, 6.28, 30))
    shares = (np.zeros(30), np.full(30, 0.6))
    minutiae = Minutiae(*(column.astype(np.float32) for column in (*columns, *shares)))
    payload = FingerprintTemplate.from_minutiae(400, 500, minutiae).to_bytes()
    seen: list[str] = []

    def calibrations(modality: Modality, producer: str) -> Calibration:
        seen.append(producer)
        return _lenient_for_foreign(modality, producer)

    verify(
        [template(payload, THUMB, producer=OURS)],
        [template(payload, THUMB, producer=FOREIGN), template(payload, THUMB, producer=ELSEWHERE)],
        calibrations,
    )
    assert seen == ["foreign+mcc.1"]


def test_a_mark_is_compared_with_prints_of_its_form_under_rates_of_its_own() -> None:
    mark = "mark:ours-1+mcc.1"
    assert comparable(Modality.FINGER, mark, OURS)
    assert comparable(Modality.FINGER, FOREIGN, mark)
    assert not comparable(Modality.FINGER, mark, ELSEWHERE)
    assert {calibrated_as(Modality.FINGER, mark, other) for other in (OURS, FOREIGN, mark)} == {"mark+mcc.1"}
    assert needs_thoroughness(Modality.FINGER, OURS, mark)
    assert not needs_thoroughness(Modality.FINGER, OURS, FOREIGN)
