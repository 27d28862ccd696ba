"""Writes down searches that were refused: who asked, for what reason given, and why it was not answered."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.lifespan import Parts
from api.metrics import SEARCHES_REFUSED
from core.errors import Forbidden, InputRejected, NishanError, NotFound
from core.logging import get_logger
from records import audit
from records.access import Officer, Purpose

log = get_logger(__name__)


@contextmanager
def refusals_audited(
    parts: Parts, officer: Officer, action: str, purpose: Purpose | None = None, case_number: str = ""
) -> Iterator[None]:
    """Append an audit row when the block refuses, in a transaction of its own, and let the error pass.

    Args:
        action: What was asked for, such as ``search``; the row says ``search.refused``.
    """
    try:
        yield
    except (InputRejected, Forbidden, NotFound) as refusal:
        SEARCHES_REFUSED.labels(refusal.code).inc()
        _append(parts, officer, f"{action}.refused", purpose, case_number, refusal)
        raise


def _append(
    parts: Parts,
    officer: Officer,
    action: str,
    purpose: Purpose | None,
    case_number: str,
    refusal: NishanError,
) -> None:
    try:
        with parts.database.transaction() as session:
            audit.append(
                session,
                officer,
                action,
                "search",
                "",
                purpose=purpose,
                case_number=case_number,
                details={"code": refusal.code},
            )
    except NishanError as failure:
        # The refusal stands either way: it gave nothing away. Its missing row is in the log.
        log.error("refusal_not_audited", action=action, code=refusal.code, failure=failure.code)
