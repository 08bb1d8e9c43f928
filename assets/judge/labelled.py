"""Our own labelled texts, as what is trained reads them: headlines, and the variants of the minimal pairs."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from tension import assets
from tension.model import Article
from tension.scoring.detect import fields
from tension.scoring.encoder import MOST_LETTERS
from tension.scoring.meaning import text_of
from tension.text.ngrams import MOST_WORDS

#: Beginnings of the events of headlines whose writers had seen neither a rule nor a headline of ours.
BLIND = ("v1-", "v2-", "v3-", "v4-")
#: What a pair's variant says of its code: present, or not.
PAIR_HAS = {"actual": True, "announced": True, "denied": False, "historical": False, "figurative": False}


@dataclass(frozen=True, kw_only=True)
class Item:
    """One labelled text."""

    event: str
    language: str
    title: str
    summary: str
    codes: frozenset[str]
    kind: str = "signal"
    #: Codes whose words it has although it reports no such act.
    tempting: frozenset[str] = frozenset()

    @property
    def is_blind(self) -> bool:
        return self.event.startswith(BLIND)

    @property
    def article(self) -> Article:
        return Article(id="", outlet="", url=None, title=self.title, summary=self.summary, language=self.language)

    @property
    def text(self) -> str:
        return text_of([self.title, self.summary])[:MOST_LETTERS]

    @property
    def words(self) -> list[str]:
        return [word for _, tokens in fields(self.article) for word in tokens.folded][:MOST_WORDS]


def headlines() -> Iterator[Item]:
    """Yield every labelled headline."""
    for file in sorted(assets.path("headlines").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield Item(
                event=row["event"],
                language=row["language"],
                title=row["title"],
                summary=row.get("summary") or "",
                codes=frozenset(row["codes"]),
                kind=row["kind"],
                tempting=frozenset(row.get("modes") or ()) - frozenset(row["codes"]),
            )


def pairs() -> Iterator[Item]:
    """Yield the variants of the minimal pairs whose label is plain."""
    for file in sorted(assets.path("pairs").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            for variant, has in PAIR_HAS.items():
                if variant in row:
                    of = frozenset({row["code"]})
                    yield Item(
                        event=row["id"],
                        language=row["language"],
                        title=row[variant],
                        summary="",
                        codes=of if has else frozenset(),
                        kind="signal" if has else "hard_negative",
                        tempting=frozenset() if has else of,
                    )
