"""What the reader asks, as SQL expressions over the tables."""

import re
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tension.model import Query
from tension.store.schema import article, feed, fetch, score, sighting, signal
from tension.text.normal import fold


def raw(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """Return a column as the driver gives it: the frame reads all its days and instants at once."""
    return sa.type_coerce(column, sa.types.NullType())


#: Columns of `frames.SIGNALS`, in their order.
SIGNAL_COLUMNS = (
    signal.c.id, signal.c.article_id, signal.c.code, signal.c.mode, signal.c.confidence, signal.c.rule,
    raw(signal.c.day), signal.c.day_stated, signal.c.place_id, signal.c.place_name, signal.c.place_country,
    signal.c.lat, signal.c.lon, signal.c.precision, signal.c.language, signal.c.outlet, signal.c.family,
    signal.c.side, signal.c.outlet_country, raw(signal.c.first_seen_at),
)  # fmt: skip


def holding(at: datetime | sa.BindParameter[datetime] | None, *also: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Return the condition of a signal that counts: of the newest scorer version, and as reviewers corrected it.

    Args:
        at: an instant (or what stands for one) by which it was known, or None for now.
        also: conditions that an index has, so that both ways of having held are found by theirs.
    """
    c = signal.c
    if at is None:
        return sa.and_(c.current, *also)
    held = sa.or_(sa.and_(c.current, *also), sa.and_(c.known_until > at, *also))
    return sa.and_(held, c.known_from.is_(None) | (c.known_from <= at), c.first_seen_at <= at)


def ever_held() -> sa.ColumnElement[bool]:
    """Return the condition of a signal that counts, or did until a reviewer corrected it."""
    return signal.c.current | signal.c.known_until.is_not(None)


def facets(query: Query, *also: sa.ColumnElement[bool]) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on signals that count; `also`: further ones that an index has, as those on their day."""
    chosen = (
        (signal.c.code, query.codes),
        (signal.c.place_country, query.countries),
        (signal.c.language, query.languages),
        (signal.c.outlet, query.outlets),
    )
    conditions: list[sa.ColumnElement[bool]] = [holding(query.as_known_at, *also)]
    conditions += [column.in_(values) for column, values in chosen if values]
    if query.min_confidence > 0:
        conditions.append(signal.c.confidence >= query.min_confidence)
    return conditions


def signals(query: Query) -> sa.Select[Any]:
    """Select the signals of a query that have a day within it."""
    within = signal.c.day.between(query.since, query.until)
    return sa.select(*SIGNAL_COLUMNS).where(*facets(query, within)).order_by(signal.c.day, signal.c.id)


def undated(query: Query) -> sa.Select[Any]:
    """Select the signals of a query that have no day."""
    return sa.select(*SIGNAL_COLUMNS).where(*facets(query, signal.c.day.is_(None))).order_by(signal.c.id)


def _n_sightings() -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).where(sighting.c.article_id == article.c.id).scalar_subquery()


def _n_signals() -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).where(signal.c.article_id == article.c.id, signal.c.current).scalar_subquery()


def _article_columns() -> tuple[sa.ColumnElement[Any], ...]:
    """Return the columns of `frames.ARTICLES`, in their order."""
    return (
        article.c.id, article.c.title, article.c.summary, article.c.url, article.c.outlet, article.c.family,
        article.c.side, article.c.country, article.c.language, article.c.published_at, article.c.published_date,
        article.c.first_seen_at, article.c.restated, _n_sightings(), _n_signals(),
    )  # fmt: skip


def _speaks_of_signals(query: Query) -> bool:
    return bool(query.codes or query.countries or query.min_confidence > 0)


def articles(query: Query) -> sa.Select[Any]:
    """Select the articles of a query, newest first.

    Where it speaks of signals (codes, countries, confidence): those with such a signal in the days of the query.
    Else: those published in these days.
    """
    if _speaks_of_signals(query):
        within = signal.c.day.between(query.since, query.until)
        conditions: list[sa.ColumnElement[bool]] = [
            article.c.id.in_(sa.select(signal.c.article_id).where(*facets(query, within)))
        ]
    else:
        conditions = [article.c.day.between(query.since, query.until)]
        conditions += [article.c.language.in_(query.languages)] if query.languages else []
        conditions += [article.c.outlet.in_(query.outlets)] if query.outlets else []
        conditions += [article.c.first_seen_at <= query.as_known_at] if query.as_known_at else []
    newest_first = (article.c.day.desc(), article.c.first_seen_at.desc(), article.c.id)
    return sa.select(*_article_columns()).where(*conditions).order_by(*newest_first)


def search(text: str, query: Query, dialect: str) -> sa.Select[Any]:
    """Select the articles of a query that have every word of a text, or a longer form of it; in any script."""
    # Letters and digits only, so that nothing in them can be an operator of either search language.
    words = re.findall(r"[^\W_]+", fold(text))
    if not words:
        return articles(query).where(sa.false())
    if dialect == "postgresql":
        wanted = " & ".join(f"'{word}':*" for word in words)
        has_words = sa.func.to_tsvector(sa.literal_column("'simple'"), article.c.folded).bool_op("@@")(
            sa.func.to_tsquery(sa.literal_column("'simple'"), wanted)
        )
        return articles(query).where(has_words)
    wanted = " ".join(f'"{word}"*' for word in words)
    matching = sa.text("SELECT rowid FROM article_text WHERE article_text MATCH :wanted").bindparams(wanted=wanted)
    return articles(query).where(article.c.n.in_(matching.columns(sa.column("rowid", sa.Integer))))


def texts(article_ids: list[str]) -> sa.Select[Any]:
    """Select articles with their bodies."""
    return sa.select(*_article_columns(), article.c.body).where(article.c.id.in_(article_ids))


def passing(article_ids: list[str], query: Query) -> sa.Select[Any]:
    """Select those of some articles that have a signal as a query asks, whatever its day."""
    return sa.select(signal.c.article_id).distinct().where(signal.c.article_id.in_(article_ids), *facets(query))


def found_in(table: sa.Table, article_ids: list[str]) -> sa.Select[Any]:
    """Select what the newest reading of some articles found: rows of signal, mention or candidate."""
    of_newest = (score.c.article_id == table.c.article_id) & (score.c.scorer_version == table.c.scorer_version) & score.c.current
    rows = sa.select(table).join(score, of_newest).where(table.c.article_id.in_(article_ids))
    if table is signal:
        rows = rows.where(signal.c.current)
    return rows.order_by(table.c.article_id, table.c.n)


def feeds(at: datetime, days_ago: tuple[datetime, datetime, datetime]) -> sa.Select[Any]:
    """Select every feed with the columns of `frames.FEEDS`.

    Args:
        at: what happened later is left out.
        days_ago: the instants 1, 7 and 28 days before.
    """
    tried = fetch.alias("tried")
    last = sa.select(sa.func.max(fetch.c.fetched_at)).where(fetch.c.feed_id == feed.c.id, fetch.c.fetched_at <= at)
    success = last.where(fetch.c.outcome.in_(("ok", "not_modified")))
    is_last = (tried.c.feed_id == feed.c.id) & (tried.c.fetched_at == last.scalar_subquery())
    columns = (
        feed.c.id, feed.c.outlet, feed.c.url, feed.c.language, feed.c.country, feed.c.family, feed.c.side,
        feed.c.kind, feed.c.panel, feed.c.cadence_minutes,
        success.scalar_subquery(), tried.c.fetched_at, tried.c.outcome, tried.c.status, tried.c.reason,
        tried.c.grade, tried.c.next_due_at,
        *(_delivered(start, at) for start in days_ago),
        feed.c.min_per_day, feed.c.retired_at.is_not(None) & (feed.c.retired_at <= at),
    )  # fmt: skip
    return sa.select(*columns).join_from(feed, tried, is_last, isouter=True).order_by(feed.c.country, feed.c.id)


def _delivered(start: datetime, at: datetime) -> sa.ScalarSelect[int]:
    within = (sighting.c.seen_at > start) & (sighting.c.seen_at <= at)
    return sa.select(sa.func.count()).where(sighting.c.feed_id == feed.c.id, within).scalar_subquery()


def articles_per_day(since: date, until: date, by: str = "country") -> sa.Select[Any]:
    """Select country (or side), day of first sight, number of articles."""
    counted = sa.select(article.c[by], article.c.seen_day, sa.func.count())
    # What was old at first sight shows that an archive came again, not that the day was covered.
    news = article.c.seen_day.between(since, until) & article.c.flag.is_distinct_from("archive")
    return counted.where(news).group_by(article.c[by], article.c.seen_day)


def answers_per_day(since: date, until: date, by: str = "country") -> sa.Select[Any]:
    """Select country (or side), day, number of feeds that answered at least once."""
    answered = fetch.c.outcome.in_(("ok", "not_modified")) & fetch.c.day.between(since, until)
    counted = sa.select(feed.c[by], fetch.c.day, sa.func.count(fetch.c.feed_id.distinct()))
    return counted.join_from(fetch, feed).where(answered).group_by(feed.c[by], fetch.c.day)


def history(since: datetime) -> sa.Select[Any]:
    """Select the attempts at feeds that are not retired, oldest first."""
    wanted = (fetch.c.fetched_at >= since) & feed.c.retired_at.is_(None)
    return sa.select(fetch).join(feed).where(wanted).order_by(fetch.c.feed_id, fetch.c.fetched_at)


def extremes() -> sa.Select[Any]:
    """Select first and last day of signals and of articles, and the first of articles that were news; seeks in two indexes."""
    ends = (
        sa.select(end(table.c.day)).where(*conditions).scalar_subquery()
        for table, conditions in ((signal, [signal.c.current]), (article, []))
        for end in (sa.func.min, sa.func.max)
    )
    news = sa.select(sa.func.min(article.c.day)).where(article.c.flag.is_distinct_from("archive")).scalar_subquery()
    return sa.select(*ends, news)


def distinct(column: sa.Column[Any], lowest: object = None, highest: object = None) -> sa.Select[Any]:
    """Select the values of an indexed column by seeking from each to the next; far cheaper than DISTINCT.

    Args:
        column: that has an index.
        lowest: where to begin; None: at the lowest that there is.
        highest: where to end; None: at the highest.
    """
    ends = sa.true() if highest is None else column <= highest
    begins = sa.true() if lowest is None else column >= lowest
    first = sa.select(sa.func.min(column).label("value")).where(begins, ends).cte("hop", recursive=True)
    following = sa.select(sa.func.min(column)).where(column > first.c.value, ends).scalar_subquery()
    hop = first.union_all(sa.select(following).where(first.c.value.is_not(None)))
    return sa.select(hop.c.value).where(hop.c.value.is_not(None)).order_by(hop.c.value)
