"""Sixteen channels at a time, for compiled functions only: what a compiler does not find out by itself.

A loop over channels that reads ten arrays and writes another is not turned into vector instructions,
since the compiler cannot know that they do not overlap. So the innermost steps are written down as
vectors of sixteen numbers; every CPU has instructions for those, narrow or wide.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

LANES = 16
_FLOAT = ir.FloatType()
_FLOATS = ir.VectorType(_FLOAT, LANES)
_WORDS = ir.VectorType(ir.IntType(32), LANES)
_BYTES = ir.VectorType(ir.IntType(8), LANES)
_TOGETHER = ("contract",)
"""A product and a sum may be one instruction, where the CPU has it."""

Generate = Callable[[Any, Any, Any, Any], Any]


class _Code:
    """Writes vector instructions; addresses count elements from the start of an array."""

    def __init__(self, context: Any, builder: Any, signature: Any, arguments: Any) -> None:
        self.builder = builder
        self._context = context
        self._kinds = signature.args
        self._arguments = arguments

    def start(self, place: int) -> Any:
        """Return the address of the first element of the array that is argument ``place``."""
        array = self._context.make_array(self._kinds[place])
        return array(self._context, self.builder, self._arguments[place]).data

    def at(self, index: Any, step: Any = None, times: int = 0) -> Any:
        """Return ``index + times * step``."""
        if not times:
            return index
        return self.builder.add(index, self.builder.mul(step, ir.Constant(step.type, times)))

    def load(self, start: Any, index: Any, kind: Any = _FLOATS) -> Any:
        address = self.builder.bitcast(self.builder.gep(start, [index]), kind.as_pointer())
        return self.builder.load(address, align=1)

    def store(self, value: Any, start: Any, index: Any) -> None:
        address = self.builder.bitcast(self.builder.gep(start, [index]), value.type.as_pointer())
        self.builder.store(value, address, align=1)

    def spread(self, number: Any) -> Any:
        """Return a vector with the number in every place."""
        single = self.builder.insert_element(
            ir.Constant(_FLOATS, ir.Undefined), number, ir.Constant(ir.IntType(32), 0)
        )
        return self.builder.shuffle_vector(single, single, ir.Constant(_WORDS, [0] * LANES))

    def spread_constant(self, number: float) -> Any:
        return ir.Constant(_FLOATS, [number] * LANES)

    def plus_product(self, total: Any, first: Any, second: Any) -> Any:
        product = self.builder.fmul(first, second, flags=_TOGETHER)
        return self.builder.fadd(total, product, flags=_TOGETHER)

    def larger(self, first: Any, second: Any) -> Any:
        return self.builder.select(self.builder.fcmp_ordered(">", first, second), first, second)

    def smaller(self, first: Any, second: Any) -> Any:
        return self.builder.select(self.builder.fcmp_ordered("<", first, second), first, second)

    def bent(self, value: Any, slope: Any) -> Any:
        """Return PReLU of the value: times the slope where it is negative."""
        negative = self.builder.fcmp_ordered("<", value, self.spread_constant(0.0))
        return self.builder.select(negative, self.builder.fmul(value, slope), value)

    def as_bytes(self, value: Any, raised: Any) -> Any:
        """Return the values as the nearest bytes.

        Args:
            raised: The byte that stands for 0, plus a half for rounding.
        """
        value = self.builder.fadd(value, self.spread(raised))
        value = self.larger(value, self.spread_constant(0.0))
        value = self.smaller(value, self.spread_constant(255.0))
        return self.builder.trunc(self.builder.fptosi(value, _WORDS), _BYTES)


def _opening(pixels: int) -> Any:
    def declare(
        _typing: Any,
        plane: Any,
        row: Any,
        below: Any,
        table: Any,
        channels: Any,
        c: Any,
        out: Any,
        place: Any,
    ) -> tuple[Any, Generate]:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            code = _Code(context, builder, signature, arguments)
            _, row, below, _, channels, c, _, place = arguments
            plane, table, out = code.start(0), code.start(3), code.start(6)
            one = ir.Constant(row.type, 1)
            totals = [code.load(table, code.at(c, channels, 27))] * pixels
            for tap in range(27):
                weight = code.load(table, code.at(c, channels, tap))
                line = code.at(row, below, tap // 9)
                for pixel in range(pixels):
                    index = code.at(line, one, tap % 9 + 3 * pixel)
                    value = builder.load(builder.gep(plane, [index]))
                    totals[pixel] = code.plus_product(totals[pixel], weight, code.spread(value))
            slope = code.load(table, code.at(c, channels, 28))
            for pixel, total in enumerate(totals):
                code.store(code.bent(total, slope), out, code.at(place, channels, pixel))
            return context.get_dummy_value()

        return types.void(plane, row, below, table, channels, c, out, place), generate

    return intrinsic(declare)


def _depthwise(pixels: int, stride: int) -> Any:
    def declare(
        _typing: Any, ring: Any, top: Any, middle: Any, bottom: Any, table: Any, channels: Any, c: Any,
        out: Any, place: Any, raised: Any,
    ) -> tuple[Any, Generate]:  # fmt: skip
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            code = _Code(context, builder, signature, arguments)
            _, top, middle, bottom, _, channels, c, _, place, raised = arguments
            ring, table, out = code.start(0), code.start(4), code.start(7)
            totals = [code.load(table, code.at(c, channels, 9))] * pixels
            for row, line in enumerate((top, middle, bottom)):
                seen = [
                    code.load(ring, code.at(line, channels, column))
                    for column in range(stride * (pixels - 1) + 3)
                ]
                for column in range(3):
                    weight = code.load(table, code.at(c, channels, 3 * row + column))
                    for pixel in range(pixels):
                        value = seen[stride * pixel + column]
                        totals[pixel] = code.plus_product(totals[pixel], weight, value)
            slope = code.load(table, code.at(c, channels, 10))
            for pixel, total in enumerate(totals):
                done = code.as_bytes(code.bent(total, slope), raised)
                code.store(done, out, code.at(place, channels, pixel))
            return context.get_dummy_value()

        arguments = (ring, top, middle, bottom, table, channels, c, out, place, raised)
        return types.void(*arguments), generate

    return intrinsic(declare)


def _scaled(code: _Code, arguments: Any) -> Any:
    """Return the products' sums as numbers, scaled, moved and bent by three rows of a table."""
    _, index, _, channels, c = arguments[:5]
    table = code.start(2)
    sums = code.builder.sitofp(code.load(code.start(0), index, _WORDS), _FLOATS)
    scale, bias, slope = (code.load(table, code.at(c, channels, row)) for row in range(3))
    return code.bent(code.plus_product(bias, sums, scale), slope)


def _scaled_floats(
    _typing: Any, sums: Any, index: Any, table: Any, channels: Any, c: Any, out: Any, place: Any
) -> tuple[Any, Generate]:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        code = _Code(context, builder, signature, arguments)
        code.store(_scaled(code, arguments), code.start(5), arguments[6])
        return context.get_dummy_value()

    return types.void(sums, index, table, channels, c, out, place), generate


def _scaled_bytes(
    _typing: Any, sums: Any, index: Any, table: Any, channels: Any, c: Any, out: Any, place: Any, raised: Any
) -> tuple[Any, Generate]:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        code = _Code(context, builder, signature, arguments)
        code.store(code.as_bytes(_scaled(code, arguments), arguments[7]), code.start(5), arguments[6])
        return context.get_dummy_value()

    return types.void(sums, index, table, channels, c, out, place, raised), generate


opening_one, opening_four = _opening(1), _opening(4)
"""First convolution, 3 x 3 over three colours, of one pixel and of four in a row."""

depthwise_one, depthwise_four = _depthwise(1, 1), _depthwise(4, 1)
"""Depthwise convolution 3 x 3 of one pixel and of four in a row."""

halving_one, halving_four = _depthwise(1, 2), _depthwise(4, 2)
"""The same, of every other pixel."""

scaled_floats: Any = intrinsic(_scaled_floats)
scaled_bytes: Any = intrinsic(_scaled_bytes)
