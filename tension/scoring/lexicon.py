"""Lexicons: read one language's knowledge from `assets/lexicon/` and compile it for the matcher.

A pattern is a phrase of token patterns. Each distinct token pattern is an *atom*; a word is looked up once,
its atoms are remembered, and phrases are walked from there. No regular expression, no lemmatiser at run time:
linear in the text, and the same in both scripts.
"""

import marshal
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields
from functools import lru_cache, partial
from typing import Any, NamedTuple

from tension import assets
from tension.compiled import kept
from tension.errors import AssetError
from tension.model import Mode
from tension.scoring.phrases import ANY_ONE, GAP, Longer
from tension.scoring.rules import Cue, Rule, Slot
from tension.taxonomy import signal_types
from tension.text.normal import fold_token

#: How many words are remembered: a bound, so that hostile input cannot fill the memory.
MEMO_WORDS = 50_000


class Word(NamedTuple):
    """What a lexicon knows of one word; looked up once a word, and remembered."""

    atoms: frozenset[int]
    #: The classes of the word alone.
    alone: frozenset[int]
    #: The longer phrases that it begins.
    longer: tuple[Longer, ...]


@dataclass(slots=True)
class Lexicon:
    """One language's compiled knowledge. Treat as frozen once built."""

    language: str
    rules: list[Rule] = field(default_factory=list)
    #: The rules that each word class triggers.
    rules_by_trigger: dict[int, list[Rule]] = field(default_factory=dict)
    cues: list[Cue] = field(default_factory=list)
    frames: list[Cue] = field(default_factory=list)
    #: Class of words after which a past year does not make an act historical.
    year_exceptions: int | None = None
    #: The classes that cues and frames ask for.
    asked_for_modes: frozenset[int] = frozenset()
    n_classes: int = 0
    _exact: dict[str, list[int]] = field(default_factory=dict)
    _prefix: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    _atoms: dict[str, int] = field(default_factory=dict)
    #: Atom -> the classes that a single word of it belongs to.
    singles: dict[int, tuple[int, ...]] = field(default_factory=dict)
    #: First atom of longer phrases -> the phrases.
    longer: dict[int, Longer] = field(default_factory=dict)
    _n_atoms: int = 0
    _n_longer: int = 0
    _memo: dict[str, Word] = field(default_factory=dict)
    _elements: dict[str, frozenset[int] | int] = field(default_factory=dict)
    #: Equal lists of classes are one set.
    _sets: dict[tuple[int, ...], frozenset[int]] = field(default_factory=dict)

    def __getstate__(self) -> tuple[dict[str, Any], bytes]:
        """Return what is kept: the tables in bytecode's own form, where a number that stands a hundred times is stored once."""
        tables = [getattr(self, name) for name in _TABLES]
        rest = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in {*_TABLES, "longer"}}
        return rest, marshal.dumps((tables, {atom: longer.state() for atom, longer in self.longer.items()}))

    def __setstate__(self, state: tuple[dict[str, Any], bytes]) -> None:
        rest, kept_tables = state
        tables, longer = marshal.loads(kept_tables)  # noqa: S302 - what the pickle around it may do anyway
        for name, value in (*rest.items(), *zip(_TABLES, tables, strict=True)):
            setattr(self, name, value)
        self.longer = {atom: Longer(*found) for atom, found in longer.items()}

    def word(self, token: str) -> Word:
        """Return what is known of a folded word; remembered, within bounds."""
        found = self._memo.get(token)
        if found is None:
            found = self._word(self._look_up(token))
            if len(self._memo) < MEMO_WORDS:
                self._memo[token] = found
        return found

    def words(self, tokens: Iterable[str]) -> list[Word]:
        """Return what is known of folded words."""
        known = self._memo
        return [known.get(token) or self.word(token) for token in tokens]

    def settle(self) -> None:
        """Let go of the patterns as they are written, which take as much memory again and no reading asks for."""
        self._atoms, self._elements, self._sets = {}, {}, {}

    def ready(self, classes: AbstractSet[int]) -> list[Rule]:
        """Return the rules that have their trigger and all their slots among the word classes of a text."""
        triggered = self.rules_by_trigger.keys() & classes
        return [rule for number in triggered for rule in self.rules_by_trigger[number] if rule.needs <= classes]

    def cues_among(self, hits: Container[int]) -> list[Cue]:
        """Return the cues and frames whose words a text has."""
        return [cue for cue in (*self.cues, *self.frames) if cue.word_class in hits]

    def atoms(self, token: str) -> frozenset[int]:
        """Return the atoms that a folded word belongs to."""
        return self.word(token).atoms

    def _word(self, atoms: frozenset[int]) -> Word:
        if not atoms:
            return _NOTHING
        alone = frozenset(number for atom in atoms for number in self.singles.get(atom, ()))
        return Word(atoms, alone, tuple(self.longer[atom] for atom in atoms if atom in self.longer))

    def _look_up(self, token: str) -> frozenset[int]:
        found = set(self._exact.get(token, ()))
        for length in range(1, min(len(token), 40) + 1):
            for atom, most in self._prefix.get(token[:length], ()):
                if len(token) - length <= most:
                    found.add(atom)
        return frozenset(found)

    def atom(self, written: str) -> int:
        """Return the number of a token pattern, making it known."""
        found = self._atoms.get(written)
        if found is not None:
            return found
        number = self._atoms[written] = self._n_atoms
        self._n_atoms += 1
        stem, star, most = written.partition("*")
        folded = fold_token(stem)
        if star:
            if most and not (most[0] == "~" and most[1:].isdecimal()):
                raise ValueError(f"{written!r}: only ~ and a number may follow *")
            limit = int(most[1:]) if most else 99
            self._prefix.setdefault(folded, []).append((number, limit))
        else:
            self._exact.setdefault(folded, []).append(number)
        return number

    def element(self, written: str) -> frozenset[int] | int:
        """Return one position of a phrase: a set of atoms, or a marker."""
        found = self._elements.get(written)
        if found is None:
            found = _MARKERS[written] if written in _MARKERS else frozenset(map(self.atom, written.split("|")))
            self._elements[written] = found
        return found

    def add_phrase(self, pattern: str, classes: Iterable[int]) -> None:
        """Make a phrase a member of classes."""
        first, *rest = pattern.split()
        if first in _MARKERS:
            raise ValueError(f"pattern {pattern!r} must begin with a word")
        classes = tuple(classes)
        begun = dict.fromkeys(map(self.atom, first.split("|"))) if "|" in first else (self.atom(first),)
        if not rest:
            for atom in begun:
                known = self.singles.get(atom)
                self.singles[atom] = tuple(dict.fromkeys((*known, *classes))) if known else classes
            return
        phrase = (self._n_longer, tuple(map(self.element, rest)), self._sets.setdefault(classes, frozenset(classes)))
        self._n_longer += 1
        for atom in begun:
            self.longer.setdefault(atom, Longer()).add(phrase)


#: The large ones.
_TABLES = ("_exact", "_prefix", "singles")
_NOTHING = Word(frozenset(), frozenset(), ())
#: What stands in a phrase for other words.
_MARKERS = {"_": ANY_ONE, "...": GAP}


class _Compiler:
    """Turns the three files of a language into a Lexicon."""

    def __init__(self, language: str, words: Mapping[str, Any], signals: Mapping[str, Any], modes: Mapping[str, Any]) -> None:
        self.lexicon = Lexicon(language)
        self.words: Mapping[str, Sequence[str]] = words.get("class", {})
        self.members: defaultdict[str, list[int]] = defaultdict(list)
        self.known: dict[tuple[str, ...], int] = {}
        #: The same by lists as they are written, of which many rules write the same one.
        self.written: dict[tuple[str, ...], int] = {}
        self.expanded: dict[str, list[str]] = {}
        self.lexicon.rules = [self.rule(row) for row in signals.get("rule", [])]
        for rule in self.lexicon.rules:
            self.lexicon.rules_by_trigger.setdefault(rule.trigger, []).append(rule)
        self.lexicon.cues = [self.cue(row, "before") for row in modes.get("cue", [])]
        self.lexicon.frames = [self.cue(row, "sentence") for row in modes.get("frame", [])]
        self.lexicon.year_exceptions = self.word_class(modes.get("years", {}).get("except"))
        cues = (*self.lexicon.cues, *self.lexicon.frames)
        asked = (*(number for cue in cues for number in (cue.word_class, cue.exceptions)), self.lexicon.year_exceptions)
        self.lexicon.asked_for_modes = frozenset(number for number in asked if number is not None)
        self.lexicon.n_classes = len(self.known)
        for pattern, classes in self.members.items():
            self.lexicon.add_phrase(pattern, classes)
        self.lexicon.settle()

    def expand(self, items: Sequence[str], seen: tuple[str, ...] = ()) -> list[str]:
        """Return the plain patterns of a list that may name classes, each once, in order."""
        found: list[str] = []
        for item in items:
            if item[:1] != "@":
                found.append(" ".join(item.split()) if " " in item else item)
            elif item[1:] not in self.words or item in seen:
                raise ValueError(f"class {item} is unknown or contains itself")
            else:
                if item not in self.expanded:
                    self.expanded[item] = self.expand(self.words[item[1:]], (*seen, item))
                found += self.expanded[item]
        # Classes are sorted already, and sorting what is mostly sorted costs little.
        return sorted(dict.fromkeys(found))

    def word_class(self, items: Sequence[str] | None) -> int | None:
        """Return the number of a list of patterns, or None for an absent one; equal lists share a number."""
        if not items:
            return None
        written = tuple(items)
        found = self.written.get(written)
        if found is not None:
            return found
        key = tuple(self.expand(items))
        number = self.known.get(key)
        if number is None:
            number = self.known[key] = len(self.known)
            for pattern in key:
                self.members[pattern].append(number)
        self.written[written] = number
        return number

    def required(self, items: Sequence[str]) -> int:
        number = self.word_class(items)
        if number is None:
            raise ValueError("an empty list of patterns")
        return number

    def rule(self, row: Mapping[str, Any]) -> Rule:
        code = row["code"]
        if code not in signal_types():
            raise ValueError(f"rule {row.get('id')}: unknown code {code!r}")
        slots = [
            Slot(word_class=self.required(items), side=side)
            for side in ("near", "after", "before")
            for items in row.get(side, [])
        ]
        return Rule(
            id=f"{self.lexicon.language}:{code}:{row['id']}",
            code=code,
            trigger=self.required(row["any"]),
            slots=tuple(slots),
            without=self.word_class(row.get("without")),
            without_item=self.word_class(row.get("without_item")),
            window=row.get("window", 6),
            overrides=frozenset(row.get("overrides", ())),
            mode=Mode(row.get("mode", "actual")),
            immune=frozenset(Mode(m) for m in row.get("immune", ())),
            confidence=row.get("confidence", 0.75),
            needs=frozenset(slot.word_class for slot in slots),
        )

    def cue(self, row: Mapping[str, Any], scope: str) -> Cue:
        return Cue(
            mode=Mode(row["mode"]),
            word_class=self.required(row["any"]),
            scope=row.get("scope", scope),
            reach=row.get("reach", 3),
            across=row.get("across", False),
            exceptions=self.word_class(row.get("except") or row.get("unless")),
            codes=frozenset(row.get("codes", ())),
            not_codes=frozenset(row.get("not_codes", ())),
            topic=row.get("topic", ""),
        )


_PARTS = ("classes", "signals", "modes")


@lru_cache(maxsize=16)
def lexicon(language: str) -> Lexicon:
    """Return the compiled lexicon of a group; an empty one for `und`.

    Raises:
        AssetError: a file is missing or malformed; the message names the file and the rule.
    """
    if language == "und":
        return Lexicon(language)
    folder = assets.ROOT / "lexicon"
    sources = [*(folder / language / f"{part}.toml" for part in _PARTS), folder / "letters.toml", assets.ROOT / "taxonomy.toml"]
    return kept(f"lexicon-{language}", sources, partial(_compiled, language))


def _compiled(language: str) -> Lexicon:
    parts = [assets.read_once("lexicon", language, f"{part}.toml") for part in _PARTS]
    try:
        return _Compiler(language, *parts).lexicon
    except (ValueError, KeyError, TypeError) as e:
        raise AssetError(assets.ROOT / "lexicon" / language, str(e)) from e
