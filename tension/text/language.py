"""Which of our languages a short text is in.

Letters settle most texts (Greek script, *ђ*, *ë*, *ő*), then function words, then the outlet's own word, then a model of
our own; where that is not sure whether a text is in a language of ours at all, lingua is asked.
Serbian, Bosnian, Croatian and Montenegrin are one group here (`hbs`, ISO 639-3): headlines do not tell them apart,
so the outlet's own word is kept where it belongs to the group found.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from tension import assets
from tension.text.normal import fold
from tension.text.telling import log_odds

#: Languages that share one lexicon.
GROUPS = {"sr": "hbs", "hr": "hbs", "bs": "hbs", "cnr": "hbs", "me": "hbs", "sh": "hbs"}
#: The lexicons that exist, by group.
LANGUAGES = ("en", "hbs", "sq", "mk", "bg", "sl", "el", "ro", "tr", "hu")
UNKNOWN = "und"
#: From this lead in log-odds on, our own model need not ask another whether a text is in a language of ours.
SURELY = 2.0
#: Fewer letters tell no language.
FEWEST_LETTERS = 3
#: Scripts of languages that are written in one only.
_SCRIPT_OF = {
    "mk": "Cyrl",
    "bg": "Cyrl",
    "sq": "Latn",
    "sl": "Latn",
    "ro": "Latn",
    "tr": "Latn",
    "hu": "Latn",
    "en": "Latn",
    "el": "Grek",
}

#: Capital letters that stand between small ones in Unicode (İ, Š, Ğ).
_CAPITALS = "".join(c for c in map(chr, range(0x100, 0x250)) if c.isupper())
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f]")
_FOREIGN = re.compile(r"[\u0590-\u08ff\u0900-\u1fff\u3040-\u9fff\uac00-\ud7af]")


def group(language: str | None) -> str:
    """Return the lexicon group of a BCP 47 tag (`sr-Latn` → `hbs`), or `und`."""
    primary = (language or UNKNOWN).lower().split("-")[0]
    primary = GROUPS.get(primary, primary)
    return primary if primary in LANGUAGES else UNKNOWN


@lru_cache(maxsize=16)
def _begins_small(letters: str) -> re.Pattern[str]:
    """Return the pattern of a word that begins in lower case and has one of some letters."""
    return re.compile(rf"(?<!\w)[^\W\dA-Z\u00c0-\u00de\u0400-\u042f{_CAPITALS}]\w*?(?<=[{letters}])")


@lru_cache(maxsize=1)
def _telling() -> tuple[tuple[str, frozenset[str], re.Pattern[str]], ...]:
    """Return language, letters, and the pattern of a word that begins small and has one of them."""
    rows = assets.read_toml("lexicon", "letters.toml")["telling"]
    return tuple((row["language"], frozenset(row["letters"]), _begins_small(row["letters"])) for row in rows)


@lru_cache(maxsize=2)
def _function_words(script: str) -> dict[str, tuple[str, ...]]:
    """Return the languages of a script that count a word among their own."""
    table: dict[str, tuple[str, ...]] = {}
    for language, words in assets.read_toml("lexicon", "letters.toml")["words"][script].items():
        for word in words.split():
            table[word] = (*table.get(word, ()), language)
    return table


def _by_function_words(folded: Sequence[str], script: str) -> str | None:
    """Return the only language that has two function words here, or None where it is not clear."""
    words = _function_words(script)
    votes = Counter(language for token in folded for language in words.get(token, ()))
    leaders = votes.most_common(2)
    if not leaders or leaders[0][1] < 2 or (len(leaders) > 1 and leaders[1][1] * 2 >= leaders[0][1]):  # noqa: PLR2004
        return None
    return leaders[0][0]


#: What the detector of a script chooses among: ours, and those outside ours that a text may be in.
_CHOICES: dict[str, tuple[Language, ...]] = {
    "Cyrl": (Language.SERBIAN, Language.MACEDONIAN, Language.BULGARIAN, Language.RUSSIAN, Language.UKRAINIAN),
    "Latn": (
        Language.ENGLISH, Language.CROATIAN, Language.ALBANIAN, Language.SLOVENE, Language.ROMANIAN, Language.TURKISH,
        Language.HUNGARIAN, Language.GERMAN, Language.ITALIAN, Language.FRENCH,
    ),
}  # fmt: skip


def _is_ours(present: set[str], sample: str, script: str) -> bool:
    """Tell whether letters show that a text is in one of our languages, whichever."""
    letters = assets.read_toml("lexicon", "letters.toml")
    if script == "Cyrl":  # a letter that Bulgarian lacks
        return not present.isdisjoint(letters["without"]["bg"])
    # A letter that of our languages only these have, in a word that begins small.
    only = letters["only"]["hbs_sl"]
    return not present.isdisjoint(only) and _begins_small(only).search(sample) is not None


@lru_cache(maxsize=2)
def _detector(script: str) -> LanguageDetector:
    # Trigrams only: over headlines the full models know 0.8 % more, but take 350 MB and three seconds to load.
    return LanguageDetectorBuilder.from_languages(*_CHOICES[script]).with_low_accuracy_mode().build()


def detect_group(text: str, declared: str | None = None, folded: Sequence[str] | None = None) -> str:
    """Return the lexicon group that a text is in; a language outside ours is `und`, never guessed.

    `declared` is the outlet's language: it wins where letters do not contradict it and the text is too short to tell.
    `folded` are the text's folded words where the caller has them already.
    """
    prior = group(declared)
    sample = unicodedata.normalize("NFC", text[:400])
    present = set(sample)
    for language, letters, pattern in _telling():
        if not letters.isdisjoint(present) and pattern.search(sample):
            return language
    n_cyrillic, n_latin = len(_CYRILLIC.findall(sample)), len(_LATIN.findall(sample))
    if n_cyrillic + n_latin < FEWEST_LETTERS or (not sample.isascii() and len(_FOREIGN.findall(sample)) > n_cyrillic + n_latin):
        return UNKNOWN
    script = "Cyrl" if n_cyrillic > n_latin else "Latn"
    clear = _by_function_words(fold(sample).split() if folded is None else folded, script)
    if clear is not None:
        return clear
    if prior != UNKNOWN and script == _SCRIPT_OF.get(prior, script):
        # The outlet's own word, where neither letters nor function words speak against it.
        return prior
    known, margin = _likeliest(sample, script)
    if margin >= SURELY or _is_ours(present, sample, script):
        return known
    if margin <= -SURELY:
        return UNKNOWN
    found = _detector(script).detect_language_of(sample)
    if found is None:
        return prior
    return UNKNOWN if group(found.iso_code_639_1.name) == UNKNOWN else known


def _likeliest(sample: str, script: str) -> tuple[str, float]:
    """Return which of our languages of a script a text is likeliest in, and the log-odds by which it leads all others'."""
    *ours, others = log_odds(sample).tolist()
    odds, known = max((odds, one) for odds, one in zip(ours, LANGUAGES, strict=True) if script == _SCRIPT_OF.get(one, script))
    return known, odds - others


def name_language(found: str, declared: str | None) -> str:
    """Return the tag to show: the declared one where it belongs to the group found, else the group."""
    return declared if declared and group(declared) == found else found
