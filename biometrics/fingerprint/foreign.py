"""From a minutiae record of another system to templates that can be enrolled and searched like ours."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biometrics.errors import TemplateRecordUnreadable, TooFewMinutiae
from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.parameters import FOREIGN, MARKS, PARAMETERS
from biometrics.fingerprint.producer import FOREIGN as FOREIGN_PRINT
from biometrics.fingerprint.producer import MARK, foreign_producer
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.quality import Quality, QualityReason
from biometrics.standards.minutiae_record import MinutiaeRecord, MinutiaKind, RecordDefect, RecordView
from biometrics.template import FingerPosition, Impression, Modality, Template

BIFURCATION_SHARE = {MinutiaKind.OTHER: 0.5, MinutiaKind.ENDING: 0.0, MinutiaKind.BIFURCATION: 1.0}


@dataclass(frozen=True)
class ForeignPrint:
    """One view of a record as a template, and what was odd about the record.

    Attributes:
        defects: Those of the record as a whole and of this view; show them beside the template.
    """

    template: Template
    fingerprint: FingerprintTemplate
    impression: Impression
    defects: tuple[RecordDefect, ...]


def print_of_view(
    record: MinutiaeRecord,
    number: int,
    *,
    position: FingerPosition | None = None,
    source: str | None = None,
) -> ForeignPrint:
    """Return the template of one view of a record.

    Args:
        number: Which view, counted from 0 over the whole record.
        position: The finger as the sender states it; wins over the record's.
        source: Name of the system that made the record; becomes part of the producer.

    Raises:
        TemplateRecordUnreadable: there is no such view, or its minutiae spread wider than a finger.
        TooFewMinutiae: says how many are needed.
    """
    if not 0 <= number < len(record.views):
        raise TemplateRecordUnreadable(
            f"The record has {len(record.views)} views; view {number} is not there.", views=len(record.views)
        )
    view = record.views[number]
    fingerprint = _fingerprint(view)
    own = tuple(defect for defect in record.defects if defect.view in (None, number))
    template = Template(
        Modality.FINGER,
        foreign_producer(record, source, MARK if view.impression is Impression.LATENT else FOREIGN_PRINT),
        fingerprint.to_bytes(),
        _quality(view, own),
        view.position if position is None else position,
    )
    return ForeignPrint(template, fingerprint, view.impression, own)


def print_of_finger(
    record: MinutiaeRecord, position: FingerPosition, *, source: str | None = None
) -> ForeignPrint:
    """Return the template of the one view that shows a finger; of several of it, the first.

    Args:
        position: The finger as the sender states it, UNKNOWN to take the record's.

    Raises:
        TemplateRecordUnreadable: the record is of another finger, or of several and none is stated.
        TooFewMinutiae: says how many are needed.
    """
    stated = [view.position for view in record.views]
    fitting = [k for k, finger in enumerate(stated) if finger in (position, FingerPosition.UNKNOWN)]
    if position is FingerPosition.UNKNOWN and len(set(stated)) == 1:
        return print_of_view(record, 0, source=source)
    if not fitting or (position is FingerPosition.UNKNOWN):
        fingers = sorted({int(finger) for finger in stated})
        raise TemplateRecordUnreadable(
            f"The record is of the fingers {', '.join(map(str, fingers))} (0 is unknown), sent as finger"
            f" {int(position)}. Send it as the finger it is of.",
            fingers=fingers,
        )
    exact = [number for number in fitting if stated[number] is position]
    return print_of_view(record, (exact or fitting)[0], position=position, source=source)


def _fingerprint(view: RecordView) -> FingerprintTemplate:
    minutiae = _minutiae(view)
    fewest = PARAMETERS.presence.fewest
    if view.impression is Impression.LATENT:
        fewest = MARKS.fewest
    if len(minutiae) < fewest:
        raise TooFewMinutiae(
            f"The template has {len(minutiae)} different minutiae; at least {fewest} are needed. Send the"
            " image of the print, or a template made from a better one.",
            minutiae=len(minutiae),
            needed=fewest,
        )
    across, down = float(np.ptp(minutiae.x)), float(np.ptp(minutiae.y))
    if max(across, down) > PARAMETERS.presence.largest_side_px:
        raise TemplateRecordUnreadable(
            "The minutiae spread wider than one finger: a palm, several fingers, or a wrong resolution."
            " Send a template of one finger with its true resolution.",
            spread_px=round(max(across, down)),
            largest_px=PARAMETERS.presence.largest_side_px,
        )
    # the place in the image means nothing to a comparison: far off, it would not fit into a template
    left, top = min(float(minutiae.x.min()), 0.0), min(float(minutiae.y.min()), 0.0)
    geometry = view.geometry
    width = max(geometry.width_px * geometry.scale_x, float(minutiae.x.max()) + 1)
    height = max(geometry.height_px * geometry.scale_y, float(minutiae.y.max()) + 1)
    if max(width, height) > FOREIGN.largest_image_px:
        left, top = float(minutiae.x.min()), float(minutiae.y.min())
        width, height = across + 1, down + 1
    placed = minutiae.shifted(-left, -top)
    return FingerprintTemplate.from_minutiae(round(width), round(height), placed)


def _minutiae(view: RecordView) -> Minutiae:
    """The different minutiae, those nearest to the middle first where quality does not order them."""
    distinct = list({(m.x, m.y, m.angle_rad): m for m in view.minutiae}.values())
    unreported = FOREIGN.unreported_quality
    columns = (
        [m.x for m in distinct],
        [m.y for m in distinct],
        [m.angle_rad for m in distinct],
        [BIFURCATION_SHARE[m.kind] for m in distinct],
        [unreported if m.quality is None else max(m.quality, FOREIGN.lowest_quality) for m in distinct],
    )
    found = Minutiae(*(np.array(column, np.float32) for column in columns))
    return found.take(_from_the_middle(found)) if distinct else found


def _from_the_middle(minutiae: Minutiae) -> NDArray[np.int64]:
    square = (minutiae.x - minutiae.x.mean()) ** 2 + (minutiae.y - minutiae.y.mean()) ** 2
    return np.argsort(square, kind="stable")


def _quality(view: RecordView, defects: Sequence[RecordDefect]) -> Quality:
    """What the record states, lowered by a small number of minutiae; the image is not there to be judged.

    The record's defects stand among the reasons, where whoever sent it sees them.
    """
    good = PARAMETERS.quality.good_minutiae
    share = min(len(view.minutiae) / good, 1.0) ** PARAMETERS.quality.exponent
    stated = FOREIGN.unreported_quality if view.quality is None else view.quality
    reasons = []
    if len(view.minutiae) < good * PARAMETERS.quality.worth_saying:
        advice = "Send the image of the print, or a template that shows more of the fingertip."
        reasons.append(QualityReason("few_minutiae", advice, float(len(view.minutiae)), float(good)))
    if view.quality is None:
        advice = "The other system states no quality; send the image to have it judged."
        reasons.append(QualityReason("quality_not_stated", advice, 0.0, 1.0))
    reasons += [QualityReason(defect.code, defect.message, 1.0, 0.0) for defect in defects]
    return Quality(round(stated * share, 3), tuple(reasons))
