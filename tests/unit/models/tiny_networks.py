"""Networks of a few nodes in the form of face embedders, made on the spot for tests."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def tiny_embedder(dimension: int = 16, seed: int = 3) -> bytes:
    """Return a network 1 x 3 x 112 x 112 -> 1 x ``dimension`` with a convolution, a PReLU and a matrix."""
    random = np.random.default_rng(seed)
    constants = {
        "kernel": random.normal(size=(4, 3, 8, 8)).astype(np.float32),
        "slope": random.uniform(-0.5, 1.5, size=(4, 1, 1)).astype(np.float32),
        "matrix": random.normal(size=(4 * 14 * 14, dimension)).astype(np.float32),
        "last_slope": np.array([0.25], dtype=np.float32),
    }
    nodes = [
        helper.make_node("Conv", ["data", "kernel"], ["conv"], strides=[8, 8]),
        helper.make_node("PRelu", ["conv", "slope"], ["active"]),
        helper.make_node("Flatten", ["active"], ["flat"]),
        helper.make_node("MatMul", ["flat", "matrix"], ["linear"]),
        helper.make_node("PRelu", ["linear", "last_slope"], ["embedding"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("data", TensorProto.FLOAT, [1, 3, 112, 112])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, dimension])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def with_weights_among_inputs(model: bytes) -> bytes:
    """Return the network with inputs that nothing takes, as block quantisation leaves the plain weights."""
    changed = onnx.load_model_from_string(model)
    changed.graph.input.append(helper.make_tensor_value_info("weight", TensorProto.FLOAT, [64, 3, 3, 3]))
    return bytes(changed.SerializeToString())


def for_one_input(model: bytes) -> bytes:
    """Return the network with an inside that is made for one input at a time."""
    changed = onnx.load_model_from_string(model)
    flatten = next(node for node in changed.graph.node if node.op_type == "Flatten")
    changed.graph.initializer.append(numpy_helper.from_array(np.array([1, 4 * 14 * 14]), "one"))
    flatten.op_type = "Reshape"
    flatten.input.append("one")
    return bytes(changed.SerializeToString())
