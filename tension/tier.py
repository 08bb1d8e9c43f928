"""The two tiers of reading with one interface: *fast* asks rules and n-grams, *full* asks sentence vectors too."""

from collections.abc import Sequence
from dataclasses import dataclass

from tension.model import Article, Reading
from tension.reading import read, read_in_full
from tension.scoring.meaning import Meaning, meaning
from tension.scoring.version import full_version, scorer_version


@dataclass(frozen=True, slots=True)
class Tier:
    """How thoroughly articles are read."""

    #: The weights of the *full* tier; None in the *fast* one.
    meaning: Meaning | None

    @property
    def version(self) -> str:
        """The scorer's version, of which the tier is part."""
        return scorer_version() if self.meaning is None else full_version(self.meaning)

    def read(self, articles: Sequence[Article]) -> tuple[Reading, ...]:
        """Read articles; each reading depends on its own article alone."""
        return tuple(map(read, articles)) if self.meaning is None else read_in_full(articles, self.meaning)


FAST = Tier(None)


def tier(encoder: str | None) -> Tier:
    """Return the *full* tier with the encoder that an operator names, or the *fast* one where none is named.

    Raises:
        SettingsError: there is no such encoder, or it is not installed.
        AssetError: no weights are trained for it.
    """
    return FAST if encoder is None else Tier(meaning(encoder))
