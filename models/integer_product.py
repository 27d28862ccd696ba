"""Multiplies a matrix of bytes with a fixed matrix of whole numbers, exactly, as fast as the CPU can."""

from collections.abc import Callable

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.session import one_thread

LARGEST = 63
"""Size of the fixed matrix' numbers. CPUs without instructions for such products add two of them in 16
bits: 2 * 255 * 63 still fits, so that every CPU finds the same sums."""

Bytes = NDArray[np.uint8]
Words = NDArray[np.int32]


class IntegerProduct:
    """``(bytes - zero) @ weights`` for one matrix of weights; safe for many threads."""

    def __init__(self, weights: NDArray[np.int8], zero: int) -> None:
        """Keep ``weights`` (in x out, -LARGEST to LARGEST) and the byte that stands for 0."""
        rows, columns = weights.shape
        node = helper.make_node("MatMulInteger", ["bytes", "weights", "zero"], ["sums"])
        fixed = [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.array(zero, np.uint8), "zero"),
        ]
        taken = helper.make_tensor_value_info("bytes", TensorProto.UINT8, ["rows", rows])
        made = helper.make_tensor_value_info("sums", TensorProto.INT32, ["rows", columns])
        graph = helper.make_graph([node], "product", [taken], [made], fixed)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), one_thread(), providers=["CPUExecutionProvider"]
        )

    def bound(self, sums: Words, left: Bytes) -> Callable[[], None]:
        """Return what writes the sums of each row of ``left``; both are contiguous and stay in place."""
        binding = self._session.io_binding()
        # by address: an array given as such would be copied now
        binding.bind_input("bytes", "cpu", 0, np.uint8, left.shape, left.ctypes.data)
        binding.bind_output("sums", "cpu", 0, np.int32, sums.shape, sums.ctypes.data)
        arrays = (sums, left)  # kept, since the binding knows only where they lie

        def multiply() -> None:
            assert arrays
            self._session.run_with_iobinding(binding)

        return multiply
