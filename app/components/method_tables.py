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
from tension.tongue import N_, _, ngettext, number

_NUMBERS = frozenset({"weight", "factor", "headlines", "precision", "recall", "F1", "escalation F1", "false alarms"})


def table(names: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    """Return a table; the cells are HTML already, the names (said by `_`) and the caption are text."""
    numeric = [' class="k-num"' if name in _NUMBERS else "" for name in names]
    head = "".join(f"<th{kind}>{markup.text(_(name))}</th>" for name, kind in zip(names, numeric, strict=True))
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
            markup.badge(s.family, _(s.name), theme), number(s.weight, 1), markup.text(_(s.reports)), markup.text(_(s.part)),
            markup.text(s.plover), markup.text(s.cameo),
        )
        for s in sorted(taxonomy.signal_types().values(), key=lambda s: (taxonomy.FAMILIES.index(s.family), -s.weight, s.code))
    ]  # fmt: skip
    names = (N_("signal"), N_("weight"), N_("what is reported"), N_("part"), "PLOVER", "CAMEO")
    return table(names, rows, _("Signals by family, heaviest first"))


def modes() -> str:
    """Return the modes of assertion with what each weighs."""
    weights = taxonomy.mode_weights()
    threat, kept = _("counts as {signal}", signal=words.signal(THREAT)), _("is kept, and does not count")
    rows = [
        (
            f"<b>{markup.text(_(mode))}</b>", markup.text(_(words.MODES[mode])),
            number(weights[mode], 1) if mode in weights else "",
            markup.text(_("counts") if mode in weights else threat if mode is Mode.THREATENED else kept),
        )
        for mode in Mode
    ]  # fmt: skip
    names = (N_("mode"), N_("meaning"), N_("factor"), N_("consequence"))
    return table(names, rows, _("How a text asserts an act"))


def accuracy(found: Iterable[Quality], by: str, caption: str) -> str:
    """Return the figures of accuracy, by language or by signal."""
    rows = [
        (
            markup.text(_group(q.group)), number(q.n_items),
            *(number(value, 2) for value in (q.precision, q.recall, q.f1, q.escalation_f1)),
            "" if q.false_alarms is None else number(q.false_alarms, 2),
        )
        for q in found
    ]  # fmt: skip
    names = (N_("headlines"), N_("precision"), N_("recall"), "F1", N_("escalation F1"), N_("false alarms"))
    return table((by, *names), rows, caption)


def _group(name: str) -> str:
    if name == "all":
        return _("all languages")
    return words.signal(name) if name in taxonomy.signal_types() else words.language(name)


def formula() -> str:
    """Return the formula of the load, with the constants of the code."""
    said = _(
        "n: independent publisher families. The sum runs over the events of the scope up to the day, {n} days back; what is "
        "older has faded to a thousandth. Acts and threats make up the load; stabilising events are summed by themselves and "
        "drawn below the line. No country has a factor of its own, and nothing is cut off.", n=HORIZON_DAYS,
    )  # fmt: skip
    weight = _("weight(event) = weight(signal) × factor(mode) × {corroboration}", corroboration="(1 − 2<sup>−n</sup>)")
    age = f"({_('day')} − {_('day of event')}) / {HALF_LIFE_DAYS:g}"
    load = _("load(scope, day) = ∑ weight(event) × {decay}", decay=f"2<sup>−{age}</sup>")
    return f'<div class="k-card k-formula"><div>{weight}</div><div>{load}</div><div class="k-muted k-small">{said}</div></div>'


def example(found: Example) -> str:
    """Return the steps from an event to its weight, and what is left of it on later days."""
    publishers = ngettext("{n} independent publisher", "{n} independent publishers", found.n_independent)
    told = number(found.corroboration, len(f"{found.corroboration:.4g}".partition(".")[2]))
    steps = (
        f"{words.signal(found.code)} {number(found.code_weight, 1)} × {_(found.mode)} {number(found.mode_weight, 1)} × "
        f"{publishers} {told} = "
    )
    where = f"{words.place(found.place_name, found.country)}, {words.day(found.day)}"
    ages = "".join(f"<th>{_age(age)}</th>" for age in found.left)
    values = "".join(f"<td>{number(value, 2)}</td>" for value in found.left.values())
    return (
        f'<div class="k-card k-scroll" tabindex="0"><div class="k-title">{markup.text(where)}</div>'
        f"<div>{markup.text(steps)}<b>{number(found.weight, 2)}</b></div>"
        f'<table class="k-table k-ages"><caption>{_("What is left of it")}</caption><thead><tr>{ages}</tr></thead>'
        f"<tbody><tr>{values}</tr></tbody></table></div>"
    )


def _age(days: int) -> str:
    return _("that day") if days == 0 else ngettext("+{n} day", "+{n} days", days)


def limits(said: Iterable[Mapping[str, str]]) -> str:
    """Return the known limits, each with its name."""
    rows = "".join(f'<div class="k-report"><b>{markup.text(_(r["name"]))}</b><br>{markup.text(_(r["text"]))}</div>' for r in said)
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
  .k-table:not(.k-ages) td:nth-child(2):not(.k-num), .k-table:not(.k-ages) td.k-num + td:nth-child(3):not(.k-num) {{
    min-width: 200px; }}
}}
</style>"""
