"""`karaula explain`: why a headline is tagged as it is, and why not otherwise."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

from ingest.commands import options
from ingest.commands.console import out
from ingest.opinion import endpoint
from tension.errors import InputError
from tension.explain import explain as explained
from tension.model import Article
from tension.opinion import Opinion
from tension.store import open_reader
from tension.tier import tier
from tension.versions import Version


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as e:
        raise InputError("--published", f"{value!r} is no day (YYYY-MM-DD)") from e


def _quoted(spans: list[dict[str, Any]]) -> str:
    return " … ".join(f"“{s['text']}”" for s in spans)


def _place(place: dict[str, Any] | None) -> str:
    return f"{place['name']} ({place['country']}, {place['precision']})" if place else "no place named"


def _signals(signals: list[dict[str, Any]]) -> Iterator[str]:
    yield "Signals" if signals else "No signal"
    for s in signals:
        day = f" · happened {s['happened_on']}" if s["happened_on"] else ""
        yield f"  {s['code']}  {s['mode']} · confidence {s['confidence']:.2f} · {_place(s['place'])}{day}"
        yield f"      {_quoted(s['evidence'])}  by {s['rule']}"


def _parties(candidate: dict[str, Any]) -> str:
    one, other = candidate["initiator"], candidate["target"]
    who = " → ".join(actor["name"] if actor else "?" for actor in (one, other)) if one or other else ""
    return (f" · {who}" if who else "") + (f" ({candidate['dyad']})" if candidate["dyad"] else "")


def _candidates(candidates: list[dict[str, Any]]) -> Iterator[str]:
    yield "" if candidates else "\nNothing in the text could be a signal: no rule of its language fires"
    if candidates:
        yield "Considered"
    for c in candidates:
        cue = f", decided by “{c['cue']['text']}”" if c["cue"] else ""
        yield f"  {c['code']}  {c['mode']}{cue} · confidence {c['confidence']:.2f} · {_quoted(c['evidence'])}  by {c['rule']}"
        yield f"      counts as {c['counts_as']}{_parties(c)}" if c["counts_as"] else f"      not counted: {c['why_not']}"


def _mentions(title: str, mentions: list[dict[str, Any]]) -> Iterator[str]:
    if mentions:
        yield f"\n{title}"
    for m in mentions:
        rivals = f" · could also be {', '.join(r['name'] for r in m['rivals'])}" if m["rivals"] else ""
        yield f"  “{m['span']['text']}”  {_place(m['place'])}{rivals}"


def lines(answer: dict[str, Any]) -> Iterator[str]:
    """Yield an explanation as readable lines."""
    yield f"Language {answer['language']} · scorer {answer['scorer_version']}\n"
    yield from _signals(answer["signals"])
    yield from _candidates(answer["candidates"])
    yield from _mentions("Places", answer["places"])
    yield from _mentions("Actors (who, not where)", answer["actors"])


def _stored(url: str, article_id: str) -> tuple[Article, Sequence[Version]]:
    """Return a stored article and the headlines that it had.

    Raises:
        InputError: the store has no such article.
    """
    with closing(open_reader(url)) as reader:
        rows = reader.evidence([article_id]).to_dict("records")
        versions = reader.versions(article_id)
    if not rows:
        raise InputError("--stored", f"the store has no article {article_id!r}")
    row = rows[0]
    stated = row["published_date"]
    made = Article(
        id=article_id, outlet=row["outlet"], url=row["url"], title=row["title"], summary=row["summary"], body=row["body"],
        language=row["language"], country=row["outlet_country"],
        published_date=_day(None if stated is None or str(stated) == "NaT" else str(stated)[:10]),
    )  # fmt: skip
    return made, versions


def _versions(versions: Sequence[Version], article_id: str) -> Iterator[str]:
    if len(versions) > 1:
        yield "\nHeadlines that this article had"
        for v in versions:
            here = "  (this one)" if v.article_id == article_id else f"  {v.article_id}"
            yield f"  since {v.first_seen_at:%Y-%m-%d %H:%M} UTC  “{v.title}” · signals: {v.n_signals}{here}"


def _plain(opinion: Opinion) -> dict[str, Any]:
    claims = [{"code": c.code, "mode": c.mode.value, "words": c.span and asdict(c.span)} for c in opinion.claims]
    return {"by": opinion.by, "counts": False, "signals": claims, "unused": list(opinion.unused)}


def _opinion(second: dict[str, Any] | None) -> Iterator[str]:
    if second is None:
        return
    yield f"\nSecond opinion by {second['by']}; it counts for nothing" + ("" if second["signals"] else ": no signal")
    for claim in second["signals"]:
        words = f"“{claim['words']['text']}”" if claim["words"] else "names no words of the text"
        yield f"  {claim['code']}  {claim['mode']} · {words}"
    for part in second["unused"]:
        yield f"  not usable: {part}"


def explain(  # noqa: PLR0913, PLR0917 - options of the command line
    headline: Annotated[str, typer.Argument(help="the headline to read; the article's id with --stored")],
    summary: Annotated[str, typer.Option(help="its summary, where there is one")] = "",
    body: Annotated[str, typer.Option(help="the article's text, where there is one")] = "",
    language: Annotated[str, typer.Option(help="the outlet's language (BCP 47), where it is known")] = "und",
    published: Annotated[str | None, typer.Option(help="day of publication, YYYY-MM-DD: resolves “on Saturday”")] = None,
    stored: Annotated[bool, typer.Option("--stored", help="explain an article of the store, with the headlines it had")] = False,  # noqa: FBT002 - a switch
    store: options.Store = None,
    by: options.Tier = None,
    second_opinion: Annotated[bool, typer.Option("--second-opinion", help="ask the endpoint of KARAULA_OPINION_URL too")] = False,  # noqa: FBT002 - a switch
    as_json: Annotated[bool, typer.Option("--json", help="print plain data instead of text")] = False,  # noqa: FBT002 - a switch
) -> None:
    """Say what in a headline became a signal and where, what did not, and why not."""
    versions: Sequence[Version] = ()
    article = Article(
        id="headline", outlet="", url=None, title=headline, summary=summary, body=body, language=language,
        published_date=_day(published),
    )  # fmt: skip
    if stored:
        article, versions = _stored(options.settings(store).store, headline)
    answer = explained(article, tier(options.encoder(by)))
    if stored:
        answer |= {"versions": [asdict(v) | {"first_seen_at": v.first_seen_at.isoformat()} for v in versions]}
    if second_opinion:
        answer |= {"second_opinion": _plain(endpoint(options.settings()).opinion(article))}
    if as_json:
        out.print(json.dumps(answer, ensure_ascii=False, indent=2), markup=False)
        return
    for line in (*lines(answer), *_opinion(answer.get("second_opinion")), *_versions(versions, article.id)):
        out.print(line, markup=False)
