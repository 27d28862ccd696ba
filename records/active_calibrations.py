"""Whose false-match rates a process states: those of the own gallery that are in use, or the files'."""

import threading
from uuid import UUID

from sqlalchemy import select

from biometrics.template import Modality
from core.logging import get_logger
from matcher.calibration import Calibration, calibration_for
from records.calibration_values import read_own_calibration
from records.database import Database, DatabaseUnavailable
from records.parameters import CALIBRATIONS
from records.tables import OwnCalibrationRow

_LOG = get_logger(__name__)


class ActiveCalibrations:
    """A `matcher.calibration.CalibrationSource` that asks the database again and again, in its own thread.

    A choice is noticed within `CALIBRATIONS.noticed_after_s`. While the database does not answer, the last
    answer stands. A search never waits for the database here.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, Calibration] = {}
        self._read: dict[UUID, Calibration] = {}
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def __call__(self, modality: Modality, producer: str) -> Calibration:
        """Return the calibration in use of a producer.

        Raises:
            CalibrationMissing: as `matcher.calibration.calibration_for`.
        """
        own = self._known.get(producer) if modality is Modality.FACE else None
        return own or calibration_for(modality, producer)

    def start(self) -> None:
        """Ask now, and from now on; what was started is not started again.

        Raises:
            DatabaseUnavailable: at start the database must answer.
        """
        self.refresh()
        if self._thread is None:
            self._thread = threading.Thread(target=self._keep, name="calibrations", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End asking; what is known stays."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def refresh(self) -> None:
        """Ask which calibrations are in use; only new ones are read."""
        with self._database.transaction() as session:
            active = session.scalars(select(OwnCalibrationRow.id).where(OwnCalibrationRow.active)).all()
            for row_id in set(active) - self._read.keys():
                fitted = read_own_calibration(session.get_one(OwnCalibrationRow, row_id)).calibration
                if fitted is not None:
                    self._read[row_id] = fitted
        self._known = {
            fitted.producer: fitted for row_id, fitted in self._read.items() if row_id in set(active)
        }

    def _keep(self) -> None:
        while not self._stopped.wait(CALIBRATIONS.noticed_after_s):
            try:
                self.refresh()
            except DatabaseUnavailable:
                continue
            except Exception:
                # A thread that ended here would leave a process that states yesterday's rates.
                _LOG.exception("calibrations_not_read")
