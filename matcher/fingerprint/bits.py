"""Population count for the compiled kernels: one instruction per word, or per eight where the CPU can."""

from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def _bit_count(_typing_context: Any, _word: Any) -> tuple[Any, Callable[..., Any]]:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(64), [ir.IntType(64)])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.ctpop.i64")  # type: ignore[no-untyped-call]
        return builder.call(function, arguments)

    return types.uint64(types.uint64), generate


bit_count: Any = intrinsic(_bit_count)
"""Bits set in a uint64, as a uint64; for use inside compiled functions only."""
