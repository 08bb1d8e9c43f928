"""The tables of the page Method, as HTML made from the assets themselves. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from app import words
from app.components import markup
from app.theme import Theme
from app.worked import Example
from tension import taxonomy
from tension.index.load import HALF_LIFE_DAYS, HORIZON_DAYS
from tension.model import Mode
from tension.quality import Quality
from tension.reading import THREAT

_NUMBERS = frozenset({"weight", "factor", "headlines", "precision", "recall", "F1", "escalation F1", "false alarms"})


def table(names: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    """Return a table; the cells are HTML already, the names and the caption are text."""
    numeric = [' class="k-num"' if name in _NUMBERS else "" for name in names]
    head = "".join(f"<th{kind}>{markup.text(name)}</th>" for name, kind in zip(names, numeric, strict=True))
    body = "".join(
        f"<tr>{''.join(f'<td{kind}>{cell}</td>' for cell, kind in zip(row, numeric, strict=True))}</tr>" for row in rows
    )
    return (
        f'<div class="k-card k-scroll" tabindex="0"><table class="k-table"><caption>{markup.text(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def signals(theme: Theme) -> str:
    """Return the signals with family, weight, and their like in the ontologies of event data."""
    rows = [
        (
            markup.badge(s.family, s.name, theme), markup.text(s.reports), f"{s.weight:.1f}", markup.text(s.part),
            markup.text(s.plover), markup.text(s.cameo),
        )
        for s in sorted(taxonomy.signal_types().values(), key=lambda s: (taxonomy.FAMILIES.index(s.family), -s.weight, s.code))
    ]  # fmt: skip
    names = ("signal", "what is reported", "weight", "part", "PLOVER", "CAMEO")
    return table(names, rows, "Signals by family, heaviest first")


def modes() -> str:
    """Return the modes of assertion with what each weighs."""
    weights = taxonomy.mode_weights()
    threat = f"counts as {words.signal(THREAT)}"
    rows = [
        (
            f"<b>{markup.text(mode)}</b>", markup.text(words.MODES[mode]), f"{weights[mode]:.1f}" if mode in weights else "",
            markup.text("counts" if mode in weights else threat if mode is Mode.THREATENED else "is kept, and does not count"),
        )
        for mode in Mode
    ]  # fmt: skip
    return table(("mode", "meaning", "factor", "consequence"), rows, "How a text asserts an act")


def accuracy(found: Iterable[Quality], *, by: str) -> str:
    """Return the figures of accuracy, by language or by signal."""
    rows = [
        (
            markup.text(_group(q.group)),
            f"{q.n_items:,}", f"{q.precision:.2f}", f"{q.recall:.2f}", f"{q.f1:.2f}", f"{q.escalation_f1:.2f}",
            "" if q.false_alarms is None else f"{q.false_alarms:.2f}",
        )
        for q in found
    ]  # fmt: skip
    return table((by, "headlines", "precision", "recall", "F1", "escalation F1", "false alarms"), rows, f"Accuracy by {by}")


def _group(name: str) -> str:
    if name == "all":
        return "all languages"
    return words.signal(name) if name in taxonomy.signal_types() else words.language(name)


def formula() -> str:
    """Return the formula of the load, with the constants of the code."""
    said = (
        "n: independent publisher families. The sum runs over the events of the scope up to the day, "
        f"{HORIZON_DAYS} days back; what is older has faded to a thousandth. Acts and threats make up the load; stabilising "
        "events are summed by themselves and drawn below the line. No country has a factor of its own, and nothing is cut off."
    )
    return (
        '<div class="k-card k-formula">'
        "<div>weight(event) = weight(signal) × factor(mode) × (1 − 2<sup>−n</sup>)</div>"
        f"<div>load(scope, day) = ∑ weight(event) × 2<sup>−(day − day of event) / {HALF_LIFE_DAYS:g}</sup></div>"
        f'<div class="k-muted k-small">{said}</div></div>'
    )


def example(found: Example) -> str:
    """Return the steps from an event to its weight, and what is left of it on later days."""
    steps = (
        f"{words.signal(found.code)} {found.code_weight:.1f} × {found.mode} {found.mode_weight:.1f} × "
        f"{words.plural(found.n_independent, 'independent publisher')} {found.corroboration:.4g} = "
    )
    where = f"{words.place(found.place_name, found.country)}, {words.day(found.day)}"
    ages = "".join(f"<th>{_age(age)}</th>" for age in found.left)
    values = "".join(f"<td>{value:.2f}</td>" for value in found.left.values())
    return (
        f'<div class="k-card k-scroll" tabindex="0"><div class="k-title">{markup.text(where)}</div>'
        f"<div>{markup.text(steps)}<b>{found.weight:.2f}</b></div>"
        f'<table class="k-table k-ages"><caption>What is left of it</caption><thead><tr>{ages}</tr></thead>'
        f"<tbody><tr>{values}</tr></tbody></table></div>"
    )


def _age(days: int) -> str:
    return "that day" if days == 0 else f"+{words.plural(days, 'day')}"


def limits(said: Iterable[Mapping[str, str]]) -> str:
    """Return the known limits, each with its name."""
    rows = "".join(f'<div class="k-report"><b>{markup.text(r["name"])}</b><br>{markup.text(r["text"])}</div>' for r in said)
    return f'<div class="k-card">{rows}</div>'


def style(theme: Theme) -> str:
    """Return the style of the tables."""
    return f"""<style>
.k-scroll {{ overflow-x: auto; }}
.k-table {{ border-collapse: collapse; width: 100%; }}
.k-table caption {{ text-align: left; color: {theme.muted}; font-size: 0.86rem; caption-side: top; padding: 0 0 4px; }}
.k-table th {{ text-align: left; font-weight: 500; font-size: 0.86rem; color: {theme.muted}; white-space: nowrap; }}
.k-table th, .k-table td {{ border: 0; border-bottom: 1px solid {theme.line}; padding: 6px 10px 6px 0; vertical-align: top; }}
.k-table .k-num {{ text-align: right; white-space: nowrap; padding-right: 20px; }}
.k-table.k-ages {{ width: auto; margin-top: 8px; }}
.k-table.k-ages th, .k-table.k-ages td {{ padding-right: 24px; }}
.k-formula {{ border-left: 2px solid {theme.border}; padding-left: 12px; font-size: 1rem; }}
@media (max-width: 640px) {{
  .k-table:not(.k-ages) td:nth-child(2):not(.k-num) {{ min-width: 200px; }}
}}
</style>"""
