"""Keeps the part of a document that a benchmark computes: between two marks, written or only compared."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

END = "<!-- end of what is computed -->"


def with_part(document: str, begin: str, part: str) -> str:
    """Return the document with ``part``, marks included, in place of all from ``begin`` to ``END``."""
    before, _, rest = document.partition(begin)
    _, _, after = rest.partition(END)
    return before + part + after


def write_or_check(
    program: str,
    description: str | None,
    path: Path,
    replaced: Callable[[str], str],
    arguments: Sequence[str] | None,
) -> int | None:
    """Write the document as ``replaced`` makes it; with ``--check`` only compare and return the exit code."""
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 when it differs")
    options = parser.parse_args(arguments)
    document = path.read_text(encoding="utf-8")
    if options.check:
        return int(replaced(document) != document)
    path.write_text(replaced(document), encoding="utf-8")
    return None
