"""Answers a fault while a page is made with a page, not with the JSON that programs get."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api.console.problems import problem_page
from api.errors import defect_problem
from core.errors import NishanError
from core.logging import get_logger

log = get_logger(__name__)


class PageRoute(APIRoute):
    """The route of a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler with faults answered; expected errors pass to the application's own handlers."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except (NishanError, HTTPException, RequestValidationError):
                raise
            except Exception:
                log.exception("page_failed", route=self.path)
                return problem_page(request, defect_problem())

        return answer
