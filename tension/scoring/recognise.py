"""Tell the language of a text that letters and trigrams leave open, by the words that the lexicons know.

Short headlines full of names look foreign to trigrams ("Syria recognises Kosovo"); where nearly every longer word is
known to one lexicon and clearly fewer to any other, that is the language. A text in another language stays unknown.
"""

from collections.abc import Sequence

from tension.scoring.lexicon import lexicon
from tension.text.language import LANGUAGES, UNKNOWN

#: Shorter words are shared by too many languages.
LONG_WORD = 4
#: So many words, this share of all longer ones, and so many more than in any other language.
FEWEST, SHARE, LEAD = 3, 0.75, 2
#: Words of a long text that are looked at.
MOST = 40


def recognise(words: Sequence[str]) -> str:
    """Return the group whose lexicon knows the (folded) words, or `und`.

    >>> recognise("serbia threatens to send troops to kosovo".split())
    'en'
    """
    longer = [w for w in words[:MOST] if len(w) >= LONG_WORD]
    ranked = sorted(((sum(bool(lexicon(group).atoms(w)) for w in longer), group) for group in LANGUAGES), reverse=True)
    (most, group), (second, _) = ranked[0], ranked[1]
    return group if most >= max(FEWEST, SHARE * len(longer)) and most >= second + LEAD else UNKNOWN
