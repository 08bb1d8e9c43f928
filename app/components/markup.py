"""HTML from untrusted text: everything is escaped, then and only then marked up."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from app.theme import Theme
from tension import taxonomy
from tension.text.web import is_web_address as is_web_address
from tension.tongue import _, ngettext


def text(value: object) -> str:
    """Return a value as HTML text, safe between tags and in attributes."""
    return escape(str(value), quote=True)


def link(url: object, label: str) -> str:
    """Return a link to a source, or only its label where the address is not one of the web."""
    if not is_web_address(url):
        return text(label)
    return f'<a href="{text(url)}" target="_blank" rel="noopener noreferrer nofollow">{text(label)}</a>'


def badge(family: str, label: str, theme: Theme) -> str:
    """Return a word in its family's colour, with a border of the same."""
    return f'<span class="k-badge" style="color:{theme.family_text[family]}">{text(label)}</span>'


def code_badge(code: str, theme: Theme) -> str:
    """Return the short name of a signal as a badge; a code that is no longer known stays plain."""
    known = taxonomy.signal_types().get(code)
    return badge(known.family, _(known.name), theme) if known else text(code)


def highlighted(original: str, spans: Iterable[tuple[Mapping[str, Any], str]], theme: Theme) -> str:
    """Return a text with its trigger words underlined in the colour of their family.

    Args:
        original: the field that the spans point into.
        spans: each with `start` and `end` in code points, and the family.
        theme: the tokens of the appearance.
    """
    parts, at = [], 0
    for span, family in sorted(spans, key=lambda s: (s[0]["start"], -s[0]["end"])):
        start, end = max(span["start"], at), min(span["end"], len(original))
        if start >= end:
            continue
        colour = theme.family.get(family, theme.ink)
        parts += [text(original[at:start]), f'<mark style="border-color:{colour}">{text(original[start:end])}</mark>']
        at = end
    return "".join((*parts, text(original[at:])))


def style(theme: Theme) -> str:
    """Return the style of our own pieces, and of a few of Streamlit's that are too pale on our colours.

    Those cannot be read, or do not show where the keyboard is. Every other selector begins with our own class.
    """
    return f"""<style>
.k-card {{ font-size: 0.93rem; line-height: 1.45; color: {theme.ink}; font-variant-numeric: tabular-nums; }}
.k-card a {{ color: {theme.family_text["military"]}; text-decoration: underline; }}
.k-card .k-muted, .k-muted {{ color: {theme.muted}; }}
.k-card .k-warn, .k-warn {{ color: {theme.warning}; font-weight: 600; }}
.k-card .k-title {{ font-size: 1.15rem; font-weight: 650; line-height: 1.3; margin: 0 0 4px; }}
.k-card .k-small {{ font-size: 0.86rem; }}
.k-card mark {{ background: none; color: inherit; font-weight: 600; border-bottom: 2px solid; padding: 0; }}
.k-badge {{ display: inline-block; border: 1px solid currentColor; border-radius: 6px; padding: 0 6px; margin: 2px 4px 2px 0;
  font-size: 0.82rem; line-height: 1.5; white-space: nowrap; }}
.k-new {{ color: {theme.page}; background: {theme.ink}; border-color: {theme.ink}; font-weight: 600; }}
.k-card .k-report {{ border-top: 1px solid {theme.line}; padding: 8px 0; overflow-wrap: anywhere; }}
.k-card .k-event {{ background: {theme.shade}; margin: 8px 0 0; padding: 4px 8px; border-radius: 6px; }}
.k-card .k-event + .k-report {{ border-top: 0; }}
.k-card.k-list > .k-report:first-child {{ border-top: 0; padding-top: 0; }}
.k-card .k-gap {{ margin-top: 12px; }}
.k-card .k-indent {{ padding: 0 0 8px 16px; }}
.k-card .k-dot {{ display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin-right: 5px; }}
.k-card .k-legend > span, .k-card .k-wide > span {{ display: inline-block; margin-right: 14px; white-space: nowrap; }}
.k-card .k-legend > .k-wide {{ display: inline; white-space: normal; }}
.k-narrow {{ display: none; }}
.k-card .k-sides {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; }}
.k-card .k-sides > div {{ border-left: 2px solid {theme.line}; padding-left: 8px; overflow-wrap: anywhere; }}
.k-card .k-more summary {{ cursor: pointer; }}
.k-weeks {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 16px; }}
.k-week {{ margin: 0; }}
.k-week img {{ width: 100%; height: auto; border: 1px solid {theme.line}; border-radius: 8px; }}
.k-strip > span {{ display: inline-block; margin-right: 20px; }}
.stMarkdown [data-testid="stCaptionContainer"] {{ opacity: 1; }}
[data-testid="stCaptionContainer"] p {{ color: {theme.muted}; }}
[data-testid="stMultiSelect"] span[title] {{ color: {theme.page}; }}
[data-testid="stSidebarNavLink"]:focus-visible {{ outline: 2px solid {theme.ink}; outline-offset: -2px; }}
@media (max-width: 640px) {{
  .k-narrow {{ display: block; }}
  .k-card .k-legend > .k-wide {{ display: none; }}
}}
</style>"""


def legend(theme: Theme) -> str:
    """Return the words of the families, each with its dot."""
    dots = [
        f'<span><span class="k-dot" style="background:{theme.family[family]}"></span>{text(_(family))}</span>'
        for family in taxonomy.FAMILIES
    ]
    return "".join(dots)


def spans_of(signals: Iterable[Mapping[str, Any]], field: str) -> list[tuple[Mapping[str, Any], str]]:
    """Return the trigger words of some signals in one field, each with its family."""
    types = taxonomy.signal_types()
    return [
        (span, types[signal["code"]].family if signal["code"] in types else "")
        for signal in signals
        for span in signal["evidence"] or ()
        if span["field"] == field
    ]


def families_in(codes: Iterable[str]) -> list[str]:
    """Return the families of some codes, in the order in which they are drawn."""
    types = taxonomy.signal_types()
    present = {types[code].family for code in codes if code in types}
    return [family for family in taxonomy.FAMILIES if family in present]


def plural_reports(n: int) -> str:
    """Return `1 report`, `14 reports`."""
    return ngettext("{n} report", "{n} reports", n)


def plural_voices(n: int) -> str:
    """Return how many independent voices there are, in words."""
    return ngettext("{n} independent voice", "{n} independent voices", n)


def new_mark(*, shown: bool) -> str:
    """Return the word that marks what came in since this reader looked last; nothing where it was there before."""
    return f'<span class="k-badge k-new">{text(_("new"))}</span>' if shown else ""
