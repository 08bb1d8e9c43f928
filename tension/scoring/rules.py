"""What a lexicon knows beside words: rules that tag, and cues that decide about modes. Word classes are numbers here."""

from collections.abc import Iterator
from dataclasses import dataclass

from tension.model import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A condition beside the trigger: a class, and on which side of the trigger it must stand."""

    word_class: int
    #: near | after | before
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of `signals.toml`; classes are numbers here."""

    id: str
    code: str
    trigger: int
    slots: tuple[Slot, ...]
    without: int | None
    without_item: int | None
    window: int
    overrides: frozenset[str]
    mode: Mode
    immune: frozenset[Mode]
    confidence: float
    #: The classes of the slots.
    needs: frozenset[int] = frozenset()

    def asks(self) -> Iterator[int]:
        """Yield every class whose words decide about the rule."""
        yield self.trigger
        yield from self.needs
        yield from (number for number in (self.without, self.without_item) if number is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Words that decide a mode: a cue reaches triggers near it, a frame its sentence or the whole item."""

    mode: Mode
    word_class: int
    #: before | after | around (cues), sentence | item (frames)
    scope: str
    reach: int
    across: bool
    exceptions: int | None
    codes: frozenset[str]
    not_codes: frozenset[str]
    topic: str

    def governs(self, code: str) -> bool:
        """Tell whether this cue may decide about a code."""
        return code not in self.not_codes and (not self.codes or code in self.codes)
