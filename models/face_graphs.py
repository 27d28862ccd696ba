"""Rewrites of the face networks' graphs in memory: any input size for YuNet, faster PReLU for embedders."""

import numpy as np
import onnx
from onnx import helper, numpy_helper


def with_any_size(model: onnx.ModelProto) -> onnx.ModelProto:
    """Let a fully convolutional detector take any height and width; its outputs grow with them."""
    for value in (*model.graph.input, *model.graph.output):
        dimensions = value.type.tensor_type.shape.dim
        free = dimensions[2:] if len(dimensions) == 4 else dimensions[1:2]
        for place, dimension in enumerate(free):
            dimension.Clear()
            dimension.dim_param = f"{value.name}_{place}"
    del model.graph.value_info[:]
    return model


def with_fast_prelu(model: onnx.ModelProto) -> onnx.ModelProto:
    """Replace each per-channel PReLU by s*x + relu((1-s)*x), two depthwise 1x1 convolutions.

    onnxruntime has no fast kernel for a PReLU with one slope per channel; the two convolutions take
    a third of the time for SFace and differ by 1e-6. relu and sum are joined to them by the runtime.
    With a slope above 1 the form is s*x + (1-s)*relu(x), which needs one pass more. Constants also
    cease to be graph inputs, so that the runtime may fold them, as do names that no node
    takes: block quantisation leaves the plain weights there. A PReLU of another form is left.
    """
    constants = {constant.name: constant for constant in model.graph.initializer}
    wanted = {name for node in model.graph.node for name in node.input} - set(constants)
    inputs = [value for value in model.graph.input if value.name in wanted]
    nodes: list[onnx.NodeProto] = []
    for node in model.graph.node:
        slope = constants.get(node.input[1]) if node.op_type == "PRelu" else None
        if slope is None or len(slope.dims) != 3 or tuple(slope.dims[1:]) != (1, 1):
            nodes.append(node)
        else:
            nodes.extend(_as_convolutions(model.graph, node, numpy_helper.to_array(slope)))
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


def _as_convolutions(graph: onnx.GraphProto, node: onnx.NodeProto, slope: np.ndarray) -> list[onnx.NodeProto]:
    source, result = node.input[0], node.output[0]
    channels = slope.shape[0]
    kernels = {"slope": slope, "rest": 1 - slope}
    for name, kernel in kernels.items():
        shaped = kernel.reshape(channels, 1, 1, 1).astype(slope.dtype)
        graph.initializer.append(numpy_helper.from_array(shaped, f"{result}_{name}"))

    def depthwise(value: str, name: str) -> onnx.NodeProto:
        return helper.make_node(
            "Conv",
            [value, f"{result}_{name}"],
            [f"{result}_{name}_part"],
            group=channels,
            kernel_shape=[1, 1],
        )

    if float(slope.max()) <= 1:
        bent = [
            depthwise(source, "rest"),
            helper.make_node("Relu", [f"{result}_rest_part"], [f"{result}_bent"]),
        ]
    else:
        bent = [
            helper.make_node("Relu", [source], [f"{result}_positive"]),
            depthwise(f"{result}_positive", "rest"),
            helper.make_node("Identity", [f"{result}_rest_part"], [f"{result}_bent"]),
        ]
    joined = helper.make_node("Add", [f"{result}_slope_part", f"{result}_bent"], [result])
    return [*bent, depthwise(source, "slope"), joined]
