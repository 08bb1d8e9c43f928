"""The encoder's network (Devlin et al. 2019, *BERT*) as an ONNX graph, made from its file of weights.

Two makes of it. *Floats* computes with the weights as they are and shows what goes into each matrix. *Whole numbers*
computes the matrices in eight bits and is twice as fast; so that little is lost, each dimension that goes into a
matrix is divided by how large it gets, and its weights are multiplied by that (Xiao et al. 2023, *SmoothQuant*).
Weights use seven of the eight bits: with all eight, processors without VNNI would overflow in silence (ONNX Runtime,
*Quantize ONNX models*), and a text's vector shall not hang on the processor.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tension.scoring.weights import Floats, Weights

#: How far the size of what goes in is moved into the weights: 0 not at all, 1 wholly.
MOVED = 0.7
#: Largest whole number that a weight becomes.
LARGEST = 63
#: Versions of the sets of operators, and of the format: what ONNX Runtime has read since 2023.
_ONNX, _MICROSOFT, _FORMAT = 17, 1, 9
_MS = "com.microsoft"


class _Graph:
    """A graph that grows; values are named as in the file of weights."""

    def __init__(self, weights: Weights, sizes: Mapping[str, Floats] | None) -> None:
        self.weights, self.sizes = weights, sizes
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.entering: list[str] = []

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **settings: Any) -> str:  # noqa: ANN401
        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **settings))
        return output

    def norm(self, x: str, name: str) -> str:
        parts = [self.constant(f"{name}.{part}", self.weights.floats(f"{name}.{part}")) for part in ("w", "b")]
        return self.node("LayerNormalization", [x, *parts], name, epsilon=self.weights.epsilon)

    def linear(self, x: str, names: tuple[str, ...], inputs: int) -> str:
        """Add matrices that read the same values, side by side."""
        matrix = np.concatenate([self.weights.matrix(f"{name}.w", inputs) for name in names], axis=1)
        bias = self.constant(f"{names[0]}.bias", np.concatenate([self.weights.floats(f"{name}.b") for name in names]))
        if self.sizes is None:
            into = self.node("Identity", [x], f"{names[0]}.in")
            self.entering.append(into)
            made = self.node("MatMul", [into, self.constant(f"{names[0]}.matrix", matrix)], f"{names[0]}.made")
            return self.node("Add", [made, bias], f"{names[0]}.out")
        return self._in_whole_numbers(x, names[0], matrix, bias, self.sizes[names[0]])

    def _in_whole_numbers(self, x: str, name: str, matrix: Floats, bias: str, size: Floats) -> str:
        moved = np.maximum(size**MOVED / np.maximum(np.abs(matrix).max(axis=1), 1e-5) ** (1 - MOVED), 1e-3)
        moved = (moved / np.exp(np.log(moved).mean())).astype(np.float32)
        matrix = matrix * moved[:, None]
        scale = (np.abs(matrix).max(axis=0) / LARGEST).astype(np.float32)
        numbers = np.clip(np.round(matrix / scale), -LARGEST, LARGEST).astype(np.int8)
        smooth = self.node("Mul", [x, self.constant(f"{name}.moved", 1 / moved)], f"{name}.in")
        parts = {"matrix": numbers, "scale": scale, "middle": np.zeros(len(scale), np.int8)}
        constants = [self.constant(f"{name}.{part}", value) for part, value in parts.items()]
        return self.node("DynamicQuantizeMatMul", [smooth, *constants, bias], f"{name}.out", _MS)

    def layer(self, x: str, number: int) -> str:
        """Add a layer: attention, then a perceptron at each piece, both beside what went in."""
        at, w = f"l{number}", self.weights
        together = self.linear(x, (f"{at}.q", f"{at}.k", f"{at}.v"), w.dimensions)
        self.nodes.append(helper.make_node("Split", [together, "thirds"], [f"{at}.q1", f"{at}.k1", f"{at}.v1"], axis=2))
        heads = [self.node("Reshape", [f"{at}.{part}1", "heads"], f"{at}.{part}2") for part in "qkv"]
        turns = ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3])
        query, key, value = (
            self.node("Transpose", [head], f"{head}t", perm=turn) for head, turn in zip(heads, turns, strict=True)
        )
        near = self.node("Mul", [self.node("MatMul", [query, key], f"{at}.near"), "root"], f"{at}.nearer")
        seen = self.node("MatMul", [self.node("Softmax", [near], f"{at}.share", axis=-1), value], f"{at}.seen")
        seen = self.node("Reshape", [self.node("Transpose", [seen], f"{at}.back", perm=[0, 2, 1, 3]), "flat"], f"{at}.flat")
        x = self.norm(self.node("Add", [x, self.linear(seen, (f"{at}.ao",), w.dimensions)], f"{at}.one"), f"{at}.aln")
        hidden = self.node("Gelu", [self.linear(x, (f"{at}.fi",), w.dimensions)], f"{at}.hidden", _MS)
        return self.norm(self.node("Add", [x, self.linear(hidden, (f"{at}.fo",), w.inner)], f"{at}.two"), f"{at}.oln")


def graph(weights: Weights, sizes: Mapping[str, Floats] | None = None) -> bytes:
    """Return the network as a serialised ONNX model: embedded pieces (1 x pieces x dimensions) in, the last layer out.

    Args:
        weights: of the encoder.
        sizes: how large each dimension gets that goes into a matrix, by the matrix's name: whole numbers. None: floats,
            and what goes into each matrix comes out as well.
    """
    made = _Graph(weights, sizes)
    d, heads = weights.dimensions, weights.heads
    made.constant("heads", np.array([0, 0, heads, d // heads]))
    made.constant("flat", np.array([0, 0, d]))
    made.constant("thirds", np.array([d] * 3))
    made.constant("root", np.array((d // heads) ** -0.5, np.float32))
    x = "embedded"
    for number in range(weights.layers):
        x = made.layer(x, number)
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in (x, *made.entering)]
    entry = helper.make_tensor_value_info("embedded", TensorProto.FLOAT, [1, "pieces", d])
    whole = helper.make_graph(made.nodes, "encoder", [entry], values, made.constants)
    sets = [helper.make_opsetid("", _ONNX), helper.make_opsetid(_MS, _MICROSOFT)]
    serialised: bytes = onnx.ModelProto.SerializeToString(helper.make_model(whole, opset_imports=sets, ir_version=_FORMAT))
    return serialised
