"""The minimal pairs of `assets/pairs`: one act, said in several modes, and whether each is read in its mode."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tension import assets
from tension.model import Article, Mode
from tension.tier import FAST, Tier

THREAT = "threat_rhetoric"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One sentence of a group, and whether the scorer read it as meant."""

    id: str
    language: str
    code: str
    mode: Mode
    title: str
    right: bool


def is_right(code: str, mode: Mode, found: dict[str, Mode]) -> bool:
    """Tell whether what was found is what a sentence of this mode says of a code.

    Args:
        code: the act that the group is about.
        mode: how the sentence asserts it.
        found: mode of each signal, by code.
    """
    if mode in {Mode.ACTUAL, Mode.ANNOUNCED}:
        return found.get(code) is mode
    if mode is Mode.THREATENED:
        return THREAT in found and (code == THREAT or found.get(code) is not Mode.ACTUAL)
    return code not in found if mode is Mode.DENIED else not found


def variants(by: Tier = FAST) -> Iterator[Variant]:
    """Yield every sentence of every group, by language, in the order of the files, as a tier reads it."""
    for file in sorted(assets.path("pairs").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            group = json.loads(line)
            for mode in Mode:
                if mode.value in group:
                    yield _variant(group, mode, by)


def _variant(group: dict[str, str], mode: Mode, by: Tier) -> Variant:
    title = group[mode.value]
    article = Article(id=group["id"], outlet="", url=None, title=title, language=group["language"])
    (reading,) = by.read([article])
    found = {signal.code: signal.mode for signal in reading.signals}
    right = is_right(group["code"], mode, found)
    return Variant(id=group["id"], language=group["language"], code=group["code"], mode=mode, title=title, right=right)


def table(known: Iterable[Variant]) -> str:
    """Return the share read as meant, by language and mode, as a Markdown table."""
    every = list(known)
    languages = [*sorted({v.language for v in every}), "all"]
    lines = ["| | pairs | " + " | ".join(Mode) + " | all modes |", "|---|--:|" + "--:|" * (len(Mode) + 1)]
    for language in languages:
        here = [v for v in every if language in {v.language, "all"}]
        pairs = sum(v.mode is not Mode.ACTUAL for v in here)
        shares = [_share([v for v in here if v.mode is mode]) for mode in Mode]
        lines.append(f"| {language} | {pairs} | {' | '.join(shares)} | {_share(here)} |")
    return "\n".join(lines)


def _share(some: list[Variant]) -> str:
    return f"{sum(v.right for v in some) / len(some):.2f}" if some else ""
