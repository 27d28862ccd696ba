"""Which model each modality's probes are extracted with, as the database says; asked again and again."""

import threading
import time

from sqlalchemy import select

from biometrics.template import Modality
from records.database import Database, DatabaseUnavailable
from records.parameters import GENERATIONS
from records.tables import GenerationRow


class ActiveModels:
    """The active generations' models; safe for many threads.

    A switch is noticed within `GENERATIONS.noticed_after_s`. While the database does not answer, the
    last answer stands: without it nothing can be enrolled or recorded anyway.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asking = threading.Lock()
        self._known: dict[str, str | None] | None = None
        self._ask_at = 0.0

    def __call__(self, modality: Modality) -> str | None:
        """Return the manifest name of the model, None while the settings alone decide."""
        with self._asking:
            if time.monotonic() >= self._ask_at:
                self._ask()
            return (self._known or {}).get(str(modality))

    def forget(self) -> None:
        """Ask anew at the next call: this process has just switched."""
        self._ask_at = 0.0

    def _ask(self) -> None:
        try:
            with self._database.transaction() as session:
                rows = session.execute(
                    select(GenerationRow.modality, GenerationRow.model).where(GenerationRow.active)
                ).all()
        except DatabaseUnavailable:
            if self._known is None:
                raise
            return
        self._known = {row.modality: row.model for row in rows}
        self._ask_at = time.monotonic() + GENERATIONS.noticed_after_s
