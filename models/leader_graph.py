"""Rebuilds the published LEADER graph in memory as two fast ones: a dense minutiae map, details at points.

The published file was exported by a converter that spells layer normalisation, GELU and dilated
convolution out of elementary operations, which costs most of the time. Here the same weights,
found by layer name, are put into a graph of native operators. Two further savings keep the result
the same: the pointwise layers of each head commute with nearest-neighbour up-sampling and run
before it, and the direction and type heads are evaluated only where a minutia was found.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from core.errors import Defect

Array = NDArray[np.float32]
Shape = Sequence[int | str]

OPSET = 20  # the first with Gelu as one operator
IR_VERSION = 10
ENCODER_0 = (16, 32, 64, 128)  # channels of the first encoder's four levels
ENCODER_1 = (32, 64, 128, 32)
ATTENTION_DILATIONS = (1, 3, 6)
FEATURE_CHANNELS = 52
PATCH_SIDE = 9  # 7x7 depthwise kernel around each cell of a 3x3 neighbourhood


class GraphUnknown(Defect):
    """The network file is not the LEADER graph this rebuild was written for."""

    code = "network_graph_unknown"


def minutiae_map_graph(published: onnx.ModelProto) -> onnx.ModelProto:
    """Return the dense part: image ``(1, 1, h, w)`` with values 0..255, h and w multiples of 32.

    Outputs: ``position`` ``(1, 1, h, w)``, the chance of a minutia; ``features``
    ``(1, 52, h/2, w/2)``, the input of the point graph.
    """
    net = _Builder(_Weights(published))
    features = net.trunk("image")
    position = net.op("Sigmoid", [net.conv(net.upsample(net.head(features, 0)), "head_conv_pos")])
    outputs: list[tuple[str, str, Shape]] = [
        ("position", position, [1, 1, "h", "w"]),
        ("features", features, [1, FEATURE_CHANNELS, "h2", "w2"]),
    ]
    return net.model([("image", [1, 1, "h", "w"])], outputs)


def minutiae_detail_graph(published: onnx.ModelProto) -> onnx.ModelProto:
    """Return the point part: ``patches`` ``(k, 52, 9, 9)`` of features centred on minutiae.

    Outputs for the four pixels of the central cell: ``direction`` ``(k, 2, 2, 2)``, cosine and sine
    with y up, not normalised; ``kind`` ``(k, 1, 2, 2)``, the chance of a bifurcation.
    """
    net = _Builder(_Weights(published), same_size=False)
    direction = net.conv(net.upsample(net.head("patches", 1)), "head_conv_dir")
    kind = net.op("Sigmoid", [net.conv(net.upsample(net.head("patches", 2)), "head_conv_typ")])
    outputs: list[tuple[str, str, Shape]] = [
        ("direction", direction, ["k", 2, 2, 2]),
        ("kind", kind, ["k", 1, 2, 2]),
    ]
    return net.model([("patches", ["k", FEATURE_CHANNELS, PATCH_SIDE, PATCH_SIDE])], outputs)


def minutiae_whole_graph(published: onnx.ModelProto) -> onnx.ModelProto:
    """Return the network with all heads everywhere, to measure what evaluating two at points saves.

    Outputs for an image as above: ``position`` ``(1, 1, h, w)``, ``direction`` ``(1, 2, h, w)`` and ``kind``
    ``(1, 1, h, w)``, valued as in the two graphs above.
    """
    net = _Builder(_Weights(published))
    features = net.trunk("image")
    position, direction, kind = (
        net.conv(net.upsample(net.head(features, index)), f"head_conv_{name}")
        for index, name in enumerate(("pos", "dir", "typ"))
    )
    outputs: list[tuple[str, str, Shape]] = [
        ("position", net.op("Sigmoid", [position]), [1, 1, "h", "w"]),
        ("direction", direction, [1, 2, "h", "w"]),
        ("kind", net.op("Sigmoid", [kind]), [1, 1, "h", "w"]),
    ]
    return net.model([("image", [1, 1, "h", "w"])], outputs)


class _Weights:
    """Finds the weights of each named layer in the published graph."""

    def __init__(self, published: onnx.ModelProto) -> None:
        self._nodes = list(published.graph.node)
        self._constants = {c.name: numpy_helper.to_array(c) for c in published.graph.initializer}
        self._maker = {name: node for node in self._nodes for name in node.output}
        self._users: dict[str, list[onnx.NodeProto]] = {}
        for node in self._nodes:
            for name in node.input:
                self._users.setdefault(name, []).append(node)
        self._norms = dict(self._find_norms())

    def conv(self, layer: str) -> tuple[Array, Array]:
        """Kernel and bias; the bias of a dilated layer follows its batch-to-space as an Add."""
        kernel = f"functional_1/{layer}_1/convolution/ReadVariableOp:0"
        node = self._single(kernel)
        if len(node.input) > 2:
            return self._constants[kernel], self._constants[node.input[2]].ravel()
        while node.op_type != "Add":
            node = self._single(node.output[0])
        return self._constants[kernel], self._constant_input(node)

    def separable(self, layer: str) -> tuple[Array, Array, Array]:
        """Depthwise kernel, pointwise kernel, bias."""
        point = self._single(f"functional_1/{layer}_1/separable_conv2d/ReadVariableOp_1:0")
        depth, pointwise, bias = self._maker[point.input[0]].input[1], point.input[1], point.input[2]
        return self._constants[depth], self._constants[pointwise], self._constants[bias]

    def depthwise(self, layer: str) -> Array:
        node = self._maker.get(f"functional_1/{layer}_1/depthwise:0")
        if node is None:
            raise GraphUnknown(f"The LEADER file has no layer {layer}; fetch the model named in the manifest")
        return self._constants[node.input[1]]

    def norm(self, layer: str) -> tuple[Array, Array, float]:
        """Gain, offset, epsilon of a layer normalisation."""
        if layer not in self._norms:
            raise GraphUnknown(f"The LEADER file has no layer {layer}; fetch the model named in the manifest")
        return self._norms[layer]

    def _find_norms(self) -> "list[tuple[str, tuple[Array, Array, float]]]":
        """Each is spelt 1/sqrt(variance + epsilon) * gain, then -mean times that, plus offset."""
        found = []
        for reciprocal in (n for n in self._nodes if n.op_type == "Reciprocal"):
            epsilon = float(self._constant_input(self._maker[self._maker[reciprocal.input[0]].input[0]])[0])
            scale = self._single(reciprocal.output[0])
            for user in self._users[scale.output[0]]:
                other = next(name for name in user.input if name != scale.output[0])
                if self._maker[other].op_type == "Neg":
                    offset = self._constant_input(self._single(user.output[0]))
                    layer = other.split("/")[1].removesuffix("_1")
                    found.append((layer, (self._constant_input(scale), offset, epsilon)))
        return found

    def _single(self, name: str) -> onnx.NodeProto:
        if name not in self._users:
            raise GraphUnknown(f"The LEADER file lacks {name}; fetch the model named in the manifest")
        return self._users[name][0]

    def _constant_input(self, node: onnx.NodeProto) -> Array:
        constant: Array = next(self._constants[i] for i in node.input if i in self._constants).ravel()
        return constant


class _Builder:
    """Writes the network layer by layer; every method takes and returns value names."""

    def __init__(self, weights: _Weights, same_size: bool = True) -> None:
        self._weights = weights
        self._same_size = same_size
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def model(
        self,
        inputs: Sequence[tuple[str, Shape]],
        outputs: Sequence[tuple[str, str, Shape]],
    ) -> onnx.ModelProto:
        for public, inner, _shape in outputs:
            self._nodes.append(helper.make_node("Identity", [inner], [public]))
        graph = helper.make_graph(
            self._nodes,
            "leader",
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, _, shape in outputs],
            self._constants,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)

    def trunk(self, image: str) -> str:
        """Two stems; a light encoder-decoder makes an attention map for the heavy one that follows."""
        x = self.decode(*self.encode(self.stem(image, "stem0", "MaxPool"), 0))
        seen = [self.gelu(self.conv(x, f"attention_conv_d{d}", d)) for d in ATTENTION_DILATIONS]
        attention = self.op("Sigmoid", [self.conv(self.join(*seen), "attention_s")])
        focused = self.join(self.op("Mul", [x, attention]), self.stem(image, "stem1", "AveragePool"))
        return self.decode(*self.encode(focused, 1))

    def stem(self, image: str, name: str, pool: str) -> str:
        both = self.join(self.conv(image, f"{name}_conv"), self.conv(image, f"{name}_dilated_conv", 2))
        return self.pool(self.gelu(self.norm(both, f"{name}_ln")), pool)

    def encode(self, x: str, stage: int) -> tuple[str, list[str], int]:
        skips = []
        for level, channels in enumerate(ENCODER_1 if stage else ENCODER_0):
            x = self.block(x, f"enc{stage}_{level}", stage)
            skips.append(x)
            split = self.constant(np.array([channels // 2, channels - channels // 2], np.int64))
            largest, mean = self.ops("Split", [x, split], 2, axis=1)
            x = self.join(self.pool(largest, "MaxPool"), self.pool(mean, "AveragePool"))
        return x, skips, stage

    def decode(self, x: str, skips: list[str], stage: int) -> str:
        for level in reversed(range(len(skips))):
            x = self.join(self.upsample(self.block(x, f"dec{stage}_{level}", stage)), skips[level])
        return x

    def block(self, x: str, name: str, stage: int) -> str:
        return self.inverted_bottleneck(x, name) if stage else self.separable(x, name)

    def separable(self, x: str, name: str) -> str:
        depth, point, bias = self._weights.separable(f"{name}_conv")
        x = self.convolve(self.convolve(x, depth, groups=depth.shape[0]), point, bias)
        return self.gelu(self.norm(x, f"{name}_ln"))

    def inverted_bottleneck(self, x: str, name: str) -> str:
        depth = self._weights.depthwise(f"{name}_depthwise_conv")
        y = self.norm(self.convolve(x, depth, groups=depth.shape[0]), f"{name}_ln")
        y = self.conv(self.gelu(self.conv(y, f"{name}_conv_exp")), f"{name}_conv_red")
        return self.conv(self.op("Add", [x if self._same_size else self.centre(x), y]), f"{name}_conv_adj")

    def head(self, features: str, index: int) -> str:
        """All pointwise layers of a head, at half resolution."""
        x = self.conv(self.inverted_bottleneck(features, f"head_{index}_ibc"), f"head_{index}_conv1")
        return self.gelu(self.conv(self.norm(x, f"head_{index}_ln"), f"head_{index}_conv2"))

    def centre(self, patches: str) -> str:
        """The 3x3 cells in the middle of 9x9 patches."""
        starts, ends, axes = (self.constant(np.array(v, np.int64)) for v in ((3, 3), (6, 6), (2, 3)))
        return self.op("Slice", [patches, starts, ends, axes])

    def conv(self, x: str, layer: str, dilation: int = 1) -> str:
        kernel, bias = self._weights.conv(layer)
        return self.convolve(x, kernel, bias, dilation)

    def convolve(
        self, x: str, kernel: Array, bias: Array | None = None, dilation: int = 1, groups: int = 1
    ) -> str:
        side = kernel.shape[2]
        padding = (side - 1) // 2 * dilation if self._same_size else 0
        inputs = [x, self.constant(kernel)] + ([] if bias is None else [self.constant(bias)])
        return self.op(
            "Conv",
            inputs,
            kernel_shape=[side, side],
            pads=[padding] * 4,
            dilations=[dilation, dilation],
            group=groups,
        )

    def norm(self, x: str, layer: str) -> str:
        gain, offset, epsilon = self._weights.norm(layer)
        last = self.op("Transpose", [x], perm=[0, 2, 3, 1])
        scaled = [last, self.constant(gain), self.constant(offset)]
        return self.op(
            "Transpose", [self.op("LayerNormalization", scaled, axis=-1, epsilon=epsilon)], perm=[0, 3, 1, 2]
        )

    def gelu(self, x: str) -> str:
        return self.op("Gelu", [x], approximate="tanh")

    def pool(self, x: str, kind: str) -> str:
        return self.op(kind, [x], kernel_shape=[2, 2], strides=[2, 2])

    def upsample(self, x: str) -> str:
        scales = self.constant(np.array([1, 1, 2, 2], np.float32))
        return self.op(
            "Resize",
            [x, "", scales],
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )

    def join(self, *parts: str) -> str:
        return self.op("Concat", list(parts), axis=1)

    def constant(self, values: NDArray[np.float32] | NDArray[np.int64]) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def op(self, kind: str, inputs: list[str], **attributes: Any) -> str:
        return self.ops(kind, inputs, 1, **attributes)[0]

    def ops(self, kind: str, inputs: list[str], count: int, **attributes: Any) -> list[str]:
        outputs = [f"{kind}_{len(self._nodes)}_{k}" for k in range(count)]
        self._nodes.append(helper.make_node(kind, inputs, outputs, **attributes))
        return outputs
