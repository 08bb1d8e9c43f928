"""Tell English where trigrams leave a text open: short headlines full of names of the region look foreign to them.

"Syria recognises Kosovo" is Italian to trigrams; that nearly every longer word is known to the English lexicon tells
better. The other languages have letters of their own, and need no such help. A text in another language stays unknown.
"""

from collections.abc import Sequence

from tension.scoring.lexicon import lexicon
from tension.text.language import UNKNOWN

ENGLISH = "en"
#: Shorter words are shared by too many languages.
LONG_WORD = 4
#: So many words, and this share of all longer ones, have to be known.
FEWEST, SHARE = 3, 0.75
#: Words of a long text that are looked at.
MOST = 40


def recognise(words: Sequence[str]) -> str:
    """Return `en` where the English lexicon knows nearly all longer (folded) words, else `und`.

    >>> recognise("serbia threatens to send troops to kosovo".split())
    'en'
    """
    longer = [w for w in words[:MOST] if len(w) >= LONG_WORD]
    known = sum(bool(lexicon(ENGLISH).atoms(w)) for w in longer)
    return ENGLISH if known >= max(FEWEST, SHARE * len(longer)) else UNKNOWN
