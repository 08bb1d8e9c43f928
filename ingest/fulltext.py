"""Articles' own pages, where the operator chose to read them for a feed: the text of the article, for reading alone.

new articles of the feed, newest first, a few a round:
    robots.txt allows it | asked slowly, as safely as feeds | the page reserves nothing | its main text

A page that fails costs nothing: its article is read by its headline, and a remark says so.
"""

import asyncio
import importlib.util
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from lxml import etree, html

from ingest.outcomes import FeedRequest
from ingest.retrieve import RetrieveOptions, Retriever
from ingest.robots import RobotsMemory
from tension.model import Article, Feed, RetrievedFeed

#: Pages of one feed in one round, and how long all of them may take.
MOST_PAGES, BUDGET_S = 20, 60.0
#: From so many letters on the feed itself brings the text.
ENOUGH = 600
_ACCEPT = "text/html, application/xhtml+xml;q=0.9"
_MAX_BYTES = 2 * 1024 * 1024
#: Larger trees are no articles.
_MAX_ELEMENTS = 20_000
_MAX_BODY = 50_000
#: Shorter than this is a notice about cookies, not a text.
_SHORTEST = 200
_MISSING = "the extra is not installed (pip install 'karaula[fulltext]')"
#: What a page says of itself by which it keeps its text from being taken along.
_RESERVING = frozenset({"noarchive", "noai", "none"})
#: What an extractor may stumble over in strangers' markup.
_TRIPS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError, etree.LxmlError)
_OLDEST = datetime.min.replace(tzinfo=UTC)

Work = Callable[..., Awaitable["Text"]]
Pair = tuple[Article, str | None]


@dataclass(frozen=True, slots=True)
class Text:
    """The main text of a page, or why there is none."""

    body: str = ""
    reason: str = ""


class Pages:
    """Asks for the pages of a round's articles; to be used as an asynchronous context manager."""

    def __init__(self, options: RetrieveOptions) -> None:
        self._retriever = Retriever(
            replace(
                options,
                accept=_ACCEPT,
                n_at_once=4,
                n_per_host=1,
                per_host_per_second=0.5,
                total_s=15.0,
                n_tries=1,
                max_bytes=_MAX_BYTES,
                # Whoever may ask feeds without looking at the rules still may not ask pages so.
                robots=options.robots if options.robots is not None else RobotsMemory(),
            )
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._retriever.__aexit__(kind, error, trace)

    async def fill(
        self, feed: Feed, pairs: Sequence[Pair], known: Iterable[str], work: Work
    ) -> tuple[list[Pair], tuple[str, ...]]:
        """Return the articles of a document with the texts of the new ones, and a remark on pages that gave none.

        Args:
            feed: whose document it is.
            pairs: its articles with the feed's own identifiers.
            known: ids of those that are stored.
            work: runs a function of plain values where it holds up nobody.
        """
        wanted = _wanted(pairs, frozenset(known))
        if not wanted:
            return list(pairs), ()
        if importlib.util.find_spec("trafilatura") is None:
            return list(pairs), (f"full text: {_MISSING}",)
        texts: dict[str, Text] = {}
        try:
            async with asyncio.timeout(BUDGET_S):
                for article in wanted:
                    texts[article.id] = await self._text(feed, article, work)
        except TimeoutError:
            texts |= {a.id: Text(reason="no time left in this round") for a in wanted if a.id not in texts}
        bodies = {i: text.body for i, text in texts.items() if text.body}
        return [(replace(a, body=bodies.get(a.id, a.body)), guid) for a, guid in pairs], _remark(texts.values())

    async def _text(self, feed: Feed, article: Article, work: Work) -> Text:
        answer = await self._retriever.retrieve(FeedRequest(feed_id=feed.id, url=article.url or ""))
        page = answer.result
        if not isinstance(page, RetrievedFeed):
            return Text(reason=getattr(page, "reason", "not modified"))
        return await work(text_of, page.content, page.charset, page.url)


def _wanted(pairs: Iterable[Pair], known: frozenset[str]) -> list[Article]:
    """Return the new articles that a page would say more about, the newest first, each once."""
    new = {a.id: a for a, _ in pairs if a.id not in known and a.url and len(a.body) < ENOUGH}
    return sorted(new.values(), key=lambda a: (a.published_at or _OLDEST, a.id), reverse=True)[:MOST_PAGES]


def _remark(texts: Iterable[Text]) -> tuple[str, ...]:
    reasons = Counter(text.reason for text in texts if not text.body)
    if not reasons:
        return ()
    most = ", ".join(f"{n} times: {reason}" if n > 1 else reason for reason, n in reasons.most_common(3))
    return (f"full text: {reasons.total()} pages gave none ({most})",)


def text_of(content: bytes, charset: str | None, url: str) -> Text:
    """Return the main text of an article's page.

    Args:
        content: the page as it came.
        charset: what the server says it is written in, or None.
        url: address that answered.
    """
    import trafilatura  # noqa: PLC0415 - an optional extra, and slow to load

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        root = html.document_fromstring(_decoded(content, charset), parser=html.HTMLParser(no_network=True, huge_tree=False))
        if reserved := _reserved(root):
            return Text(reason=f"the page reserves its text ({reserved})")
        if sum(1 for _ in root.iter()) > _MAX_ELEMENTS:
            return Text(reason="the page is too large for an article")
        found = trafilatura.extract(
            root, url=url, fast=True, favor_precision=True, include_comments=False, include_tables=False, with_metadata=False
        )
    except _TRIPS as e:
        return Text(reason=f"the page cannot be understood ({type(e).__name__})")
    body = (found or "").strip()[:_MAX_BODY]
    return Text(body=body) if len(body) >= _SHORTEST else Text(reason="the page has no text that is an article's")


def _decoded(content: bytes, charset: str | None) -> bytes | str:
    """Return a page as text where the server names its encoding, else as bytes, for the page may name it."""
    if charset is None:
        return content
    try:
        # A declaration inside would contradict text that is decoded already.
        return content.decode(charset, errors="replace").lstrip().removeprefix("<?xml")
    except LookupError:
        return content


def _reserved(root: html.HtmlElement) -> str:
    """Return the words by which a page reserves its text (robots meta; TDM reservation protocol), or nothing."""
    for meta in root.iter("meta"):
        name, said = (meta.get("name") or "").strip().lower(), (meta.get("content") or "").lower()
        if name == "tdm-reservation" and said.strip() == "1":
            return "tdm-reservation"
        if name in {"robots", "karaula"} and (words := _RESERVING & {word.strip() for word in said.split(",")}):
            return f"robots: {min(words)}"
    return ""
