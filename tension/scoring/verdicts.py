"""From log-odds to what a reader may rely on: logistic functions, and the probabilities from which on a tag counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from typing import Any

from tension.errors import AssetError


def log_odds(probability: float) -> float:
    """Return the logarithm of the odds of a probability."""
    return log(probability / (1 - probability))


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """Coefficients of a logistic function over named features."""

    intercept: float
    coefficients: tuple[float, ...]

    def __call__(self, *features: float) -> float:
        """Return a probability."""
        z = self.intercept
        for coefficient, feature in zip(self.coefficients, features, strict=True):
            z += coefficient * feature
        return 1 / (1 + exp(-max(-30.0, min(30.0, z))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """Two functions that make probabilities of log-odds, and from where on they count."""

    confirm: Logistic
    #: A rule's tag counts from this probability on; below it waits for a reviewer.
    kept: float
    find: Logistic
    #: A code that no rule saw becomes a candidate from this probability on,
    shown: float
    #: and counts from this on; between them it waits for a reviewer.
    counted: float


def number(table: dict[str, Any], key: str, file: Path) -> float:
    """Return a number of a table, or say which file lacks it."""
    try:
        return float(table[key])
    except (KeyError, TypeError, ValueError) as e:
        raise AssetError(file, f"{key!r} is missing or no number") from e


def _logistic(table: dict[str, Any], names: Sequence[str], file: Path) -> Logistic:
    return Logistic(intercept=number(table, "intercept", file), coefficients=tuple(number(table, name, file) for name in names))


def verdicts(settings: dict[str, Any], beside: Sequence[str], file: Path) -> Verdicts:
    """Return the functions of a settings file.

    Args:
        settings: tables `confirm` and `find`.
        beside: features that the functions have beside those of rules and n-grams.
        file: where the settings are from.

    Raises:
        AssetError: a number is missing.
    """
    confirm, find = (settings.get(name, {}) for name in ("confirm", "find"))
    return Verdicts(
        confirm=_logistic(confirm, ("confidence", "rules", "odds", "best_other", *beside), file),
        kept=number(confirm, "kept", file),
        find=_logistic(find, ("odds", "tagged", *beside), file),
        shown=number(find, "shown", file),
        counted=number(find, "counted", file),
    )
