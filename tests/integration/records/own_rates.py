"""Fits false-match rates on invented faces and lets every process state them, as an administrator does."""

from core.ids import new_id
from matcher.own_gallery import fit
from records import own_calibrations
from records.access import Officer, Role
from records.calibration_values import OwnCalibration
from records.database import Session
from tests.integration.records.many_people import faces
from tests.integration.records.people import officer


def used(session: Session, producer: str) -> tuple[Officer, OwnCalibration]:
    """Return the calibration that is in use now, and the administrator who chose it."""
    administrator = officer(session, Role.ADMINISTRATOR, None, None)
    begun = own_calibrations.begin(session, administrator, producer)
    vectors = faces(200)
    found = fit([each.tobytes() for each in vectors], producer, begun.population)
    own_calibrations.save_fit(session, begun.id, found, [new_id() for _ in vectors])
    return administrator, own_calibrations.choose(session, administrator, begun.number)
