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
class Limit:
    """From which probability on a code counts."""

    #: Unless it is among the stricter.
    least: float
    #: Codes (all, where none is named), lexicon groups (all, where none is named), and the probability from which they count.
    stricter: tuple[tuple[frozenset[str], frozenset[str], float], ...] = ()

    def of(self, code: str, language: str) -> float:
        """Return the probability for a code in a text of a lexicon group: the highest that applies."""
        applying = (
            least
            for codes, languages, least in self.stricter
            if (not codes or code in codes) and (not languages or language in languages)
        )
        return max((self.least, *applying))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """Functions that make probabilities of log-odds, and from where on they count."""

    confirm: Logistic
    #: A rule's tag counts from these probabilities on; below them it waits for a reviewer.
    kept: Limit
    find: Logistic
    #: A code that no rule saw becomes a candidate from this probability on,
    shown: float
    #: and counts from these on; between them it waits for a reviewer.
    counted: Limit
    #: Whether an act is reported that a cue or a place counts out, and from where on it counts; None: never.
    overrule: Logistic | None = None
    overruled: Limit = Limit(least=1.0)


def number(table: dict[str, Any], key: str, file: Path) -> float:
    """Return a number of a table, or say which file lacks it."""
    try:
        return float(table[key])
    except (KeyError, TypeError, ValueError) as e:
        raise AssetError(file, f"{key!r} is missing or no number") from e


def _logistic(table: dict[str, Any], names: Sequence[str], file: Path) -> Logistic:
    return Logistic(intercept=number(table, "intercept", file), coefficients=tuple(number(table, name, file) for name in names))


def _limit(table: dict[str, Any], key: str, file: Path) -> Limit:
    try:
        rows = tuple(
            (frozenset(row["codes"]), frozenset(row["languages"]), number(row, key, file)) for row in table.get("stricter", [])
        )
    except (KeyError, TypeError) as e:
        raise AssetError(file, f"'stricter' wants tables of codes, languages and {key}: {e}") from e
    return Limit(least=number(table, key, file), stricter=rows)


def verdicts(settings: dict[str, Any], beside: Sequence[str], file: Path) -> Verdicts:
    """Return the functions of a settings file.

    Args:
        settings: tables `confirm` and `find`, and `overrule` where there are vectors.
        beside: features that the functions have beside those of rules and n-grams.
        file: where the settings are from.

    Raises:
        AssetError: a number is missing.
    """
    confirm, find, overrule = (settings.get(name, {}) for name in ("confirm", "find", "overrule"))
    return Verdicts(
        confirm=_logistic(confirm, ("confidence", "rules", "odds", "best_other", *beside), file),
        kept=_limit(confirm, "kept", file),
        find=_logistic(find, ("odds", "tagged", *beside), file),
        shown=number(find, "shown", file),
        counted=_limit(find, "counted", file),
        overrule=_logistic(overrule, (*beside, "outside"), file) if overrule else None,
        overruled=_limit(overrule, "counted", file) if overrule else Limit(least=1.0),
    )
