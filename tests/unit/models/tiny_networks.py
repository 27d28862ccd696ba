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


def tiny_separable(side: int = 12, dimension: int = 8, seed: int = 5) -> bytes:
    """Return a network of SFace's kind in small: normalisations, PReLUs, one halving, one odd side."""
    random = np.random.default_rng(seed)
    nodes = [helper.make_node("Sub", ["data", "middle"], ["moved"])]
    nodes += [helper.make_node("Mul", ["moved", "factor"], ["layer_0"])]
    constants = {"middle": np.array([127.5], np.float32), "factor": np.array([0.0078125], np.float32)}
    layers = [(3, 32, 3, 1, 1), (32, 32, 3, 1, 32), (32, 48, 1, 1, 1), (48, 48, 3, 2, 48), (48, 64, 1, 1, 1)]
    for place, (taken, made, size, stride, groups) in enumerate(layers):
        names = [f"{name}_{place}" for name in ("kernel", "gain", "offset", "mean", "variance", "slope")]
        width = taken // groups * size * size
        values = [
            random.normal(size=(made, taken // groups, size, size)) / np.sqrt(width),
            random.uniform(0.5, 1.5, made),
            random.normal(size=made) / 4,
            random.normal(size=made) / 4,
            random.uniform(0.5, 1.5, made),
            random.uniform(-0.5, 1.2, (made, 1, 1)),
        ]
        constants |= {name: value.astype(np.float32) for name, value in zip(names, values, strict=True)}
        options = {"kernel_shape": [size] * 2, "pads": [size // 2] * 4, "strides": [stride] * 2}
        nodes.append(
            helper.make_node("Conv", [f"layer_{place}", names[0]], [f"conv_{place}"], group=groups, **options)
        )
        nodes.append(
            helper.make_node("BatchNormalization", [f"conv_{place}", *names[1:5]], [f"norm_{place}"])
        )
        nodes.append(helper.make_node("PRelu", [f"norm_{place}", names[5]], [f"layer_{place + 1}"]))
    left = side // 2
    ends = {
        "gain": random.uniform(0.5, 1.5, 64),
        "offset": random.normal(size=64) / 4,
        "mean": random.normal(size=64) / 4,
        "variance": random.uniform(0.5, 1.5, 64),
        "matrix": random.normal(size=(dimension, 64 * left * left)) / 30,
        "bias": random.normal(size=dimension),
    }
    constants |= {name: value.astype(np.float32) for name, value in ends.items()}
    nodes += [
        helper.make_node("BatchNormalization", ["layer_5", "gain", "offset", "mean", "variance"], ["normal"]),
        helper.make_node("Flatten", ["normal"], ["flat"]),
        helper.make_node("Gemm", ["flat", "matrix", "bias"], ["embedding"], transB=1),
    ]
    graph = helper.make_graph(
        nodes,
        "separable",
        [helper.make_tensor_value_info("data", TensorProto.FLOAT, [1, 3, side, side])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, dimension])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())
