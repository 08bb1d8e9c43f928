"""Find place names that are also ordinary words, so that a capital at the start of a headline is no proof.

Reads places.csv, world.csv and the word lists of the PyPI package simplemma (MIT; derived from public dictionaries),
writes common_words.csv: language group and folded name. Run: python assets/gazetteer/build_common_words.py
"""

import csv
from importlib.metadata import version
from pathlib import Path

from simplemma.strategies.dictionaries import DefaultDictionaryFactory

from tension.text.normal import fold

HERE = Path(__file__).parent
LANGUAGES = {
    "en": "en",
    "hbs": "hbs",
    "sq": "sq",
    "mk": "mk",
    "bg": "bg",
    "sl": "sl",
    "el": "el",
    "ro": "ro",
    "tr": "tr",
    "hu": "hu",
}


def names() -> set[str]:
    """Return the folded one-word names of the gazetteer."""
    found = set()
    for file in ("places.csv", "world.csv"):
        with (HERE / file).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                found.update(fold(n) for n in (row["name"], *row["names"].split("|")))
    return {n for n in found if n and " " not in n}


def words(code: str) -> set[str]:
    """Return the folded small-letter words of a language."""
    known = DefaultDictionaryFactory().get_dictionary(code)
    texts = (w.decode() if isinstance(w, bytes) else w for pair in known.items() for w in pair)
    return {fold(w) for w in texts if w[:1].islower()}


def main() -> None:
    """Write common_words.csv."""
    places = names()
    rows = sorted((group, word) for group, code in LANGUAGES.items() for word in places & words(code))
    with (HERE / "common_words.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["language", "word"])
        writer.writerows(rows)
    print(f"{len(rows)} words by simplemma {version('simplemma')}")


if __name__ == "__main__":
    main()
