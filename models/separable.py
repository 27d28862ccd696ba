"""Reads a network of depthwise-separable convolutions (MobileNet's kind) into its layers' numbers.

Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications",
2017. Normalisations are folded into the convolutions before them and a fully connected end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from models.errors import ManifestInvalid

Numbers = NDArray[np.float64]


@dataclass
class Layer:
    """A convolution or the fully connected end, and the PReLU after it.

    Attributes:
        weights: out x in x height x width; the end's: numbers x inputs, channel by channel.
        slope: By channel; None without PReLU.
        by_channel: Each channel is convolved for itself.
    """

    weights: Numbers
    bias: Numbers
    stride: int = 1
    by_channel: bool = False
    slope: Numbers | None = None


@dataclass(frozen=True)
class SeparableNetwork:
    """One convolution of the picture, then by turns one by channel and one of single pixels, and the end.

    Attributes:
        mean, factor: A colour value v enters as (v - mean) * factor.
    """

    mean: float
    factor: float
    opening: Layer
    depthwise: list[Layer]
    pointwise: list[Layer]
    end: Layer


def read_separable(model: onnx.ModelProto) -> SeparableNetwork:
    """Return the layers of a network of this kind.

    Raises:
        ManifestInvalid: it is of another kind.
    """
    values = {each.name: numpy_helper.to_array(each).astype(np.float64) for each in model.graph.initializer}
    mean, factor, layers = 0.0, 1.0, list[Layer]()
    for node, numbers, options in _nodes(model, values):
        if node.op_type == "Sub" and not layers:
            mean = float(numbers[0].item())
        elif node.op_type == "Mul" and not layers:
            factor = float(numbers[0].item())
        elif node.op_type == "Conv":
            layers.append(_convolution(numbers, options))
        elif node.op_type == "PRelu":
            layers[-1].slope = numbers[0].ravel()
        elif node.op_type == "BatchNormalization":
            _normalise(layers, numbers, options)
        elif node.op_type == "Gemm":
            layers.append(_end(layers.pop(), numbers, options))
        elif node.op_type not in ("Dropout", "Flatten"):
            raise ManifestInvalid(f"The network has a step that is none of a separable one: {node.op_type}.")
    return _arranged(mean, factor, layers)


def _nodes(
    model: onnx.ModelProto, values: dict[str, Numbers]
) -> Iterator[tuple[onnx.NodeProto, list[Numbers], dict[str, Any]]]:
    for node in model.graph.node:
        options = {option.name: helper.get_attribute_value(option) for option in node.attribute}
        yield node, [values[name] for name in node.input if name in values], options


def _convolution(numbers: list[Numbers], options: dict[str, Any]) -> Layer:
    border = numbers[0].shape[2] // 2
    if list(options.get("pads", [0] * 4)) != [border] * 4 or max(options.get("dilations", [1])) != 1:
        raise ManifestInvalid("The network has a convolution that does not keep the picture's size.")
    bias = numbers[1] if len(numbers) > 1 else np.zeros(len(numbers[0]))
    return Layer(numbers[0], bias, options.get("strides", [1])[0], options.get("group", 1) > 1)


def _factors(numbers: list[Numbers], options: dict[str, Any]) -> tuple[Numbers, Numbers]:
    gain, offset, mean, variance = numbers
    factor = gain / np.sqrt(variance + options.get("epsilon", 1e-5))
    return factor, offset - mean * factor


def _normalise(layers: list[Layer], numbers: list[Numbers], options: dict[str, Any]) -> None:
    """Fold a normalisation into the layer before; one after a PReLU waits as a layer of its own."""
    factor, offset = _factors(numbers, options)
    last = layers[-1]
    if last.slope is not None:
        layers.append(Layer(factor, offset))
        return
    last.weights = last.weights * factor.reshape(-1, *[1] * (last.weights.ndim - 1))
    last.bias = last.bias * factor + offset


def _end(before: Layer, numbers: list[Numbers], options: dict[str, Any]) -> Layer:
    weights, bias = numbers
    weights = weights if options.get("transB") else weights.T
    if before.slope is not None or before.weights.ndim != 1:
        raise ManifestInvalid("The network has no normalisation before its fully connected end.")
    by_channel = weights.reshape(len(weights), len(before.weights), -1)
    bias = bias + np.einsum("ncp,c->n", by_channel, before.bias)
    return Layer((by_channel * before.weights[:, None]).reshape(weights.shape), bias)


def _arranged(mean: float, factor: float, layers: list[Layer]) -> SeparableNetwork:
    if len(layers) < 4:
        raise ManifestInvalid("The network has too few layers for a separable one.")
    opening, *middle, end = layers
    network = SeparableNetwork(mean, factor, opening, middle[::2], middle[1::2], end)
    fits = (
        len(network.depthwise) == len(network.pointwise)
        and opening.weights.shape[1:] == (3, 3, 3)
        and opening.stride == 1
        and all(each.by_channel and each.weights.shape[1:] == (1, 3, 3) for each in network.depthwise)
        and all(each.weights.shape[2:] == (1, 1) and each.stride == 1 for each in network.pointwise)
        and all(each.slope is not None for each in layers[:-1])
        and network.depthwise[0].stride == 1
        and end.weights.ndim == 2
    )
    if not fits:
        raise ManifestInvalid("The network's layers are not those of a separable one.")
    return network
