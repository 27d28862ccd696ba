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


def with_free_batch(model: onnx.ModelProto) -> onnx.ModelProto:
    """Let a network take several inputs at once, if nothing inside it holds it to one."""
    for value in (*model.graph.input, *model.graph.output):
        dimensions = value.type.tensor_type.shape.dim
        if len(dimensions):
            dimensions[0].Clear()
            dimensions[0].dim_param = "inputs"
    del model.graph.value_info[:]
    return model


def with_fast_prelu(model: onnx.ModelProto) -> onnx.ModelProto:
    """Replace each per-channel PReLU by x + (1-s)*relu(-x), two depthwise 1x1 convolutions.

    onnxruntime has no fast kernel for a PReLU with one slope per channel. relu and sum are joined to the
    convolutions by the runtime, and SFace takes two fifths of the time, with differences of 1e-6. Constants
    also cease to be graph inputs, so that the runtime may fold them, as do names that no node takes: block
    quantisation leaves the plain weights there. A PReLU of another form is left.
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


def with_slopes_out(model: onnx.ModelProto) -> onnx.ModelProto:
    """Let a network also give what comes out of each PReLU, in order, after its own outputs."""
    for node in model.graph.node:
        if node.op_type == "PRelu":
            model.graph.output.append(helper.make_empty_tensor_value_info(node.output[0]))
    return model


def for_embedding(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return an embedder that is as fast as we can make it and takes a face with its mirror image."""
    return with_free_batch(with_fast_prelu(model))


def _as_convolutions(graph: onnx.GraphProto, node: onnx.NodeProto, slope: np.ndarray) -> list[onnx.NodeProto]:
    source, result = node.input[0], node.output[0]
    channels = slope.shape[0]
    for name, kernel in {"minus": -np.ones_like(slope), "rest": 1 - slope}.items():
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

    return [
        depthwise(source, "minus"),
        helper.make_node("Relu", [f"{result}_minus_part"], [f"{result}_below"]),
        depthwise(f"{result}_below", "rest"),
        helper.make_node("Add", [f"{result}_rest_part", source], [result]),
    ]
