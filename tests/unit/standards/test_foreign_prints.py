"""Templates from records of other systems: what becomes of minutiae, quality, producer; what is refused."""

import math
from dataclasses import replace

import numpy as np
import pytest

from biometrics.errors import TemplateRecordUnreadable, TooFewMinutiae
from biometrics.fingerprint.drawing import draw_minutiae
from biometrics.fingerprint.exported import record_of
from biometrics.fingerprint.foreign import print_of_finger, print_of_view
from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.producer import calibrated_as, comparable, foreign_producer, own_form
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.quality import Quality
from biometrics.standards.minutiae_files import read_record, write_record
from biometrics.standards.minutiae_record import MinutiaeRecord, MinutiaKind, RecordFormat, RecordMinutia
from biometrics.template import FingerPosition, Impression
from tests.unit.standards.records import BYTES

OURS = f"leader-1.2.7+{own_form()}"


def _scattered(count: int, seed: int = 5) -> FingerprintTemplate:
    random = np.random.default_rng(seed)
    return FingerprintTemplate.from_minutiae(
        400,
        500,
        Minutiae(
            random.uniform(20, 380, count).astype(np.float32),
            random.uniform(20, 480, count).astype(np.float32),
            random.uniform(0, math.tau, count).astype(np.float32),
            random.integers(0, 2, count).astype(np.float32),
            random.uniform(0.3, 1, count).astype(np.float32),
        ),
    )


def _record(count: int = 30, quality: float | None = 0.7) -> MinutiaeRecord:
    record = record_of(_scattered(count), RecordFormat.ISO_2005, position=FingerPosition.LEFT_INDEX)
    return replace(record, views=(replace(record.views[0], quality=quality),))


@pytest.mark.parametrize("target", list(RecordFormat))
def test_our_template_survives_the_way_out_and_in(target: RecordFormat) -> None:
    ours = _scattered(40)
    record = record_of(
        ours,
        target,
        position=FingerPosition.LEFT_RING,
        impression=Impression.ROLLED,
        quality=Quality(0.62),
    )
    back = print_of_view(read_record(write_record(record)), 0)
    assert (back.template.position, back.impression, back.defects) == (
        FingerPosition.LEFT_RING,
        Impression.ROLLED,
        (),
    )
    found, given = back.fingerprint.minutiae, ours.minutiae
    square = (found.x[:, None] - given.x) ** 2 + (found.y[:, None] - given.y) ** 2
    partner = square.argmin(1)
    assert sorted(partner) == list(range(40))
    assert square.min(1).max() < 0.8**2
    np.testing.assert_allclose(found.quality, given.quality[partner], atol=0.01)
    np.testing.assert_allclose(found.bifurcation, given.bifurcation[partner])
    turn = found.angle_rad - given.angle_rad[partner]
    assert np.abs(np.angle(np.exp(1j * turn))).max() <= math.tau / 180
    assert back.template.quality.value == pytest.approx(0.62)


def test_a_stated_position_wins_over_the_records() -> None:
    found = print_of_view(_record(), 0, position=FingerPosition.RIGHT_THUMB)
    assert found.template.position is FingerPosition.RIGHT_THUMB


def test_unreported_quality_is_said_and_keeps_the_middle_of_the_print() -> None:
    crowd = record_of(_scattered(100), RecordFormat.ISO_2005).views[0].minutiae
    more = record_of(_scattered(100, seed=6), RecordFormat.ISO_2005).views[0].minutiae
    record = _record(quality=None)
    unreported = tuple(replace(minutia, quality=None) for minutia in crowd + more)
    view = replace(record.views[0], minutiae=unreported)
    found = print_of_view(replace(record, views=(view,)), 0)
    kept = found.fingerprint.minutiae
    assert len(kept) == PARAMETERS.minutiae.most
    middle = np.mean([[m.x, m.y] for m in unreported], axis=0)
    radius = np.hypot(*(np.stack([kept.x, kept.y], 1) - middle).T)
    everyone = np.sort([math.hypot(m.x - middle[0], m.y - middle[1]) for m in unreported])
    np.testing.assert_allclose(np.sort(radius), everyone[: len(kept)], rtol=1e-3)
    assert "quality_not_stated" in {reason.code for reason in found.template.quality.reasons}


def test_repeated_minutiae_count_once() -> None:
    record = _record(3)
    repeated = replace(record.views[0], minutiae=record.views[0].minutiae * 20)
    with pytest.raises(TooFewMinutiae) as problem:
        print_of_view(replace(record, views=(repeated,)), 0)
    assert problem.value.facts == {"minutiae": 3, "needed": 4}


def test_a_mark_may_have_one_minutia_less() -> None:
    record = _record(3)
    mark = replace(record.views[0], impression_code=7)
    assert print_of_view(replace(record, views=(mark,)), 0).impression is Impression.LATENT


def test_minutiae_spread_over_a_palm_are_refused() -> None:
    record = _record()
    far = RecordMinutia(4000.0, 4000.0, 0.0, MinutiaKind.ENDING)
    palm = replace(record.views[0], minutiae=(*record.views[0].minutiae, far))
    with pytest.raises(TemplateRecordUnreadable, match="wider than one finger"):
        print_of_view(replace(record, views=(palm,)), 0)


def test_a_print_far_off_in_a_large_image_is_moved_into_a_template() -> None:
    record = _record()
    moved = tuple(replace(minutia, x=minutia.x + 12_000) for minutia in record.views[0].minutiae)
    found = print_of_view(replace(record, views=(replace(record.views[0], minutiae=moved),)), 0).fingerprint
    stored = FingerprintTemplate.from_bytes(found.to_bytes())
    np.testing.assert_allclose(np.ptp(stored.minutiae.x), np.ptp([m.x for m in moved]), atol=0.3)


def test_defects_of_the_record_stand_among_the_reasons_of_its_quality() -> None:
    data = write_record(_record())
    found = print_of_view(read_record(data + b"\0"), 0)
    assert [defect.code for defect in found.defects] == ["length_wrong", "trailing_bytes"]
    assert [reason.code for reason in found.template.quality.reasons] == ["length_wrong", "trailing_bytes"]


def test_there_is_no_view_beyond_the_last() -> None:
    with pytest.raises(TemplateRecordUnreadable, match="1 views"):
        print_of_view(_record(), 1)


def test_a_record_of_several_fingers_gives_the_one_that_is_asked_for() -> None:
    one = _record()
    views = tuple(
        replace(one.views[0], position=finger, minutiae=one.views[0].minutiae[: 20 + finger])
        for finger in (FingerPosition.RIGHT_INDEX, FingerPosition.RIGHT_RING)
    )
    both = replace(one, views=views)
    found = print_of_finger(both, FingerPosition.RIGHT_RING)
    assert (found.template.position, len(found.fingerprint.minutiae)) == (FingerPosition.RIGHT_RING, 24)
    for finger in (FingerPosition.LEFT_THUMB, FingerPosition.UNKNOWN):
        with pytest.raises(TemplateRecordUnreadable) as problem:
            print_of_finger(both, finger)
        assert problem.value.facts == {"fingers": [2, 4]}


def test_a_record_of_one_finger_tells_which() -> None:
    assert print_of_finger(_record(), FingerPosition.UNKNOWN).template.position is FingerPosition.LEFT_INDEX
    unstated = replace(_record(), views=(replace(_record().views[0], position=FingerPosition.UNKNOWN),))
    assert print_of_finger(unstated, FingerPosition.LEFT_RING).template.position is FingerPosition.LEFT_RING


def test_a_drawing_shows_every_minutia() -> None:
    fingerprint = print_of_view(_record(), 0).fingerprint
    drawing = draw_minutiae(fingerprint)
    assert drawing.shape == (500, 400)
    rows, columns = fingerprint.minutiae.y.round().astype(int), fingerprint.minutiae.x.round().astype(int)
    assert (drawing[rows, columns] < 255).all()
    assert (drawing == 255).mean() > 0.8


def test_the_producer_names_the_other_system() -> None:
    ansi, iso = read_record(BYTES[RecordFormat.ANSI_2004]), _record()
    assert foreign_producer(ansi) == f"foreign:ansi378.66.17+{own_form()}"
    assert foreign_producer(iso) == f"foreign:unstated+{own_form()}"
    assert foreign_producer(iso, "state-afis-3") == f"foreign:state-afis-3+{own_form()}"
    with pytest.raises(TemplateRecordUnreadable):
        foreign_producer(iso, "a+b")


def test_foreign_templates_are_comparable_and_never_take_our_false_match_rates() -> None:
    foreign = foreign_producer(_record())
    assert comparable(foreign, OURS)
    assert not comparable(OURS, "leader-1.2.7+mcc.00000000")
    assert not comparable(OURS, f"other-1.0+{own_form()}")
    assert calibrated_as(OURS, OURS) == OURS
    assert calibrated_as(OURS, foreign) == calibrated_as(foreign, foreign) == f"foreign+{own_form()}"
