"""Takes in a batch of probes and gives its results out, as JSON or as a table safe for spreadsheets."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from api.lifespan import Parts
from api.refusals import refusals_audited
from api.schemas.batches import BatchAnswer, BatchBody
from api.uploads import FilePart, PartRepeated
from core.errors import InputRejected
from enroll.batch_results import COLUMNS, ResultRow, result_rows
from enroll.bulk import BatchRequest, accept_archive, accept_list
from records.access import Officer
from records.batches import batch_for
from records.searches import check_purpose

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class ProbesMissing(InputRejected):
    """Neither an archive nor a list with files was sent, or both."""

    code = "probes_missing"


class _FilesOnDemand(Mapping[str, bytes]):
    """The files of a form by the names that their sender gave them, read when asked for."""

    def __init__(self, files: Sequence[FilePart]) -> None:
        self._files = {file.filename: file for file in files}
        if len(self._files) < len(files):
            raise PartRepeated("Two files have the same name. Give every file a name of its own.")

    def __getitem__(self, name: str) -> bytes:
        return self._files[name].read()

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def take(parts: Parts, officer: Officer, body: BatchBody, files: Sequence[FilePart]) -> BatchAnswer:
    """Accept a batch; the workers search it in the officer's name.

    Args:
        files: Either one file in the part ``archive``, or one in ``list`` and any number in ``files``.

    Raises:
        InputRejected: purpose or case number missing, or nothing usable was sent.
    """
    with refusals_audited(parts, officer, "batch", body.purpose, body.case_number):
        request = BatchRequest(
            title=body.name or f"Batch for {body.case_number}",
            purpose=check_purpose(body.purpose, body.case_number),
            case_number=body.case_number,
            filters=body.filters.to_filters(),
            max_candidates=min(body.max_candidates, parts.settings.max_candidates),
            modality=body.modality,
            target_fpir=body.target_fpir,
            incomplete_accepted=body.incomplete_accepted,
        )
        archives, lists, listed = (
            [file for file in files if file.part == part] for part in ("archive", "list", "files")
        )
        with parts.capacity.turn():
            if len(archives) == 1 and not lists and not listed:
                batch = accept_archive(parts.database, parts.images, officer, request, archives[0].file)
            elif len(lists) == 1 and not archives:
                batch = accept_list(
                    parts.database, parts.images, officer, request, lists[0].read(), _FilesOnDemand(listed)
                )
            else:
                raise ProbesMissing("Send either one zip as 'archive', or a CSV as 'list' with its 'files'.")
    return BatchAnswer.of(batch)


def results_csv(parts: Parts, officer: Officer, batch_id: UUID) -> Iterator[str]:
    """Return the lines of the result table; names that a spreadsheet would run as formulas are defused."""
    rows = _rows(parts, officer, batch_id)

    def lines() -> Iterator[str]:
        yield _line(COLUMNS)
        for row in rows:
            yield _line([_defused(value) for value in row.as_dict().values()])

    return lines()


def results_json(parts: Parts, officer: Officer, batch_id: UUID) -> Iterator[str]:
    """Return the pieces of a JSON document with the batch and all result rows."""
    with parts.database.transaction() as session:
        batch = BatchAnswer.of(batch_for(session, officer, batch_id))
    rows = _rows(parts, officer, batch_id)

    def pieces() -> Iterator[str]:
        yield f'{{"batch": {batch.model_dump_json()}, "rows": ['
        for number, row in enumerate(rows):
            yield ("," if number else "") + json.dumps(row.as_dict(), ensure_ascii=False)
        yield "]}"

    return pieces()


def _rows(parts: Parts, officer: Officer, batch_id: UUID) -> Iterator[ResultRow]:
    """Return the rows after checking that they may be read: an answer that has begun cannot refuse."""
    with parts.database.transaction() as session:
        batch_for(session, officer, batch_id)
    return result_rows(parts.database, officer, batch_id)


def _line(values: Sequence[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(values)
    return buffer.getvalue()


def _defused(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value
