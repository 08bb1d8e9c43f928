"""Which entries are the same article: canonical addresses, versioned ids, near-duplicates. Pure functions.

Headlines are held against those of the same outlet and of some days, a few hundred: they are compared one by one and
exactly. (MinHash, which guesses likeness among millions, would find no more and sometimes less.) Who copies whom across
outlets is a question of provenance, not of identity, and is answered where events are made.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from rapidfuzz import fuzz, process

from ingest.urls import canonical_url, tidy_url
from tension.model import Article, Entry, Feed
from tension.text.normal import fold, fold_title

#: Version of the identity; a change of the rules below needs a new letter or number here.
ID_VERSION = "a1"
_ID_LENGTH = 32
#: Two headlines of one outlet are the same from here on (percent), if they are long enough to tell.
_SAME_RATIO = 97.0
_TELLING_LENGTH = 40
#: Shorter headlines ("News", "Live") say nothing about identity.
_SHORTEST = 12
#: How far apart in time two sightings of one article may be published.
NEAR = timedelta(hours=24)
_NUMBERS = re.compile(r"\d+")
#: An article of some title: its id and the instant of its publication, None where that is not known.
Known = tuple[str, datetime | None]


def article_id(
    *,
    url: str | None,
    title: str,
    outlet: str = "",
    published_at: datetime | None = None,
    guid: str | None = None,
) -> str:
    """Return the versioned content hash of an article.

    With an address: the canonical address and the folded title. Without: outlet, folded title and the instant of
    publication, else the feed's own identifier. Fields that are empty do not take part.
    """
    address = canonical_url(url) if url else None
    at = published_at.astimezone(UTC).isoformat(timespec="seconds") if published_at else ""
    fields = {"title": fold_title(title) or title.strip()}
    if address:
        fields["url"] = address
    else:
        fields |= {"outlet": fold(outlet), "at": at, "guid": "" if at else (guid or "")}
    stated = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()) if value)
    return ID_VERSION + hashlib.sha256(stated.encode("utf-8", "surrogatepass")).hexdigest()[: _ID_LENGTH - len(ID_VERSION)]


def to_article(entry: Entry, feed: Feed, *, seen_at: datetime, base_url: str = "") -> Article:
    """Return an entry as the article that it announces; nothing is guessed.

    Args:
        entry: as the feed states it.
        feed: its row in the catalogue.
        seen_at: the instant of this round.
        base_url: what relative links are meant against; by default the feed's own address.
    """
    url = tidy_url(entry.link, base_url or feed.url) if entry.link else None
    return Article(
        id=article_id(url=url, title=entry.title, outlet=feed.outlet, published_at=entry.published_at, guid=entry.guid),
        outlet=feed.outlet,
        url=url,
        title=entry.title,
        summary="" if entry.summary == entry.title else entry.summary,
        body="" if entry.body in {entry.title, entry.summary} else entry.body,
        language=feed.language,
        published_at=entry.published_at,
        published_date=entry.published_date,
        first_seen_at=seen_at,
        family=feed.family,
        side=feed.side,
        country=feed.country,
    )


def near_since(articles: Iterable[Article], seen_at: datetime) -> datetime:
    """Return from when on recent titles are needed to find near-duplicates of these articles."""
    stated = [a.published_at for a in articles if a.published_at and a.published_at < seen_at]
    return min(stated, default=seen_at) - NEAR


class Recent:
    """What outlets published lately, to recognise an article that comes again under another address.

    Holds the titles that the store knows, and learns those of the round as they are added.
    """

    def __init__(self, titles: Mapping[tuple[str, str], str | Iterable[Known]] | None = None) -> None:
        """Begin with {(outlet, folded title): the articles of that title}; an id alone is an article without date."""
        #: By outlet and folded title: its articles, with the instants of their publication.
        self._titles: dict[str, dict[str, list[Known]]] = {}
        for (outlet, folded), known in (titles or {}).items():
            rows: list[Known] = [(known, None)] if isinstance(known, str) else list(known)
            self._titles.setdefault(outlet, {})[folded] = rows

    def add(self, article: Article) -> None:
        """Make an article known for those that follow in the round."""
        known = self._titles.setdefault(article.outlet, {}).setdefault(fold_title(article.title), [])
        if all(known_id != article.id for known_id, _ in known):
            known.append((article.id, article.published_at))

    def same_as(self, article: Article) -> str | None:
        """Return the id of the article that this one is another sighting of, or None.

        Same outlet, published within a day of each other, and the same headline: equal when folded, or nearly equal
        where it is long, with the same numbers in it. "3 wounded" and "4 wounded" are two reports.
        """
        folded = fold_title(article.title)
        known = self._titles.get(article.outlet)
        if not known or len(folded) < _SHORTEST:
            return None
        found = known.get(folded)
        if found is None and len(folded) > _TELLING_LENGTH:
            found = _nearly(folded, known)
        if found is None or any(known_id == article.id for known_id, _ in found):
            return None
        return next((known_id for known_id, at in found if _near(article.published_at, at)), None)


def _near(one: datetime | None, other: datetime | None) -> bool:
    # Where one of the dates is not known, the window of the titles handed in has to do.
    return one is None or other is None or abs(one - other) < NEAR


def _nearly(folded: str, known: Mapping[str, list[Known]]) -> list[Known] | None:
    numbers = _NUMBERS.findall(folded)
    hits = process.extract(folded, known.keys(), scorer=fuzz.ratio, score_cutoff=_SAME_RATIO, limit=3)
    return next((known[title] for title, _, _ in hits if _NUMBERS.findall(title) == numbers), None)
