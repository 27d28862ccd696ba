"""Serves the console's style sheet and scripts; a browser keeps them until their address changes."""

import os

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.console.rendering import STATIC

_FOR_EVER = "public, max-age=31536000, immutable"


class VersionedFiles(StaticFiles):
    """Static files whose address carries a digest of their content."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Answer with the file; only an address with its digest may be kept."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        if scope.get("query_string", b"").startswith(b"v="):
            response.headers["Cache-Control"] = _FOR_EVER
        return response
