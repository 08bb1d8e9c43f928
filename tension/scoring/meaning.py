"""What sentence vectors say of a text's codes: small functions of them, trained on our own labelled headlines.

For an encoder that was tuned to our headlines (`assets/judge/tune.py`) the linear function that was trained with it; for
any other, several perceptrons of one hidden layer, trained from different beginnings, whose log-odds are averaged: a
single one is less sure of what it has not seen (Hansen & Salamon 1990, *Neural Network Ensembles*). Weights lie in the
encoder's folder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from tension import assets
from tension.errors import AssetError
from tension.model import Field
from tension.scoring.encoder import Encoder, Floats, encoder
from tension.scoring.verdicts import Verdicts, log_odds, number, verdicts
from tension.text.normal import Tokens

#: What the vectors add to the features of the judge: the log-odds of a code, and the most of any other.
FEATURES = ("meaning", "other_meaning")
#: Words that are looked at to see what carries a decision.
MOST_OCCLUDED = 40
#: A text of up to so many words is left without each of them in turn; of a longer one, so many neighbours go together first.
MOST_SINGLE, NEIGHBOURS = 6, 4
#: A word that is left out: number of its part, where it starts and ends there.
Occluded = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Perceptron:
    """One hidden layer of rectified units."""

    inner: Floats
    inner_bias: Floats
    outer: Floats
    outer_bias: Floats

    def __call__(self, rows: Floats) -> Floats:
        """Return rows x codes: log-odds."""
        return np.asarray(np.maximum(rows @ self.inner + self.inner_bias, 0) @ self.outer + self.outer_bias, np.float32)


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear function, enough where the vectors themselves were trained with it."""

    outer: Floats
    outer_bias: Floats

    def __call__(self, rows: Floats) -> Floats:
        """Return rows x codes: log-odds."""
        return np.asarray(rows @ self.outer + self.outer_bias, np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """The trained weights, and the encoder whose vectors they read."""

    encoder: Encoder
    codes: tuple[str, ...]
    centre: Floats
    scale: Floats
    members: tuple[Perceptron | Linear, ...]
    verdicts: Verdicts
    #: Log-odds by the n-grams from which on a text without candidates is worth the vectors' time.
    asked: float

    def odds(self, texts: Sequence[str]) -> Floats:
        """Return texts x codes: log-odds."""
        rows = (self.encoder.encode(texts) - self.centre) / self.scale
        return np.asarray(np.mean([member(rows) for member in self.members], axis=0), np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sense:
    """What the vectors say of one text."""

    meaning: Meaning
    #: Log-odds, one a code.
    odds: Floats

    def shares(self, parts: Sequence[tuple[Field, Tokens]], column: int) -> Floats:
        """Return what words, in reading order, contribute to a code: how far its log-odds fall without the word.

        The method is occlusion (Zeiler & Fergus 2014, *Visualizing and Understanding Convolutional Networks*). Of a longer
        text neighbours are left out together first, and then one by one only those without which it falls furthest: to
        leave out every word would cost more time than the text itself.
        """
        places = [(n, *place) for n, (_, t) in enumerate(parts) for place in zip(t.starts, t.ends, strict=True)]
        words = range(min(len(places), MOST_OCCLUDED))
        if len(words) > MOST_SINGLE:
            groups = [words[start : start + NEIGHBOURS] for start in range(0, len(words), NEIGHBOURS)]
            words = groups[int(np.argmax(self._falls(parts, [[places[w] for w in group] for group in groups], column)))]
        shares = np.zeros(len(places), np.float32)
        if words:
            shares[words.start : words.stop] = self._falls(parts, [[places[w]] for w in words], column)
        return shares

    def _falls(self, parts: Sequence[tuple[Field, Tokens]], gone: Sequence[Sequence[Occluded]], column: int) -> Floats:
        """Return how far a code's log-odds fall when words are left out, once for each list of words."""
        without = []
        for words in gone:
            texts = [tokens.text for _, tokens in parts]
            for part, start, end in reversed(words):
                texts[part] = texts[part][:start] + texts[part][end:]
            without.append(text_of(texts))
        return np.asarray(self.odds[column] - self.meaning.odds(without)[:, column], np.float32)


def text_of(texts: Sequence[str]) -> str:
    """Return headline and summary as an encoder is given them."""
    return ". ".join(text for text in texts if text)


def members(file: Path) -> tuple[Perceptron | Linear, ...]:
    """Return the functions that a file of weights holds.

    Raises:
        AssetError: a part of them is missing.
    """
    with np.load(file, allow_pickle=False) as opened:
        stored = dict(opened)
    kind, names = (Perceptron, ("inner", "inner_bias")) if "inner" in stored else (Linear, ())
    try:
        groups = zip(*(stored[name].astype(np.float32) for name in (*names, "outer", "outer_bias")), strict=True)
    except KeyError as e:
        raise AssetError(file, f"{e} is missing") from e
    return tuple(kind(*group) for group in groups)


@lru_cache(maxsize=2)
def meaning(setting: str) -> Meaning:
    """Return the weights for the encoder that an operator names.

    Raises:
        SettingsError: there is no such encoder.
        AssetError: its folder has no weights, or not weights for its vectors.
    """
    used = encoder(setting)
    file = used.folder / "meaning.npz"
    if not file.is_file():
        raise AssetError(file, "no weights are trained for this encoder: see assets/judge/README.md")
    with np.load(file, allow_pickle=False) as opened:
        stored = dict(opened)
    functions = members(file)
    settings_file = used.folder / "meaning.toml"
    settings = assets.read_toml(str(settings_file))  # an absolute path is itself
    size = used.encode(["?"]).shape[1]
    if len(stored["centre"]) != size:
        raise AssetError(file, f"weights for vectors of {len(stored['centre'])} dimensions; the encoder's have {size}")
    return Meaning(
        encoder=used,
        codes=tuple(str(code) for code in stored["codes"]),
        centre=stored["centre"].astype(np.float32),
        scale=stored["scale"].astype(np.float32),
        members=functions,
        verdicts=verdicts(settings, FEATURES, settings_file),
        asked=log_odds(number(settings.get("find", {}), "asked", settings_file)),
    )
