"""Folding and tokenising: one word in every script, positions kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tension.text.normal import fold, fold_token, tokenise


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Лепосавић", "leposavic"),
        ("Leposavić", "leposavic"),
        ("LEPOSAVIC", "leposavic"),
        ("Ђаковица", "djakovica"),
        ("Đakovica", "djakovica"),
        ("İzmir", "izmir"),
        ("ışık", "isik"),
        ("Ελλάδας", "ελλαδασ"),
        ("Zve\u00adčan", "zvecan"),
        ("Prishtinë", "prishtine"),
    ],
)
def test_scripts_case_and_marks_fold_to_one_word(written, folded):
    """A word is the same in Cyrillic and Latin, with and without diacritics, in capitals, with a soft hyphen inside."""
    assert folded == fold_token(written)


@given(st.text(max_size=300))
def test_spans_quote_the_original(text):
    """Every token's span lies in the text, in order, and folds to the token."""
    tokens = tokenise(text)

    assert list(tokens.starts) == sorted(tokens.starts)
    assert [fold_token(text[s:e][:80]) for s, e in zip(tokens.starts, tokens.ends, strict=True)] == list(tokens.folded)


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing(text):
    """The folded form is stable, so that stored and typed forms compare equal."""
    once = fold(text)

    assert once == fold(once)


def test_ordinals_and_initials_do_not_end_a_sentence():
    """`20. septembra` and `A. Kurti` stay within their sentence; a full stop before a capital ends it."""
    tokens = tokenise("Odluka A. Kurtija od 20. septembra važi. Novi dan")

    assert [0] * 7 + [1, 1] == list(tokens.sentence)


def test_clauses_end_at_commas_colons_and_dashes():
    """A comma, a colon and a spaced dash begin a new clause; a hyphen does not."""
    tokens = tokenise("Vučić: KFOR-ova patrola, kaže – mirno")

    assert [0, 1, 1, 1, 2, 3] == list(tokens.clause)
