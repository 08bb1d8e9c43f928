"""Other ways of writing a headline, on which the encoder is tuned: what they change, and what they leave alone."""

import importlib.util
import random
from dataclasses import dataclass

import pytest

from tension import assets

SPEC = importlib.util.spec_from_file_location("vary", assets.path("judge", "vary.py"))
assert SPEC is not None
assert SPEC.loader is not None
vary = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(vary)


@dataclass(frozen=True)
class Headline:
    """What is asked of a labelled headline."""

    title: str
    summary: str = ""
    language: str = "sr"
    kind: str = "signal"
    codes: frozenset[str] = frozenset()
    tempting: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        return ". ".join(part for part in (self.title, self.summary) if part)


LINE = Headline("Vojska zatvorila put kod Jarinja, Kurti u Briselu")


def test_a_text_is_turned_into_the_other_script_and_back():
    """Languages of two scripts have either; a language of one script has none, and its text stays."""
    turned = vary.other_script(LINE.title, "sr")
    assert turned.startswith("\u0412")
    assert vary.other_script(turned, "sr") == LINE.title
    assert vary.other_script(LINE.title, "hr") == LINE.title


def test_marks_go_where_they_are_only_marks():
    """Latin and Greek letters lose theirs; in Cyrillic they make another letter, and stay."""
    assert vary.without_marks("Dačić u Nišu") == "Dacic u Nisu"
    assert vary.without_marks("\u0439") == "\u0439"


@pytest.mark.parametrize("line", [LINE, Headline(""), Headline("?"), Headline("a", "b.", "xx", "background")])
def test_variants_are_the_same_each_time_and_never_the_text_itself(line):
    """Empty lines and unknown languages too: at most two variants, drawn by the text alone."""
    known = vary.names([LINE])
    made = vary.variants(line, known)
    assert made == vary.variants(line, known)
    assert len(made) <= 2
    assert line.text not in made


def test_names_are_swapped_for_names_of_the_same_ending():
    """The act stays; the first word, small words and abbreviations stay; a name gives way to another one of its language."""
    known = vary.names([LINE, Headline("Protest kod Merdara i Brnjaka, Rama u Tirani")])
    made = {vary.other_names(LINE, known, random.Random(seed)) for seed in range(20)}
    assert len(made) > 1
    for title in made:
        assert title.startswith("Vojska zatvorila put kod ")
        assert title.split()[4].rstrip(",").endswith("a")


def test_what_happens_outside_the_region_keeps_its_names():
    """There the names decide that it is no signal of ours."""
    far = Headline("Pregovori Rusije i Ukrajine u Istanbulu", kind="out_of_region")
    assert vary.names([far]) == {}
    assert vary.other_names(far, vary.names([LINE]), random.Random(1)) == far.text


def test_two_items_in_one_text_report_what_both_report():
    """Only texts of one language are joined; what one of them reports is no longer said to be mere words of the other."""
    protest = Headline("Studenti na trgu", codes=frozenset({"protest"}))
    calm = Headline("Nema blokade puta", kind="hard_negative", tempting=frozenset({"border_blockade", "protest"}))
    greek = Headline("Ήσυχη μέρα", language="el", kind="background")

    made = vary.joined([protest, calm, greek], 3, random.Random(1))

    assert sorted(text.title for text in made) == sorted(line.title for line in (protest, calm, greek))
    for text in made:
        both = [line for line in (protest, calm, greek) if line.title in (text.title, text.summary)]
        assert {line.language for line in both} == {text.language}
        assert text.codes == frozenset().union(*(line.codes for line in both))
        assert not text.codes & text.tempting
        assert (text.kind == "signal") == bool(text.codes)
