"""What a feed would yield: asked once, as politely and as safely as ever, understood, and stored nowhere."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ingest import discovery
from ingest.outcomes import FeedRequest, NotModified, Retrieval
from ingest.parse import ParsedFeed, parse
from ingest.retrieve import RetrieveOptions, Retriever
from tension.errors import ParseError
from tension.model import Entry, Feed, RetrievedFeed
from tension.text.language import UNKNOWN, detect_group

_MOST_TITLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One question to one feed, and what the answer is worth."""

    url: str
    answers: bool = False
    #: Why it is of no use, in words; empty where it answers.
    reason: str = ""
    #: Where permanent redirects alone led.
    moved_to: str | None = None
    #: As feedparser calls it: `rss20`, `atom10`, ...
    format: str = ""
    title: str = ""
    entries: int = 0
    #: How many entries state when they were published.
    dated: int = 0
    oldest: str | None = None
    newest: str | None = None
    #: Group of languages that most headlines are in, with the share of them.
    language: str = UNKNOWN
    language_share: float = 0.0
    #: How many entries bring more than a headline.
    with_text: int = 0
    issues: tuple[str, ...] = ()
    titles: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def nobody(url: str) -> Feed:
    """Return a feed of which nothing is known but its address."""
    return Feed(
        id="trial",
        outlet="",
        url=url,
        language=UNKNOWN,
        script=None,
        country="INT",
        family="",
        side="",
        kind="portal",
        panel=False,
    )


def trial_of(feed: Feed, retrieval: Retrieval) -> Trial:
    """Return what an answer is worth."""
    result, moved = retrieval.result, retrieval.moved_to
    if isinstance(result, NotModified):
        return Trial(url=feed.url, reason="says that nothing changed, although nothing was asked for", moved_to=moved)
    if not isinstance(result, RetrievedFeed):
        return Trial(url=feed.url, reason=result.reason, moved_to=moved)
    try:
        parsed = parse(result, feed)
    except ParseError as e:
        return Trial(url=feed.url, reason=e.reason, moved_to=moved)
    return _worth(feed, parsed, moved)


def _worth(feed: Feed, parsed: ParsedFeed, moved_to: str | None) -> Trial:
    days = sorted(e.published_date for e in parsed.entries if e.published_date)
    language, share = _language(parsed.entries, feed.language)
    return Trial(
        url=feed.url,
        answers=True,
        moved_to=moved_to,
        format=parsed.version,
        title=parsed.title,
        entries=len(parsed.entries),
        dated=len(days),
        oldest=days[0].isoformat() if days else None,
        newest=days[-1].isoformat() if days else None,
        language=language,
        language_share=share,
        with_text=sum(bool(e.summary or e.body) for e in parsed.entries),
        issues=parsed.issues,
        titles=tuple(e.title for e in parsed.entries[:_MOST_TITLES]),
    )


def _language(entries: Sequence[Entry], declared: str) -> tuple[str, float]:
    found = Counter(detect_group(f"{e.title} {e.summary}"[:400], declared) for e in entries[:50])
    if not found:
        return UNKNOWN, 0.0
    language, n = min(found.items(), key=lambda row: (-row[1], row[0]))
    return language, round(n / found.total(), 2)


async def try_feed(feed: Feed, options: RetrieveOptions) -> Trial:
    """Ask one feed."""
    async with Retriever(options) as retriever:
        return trial_of(feed, await retriever.retrieve(FeedRequest(feed_id=feed.id, url=feed.url)))


async def find(site: str, options: RetrieveOptions) -> tuple[Trial, ...]:
    """Return the feeds of a site, those that answer first.

    The address itself where it is a feed; else those that its page names; else, where none of these answers, the first
    of the usual places that does. A site that cannot be asked gives one trial that says why.
    """
    async with Retriever(options) as retriever:
        first = await retriever.retrieve(FeedRequest(feed_id="trial", url=site))
        itself = trial_of(nobody(site), first)
        if itself.answers or not isinstance(first.result, RetrievedFeed):
            return (itself,)
        page = first.result
        named = [await _try(retriever, link) for link in discovery.links(page.content, page.url)]
        if any(t.answers for t in named):
            return tuple(sorted(named, key=lambda t: not t.answers))
        for link in discovery.usual(page.url):
            trial = await _try(retriever, link)
            if trial.answers:
                return (trial, *named)
        return (*named, itself)


async def _try(retriever: Retriever, link: discovery.Link) -> Trial:
    feed = nobody(link.url)
    return trial_of(feed, await retriever.retrieve(FeedRequest(feed_id=feed.id, url=link.url)))
