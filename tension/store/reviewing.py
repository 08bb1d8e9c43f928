"""Record reviews, and bring signals and memberships to what follows from them, inside the transaction that stores them.

Reviews are facts and stay; which signals hold from when to when is derived from them and made anew each time.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tension.errors import ReviewError
from tension.events.merge import MERGER_VERSION
from tension.events.provenance import wire_of
from tension.events.report import Report, report_of
from tension.model import Mode, Reading, Signal
from tension.review.groups import concerned, regrouped, split_id
from tension.review.record import OF_EVENTS, Act, Fact, Review, checked, in_order
from tension.review.signals import spells
from tension.store.bulk import insert, insert_new
from tension.store.codec import Row, article_of
from tension.store.event_codec import reviewed_row
from tension.store.event_schema import membership
from tension.store.review_codec import considered_of, fact_of_row, mention_of, review_of, review_row, spell_row
from tension.store.review_schema import are_there, review
from tension.store.schema import article, candidate, mention, score, signal
from tension.taxonomy import mode_weights

_CHUNK = 5_000


def reviews_of(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Review]:
    """Return reviews in the order in which they were made."""
    return in_order(review_of(dict(row)) for row in connection.execute(sa.select(review).where(*conditions)).mappings())


def record(connection: sa.Connection, reviews: Iterable[Review]) -> list[Review]:
    """Append reviews that are not stored yet, each with its signals as they stand; return them.

    Raises:
        ReviewError: one says nothing that could be recorded, or is of what is not stored.
    """
    noted = {r.id: r for r in (_noted(connection, checked(given)) for given in reviews)}
    new = set(insert_new(connection, review, [review_row(r) for r in noted.values()], "id"))
    return [r for i, r in noted.items() if i in new]


def _noted(connection: sa.Connection, given: Review) -> Review:
    for event in {given.event_id, given.other_event} - {None}:
        if connection.scalar(sa.select(membership.c.n).where(membership.c.event_id == event).limit(1)) is None:
            raise ReviewError(f"{given.act}: there is no event {event}")
    if given.act is Act.UNDO:
        return _undoing(connection, given)
    if given.article_id is None:
        return given
    of = _article(connection, given.article_id)
    wrong = [s for s in given.evidence if str(of[s.field])[s.start : s.end] != s.text]
    if wrong:
        raise ReviewError(f"{given.act}: “{wrong[0].text}” does not stand in the report")
    mine = [f for f in _base(connection, given.article_id) if f.code == given.code]
    if given.act is Act.RELOCATE and not mine and not _is_judged(connection, given):
        raise ReviewError(f"{given.act}: the report has no signal {given.code}; confirm or add it first")
    if given.act in {Act.CONFIRM, Act.RETAG} and not mine:
        mine = _considered(connection, of, given.code or "")
    return replace(given, facts=given.facts or tuple(mine))


def _is_judged(connection: sa.Connection, given: Review) -> bool:
    same = (review.c.article_id == given.article_id) & (review.c.code == given.code)
    return connection.scalar(sa.select(review.c.n).where(same).limit(1)) is not None


def _considered(connection: sa.Connection, of: Row, code: str) -> list[Fact]:
    """Return what the scorer considered and did not count, the likeliest, as a signal: a reviewer says that it is one."""
    c = candidate.c
    mine = (c.article_id == of["id"]) & (c.scorer_version == of["scorer_version"]) & (c.code == code)
    asserted = c.mode.in_([str(mode) for mode in mode_weights()])
    rows = sa.select(candidate).where(mine, asserted).order_by(c.confidence.desc(), c.n).limit(1)
    return [considered_of(dict(row)) for row in connection.execute(rows).mappings().all()]


def _undoing(connection: sa.Connection, given: Review) -> Review:
    """Return an undo with what it is of, so that it stands in the history of that."""
    earlier = reviews_of(connection, review.c.id == given.supersedes)
    if not earlier:
        raise ReviewError(f"undo: there is no review {given.supersedes}")
    names = ("article_id", "code", "event_id", "other_event")
    return replace(given, **{name: getattr(earlier[0], name) for name in names})


def _article(connection: sa.Connection, article_id: str) -> Row:
    """Return an article with its newest reading's version and language.

    Raises:
        ReviewError: it is not stored, or was not read yet.
    """
    read = (score.c.article_id == article.c.id) & score.c.current
    columns = (article, score.c.scorer_version, score.c.language.label("read_as"))
    row = connection.execute(sa.select(*columns).join(score, read).where(article.c.id == article_id)).mappings().first()
    if row is None:
        raise ReviewError(f"there is no report {article_id} that was read")
    return dict(row)


def _base_rows(connection: sa.Connection, article_id: str) -> list[Mapping[str, Any]]:
    c = signal.c
    newest = (score.c.article_id == c.article_id) & (score.c.scorer_version == c.scorer_version) & score.c.current
    mine = sa.select(signal).join(score, newest).where(c.article_id == article_id, c.known_from.is_(None))
    return [dict(row) for row in connection.execute(mine.order_by(c.n, c.id)).mappings()]


def _base(connection: sa.Connection, article_id: str) -> list[Fact]:
    """Return the signals of an article as the scorer found them."""
    return [fact_of_row(row) for row in _base_rows(connection, article_id)]


def correct(connection: sa.Connection, article_ids: Collection[str]) -> list[str]:
    """Bring the signals of some articles to what their reviews say; return the articles that have reviews."""
    if not article_ids or not are_there(connection):
        return []
    mine: defaultdict[str, list[Review]] = defaultdict(list)
    ids = sorted(set(article_ids))
    for at in range(0, len(ids), _CHUNK):
        for one in reviews_of(connection, review.c.article_id.in_(ids[at : at + _CHUNK])):
            mine[one.article_id or ""].append(one)
    for article_id, reviews in mine.items():
        _correct(connection, article_id, reviews)
    return sorted(mine)


def _correct(connection: sa.Connection, article_id: str, reviews: Sequence[Review]) -> None:
    c, of = signal.c, _article(connection, article_id)
    connection.execute(sa.delete(signal).where(c.article_id == article_id, c.known_from.is_not(None)))
    found = spells(_base(connection, article_id), reviews)
    stays = {s.fact.signal_id: s.until for s in found if s.since is None}
    for signal_id, until in stays.items():
        connection.execute(sa.update(signal).where(c.id == signal_id).values(current=until is None, known_until=until))
    # What an earlier scorer found counts no more, reviewed or not.
    earlier = (c.article_id == article_id) & (c.scorer_version != of["scorer_version"]) & c.known_until.is_not(None)
    connection.execute(sa.update(signal).where(earlier).values(known_until=None))
    later = [s for s in found if s.since is not None]
    first = 1 + (connection.scalar(sa.select(sa.func.max(c.n)).where(c.article_id == article_id)) or 0)
    insert(connection, signal, [spell_row(s, _repeated(of), n) for n, s in enumerate(later, first)])


def _repeated(of: Row) -> Row:
    """Return what signals repeat of their article, and its day."""
    return {
        "article_id": of["id"],
        "scorer_version": of["scorer_version"],
        "language": of["read_as"] if of["language"] == "und" else of["language"],
        "outlet_country": of["country"],
        **{name: of[name] for name in ("outlet", "family", "side", "first_seen_at", "day")},
    }


def reports(connection: sa.Connection, article_ids: Collection[str]) -> dict[str, tuple[Report, datetime]]:
    """Return what the merger compares of articles that got their first signal from a reviewer, with the instant of sight."""
    found: dict[str, tuple[Report, datetime]] = {}
    for article_id in article_ids:
        row = _article(connection, article_id)
        of = article_of(row)
        rows = connection.execute(
            sa.select(mention).where(
                mention.c.article_id == article_id, mention.c.scorer_version == row["scorer_version"]
            )
        ).mappings()  # fmt: skip
        mentions = tuple(m for m in (mention_of(dict(row)) for row in rows) if m is not None)
        held = connection.execute(sa.select(signal).where(signal.c.article_id == article_id, signal.c.current)).mappings()
        signals = tuple(_signal(fact_of_row(dict(row))) for row in held)
        reading = Reading(
            language=row["read_as"], candidates=(), mentions=mentions, signals=signals, scorer_version=row["scorer_version"]
        )
        found[article_id] = report_of(of, reading, seen_at=row["first_seen_at"], origin=wire_of(of)), row["first_seen_at"]
    return found


def _signal(fact: Fact) -> Signal:
    return Signal(
        code=fact.code, mode=Mode(fact.mode), confidence=fact.confidence, evidence=fact.evidence, rule=fact.rule,
        cue=fact.cue, place=fact.place, happened_on=fact.day if fact.day_stated == "happened" else None,
    )  # fmt: skip


def regroup(connection: sa.Connection, at: datetime) -> tuple[set[str], set[str]]:
    """Bring memberships to what all reviews say, by newer rows; return the articles and events that this concerns."""
    acts = [str(act) for act in (*OF_EVENTS, Act.UNDO)]
    given = reviews_of(connection, review.c.act.in_(acts))
    history = _history(connection, concerned(given))
    base = {a: next(r for r in reversed(rows) if not _is_reviewed(r)) for a, rows in history.items()}
    days = _days(base, given)
    moved: list[Row] = []
    touched: set[str] = set()
    for article_id, (event, by) in sorted(regrouped({a: r["event_id"] for a, r in base.items()}, given).items()):
        newest, machine = history[article_id][-1], base[article_id]
        if newest["event_id"] == event:
            continue
        touched |= {newest["event_id"], event}
        if by is None:
            row = {name: machine[name] for name in ("article_id", "event_id", "merger_version", "day", "reasons")}
        else:
            row = reviewed_row(article_id, event, days.get(event), newest["event_id"], by)
        moved.append(row | {"merger_version": MERGER_VERSION, "assigned_at": at})
    insert(connection, membership, moved)
    return {row["article_id"] for row in moved}, touched


def _history(connection: sa.Connection, events: Collection[str]) -> dict[str, list[Mapping[str, Any]]]:
    """Return all memberships, oldest first, of the articles that ever were of some events."""
    ever = sa.select(membership.c.article_id).where(membership.c.event_id.in_(sorted(events)))
    found: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    rows = sa.select(membership).where(membership.c.article_id.in_(ever)).order_by(membership.c.n)
    for row in connection.execute(rows).mappings():
        found[row["article_id"]].append(dict(row))
    return found


def _is_reviewed(row: Mapping[str, Any]) -> bool:
    return str(row["reasons"]).startswith('{"as":"reviewed"')


def _days(base: Mapping[str, Mapping[str, Any]], reviews: Iterable[Review]) -> dict[str, date]:
    """Return the day of each event: the merger's; of one that was split off, the first of its reports' events."""
    found: dict[str, date] = {}
    for row in base.values():
        if row["day"] is not None:
            found[row["event_id"]] = min(row["day"], found.get(row["event_id"], row["day"]))
    for one in reviews:
        if one.act is Act.SPLIT:
            days = [base[a]["day"] for a in one.articles if a in base and base[a]["day"] is not None]
            found |= {split_id(one): min(days)} if days else {}
    return found
