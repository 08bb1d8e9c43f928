"""Which language a headline is in."""

import pytest

from tension.text.language import UNKNOWN, detect_group, group, name_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Срби блокирали пут ка Јарињу", "hbs"),
        ("Srbi blokirali put ka Jarinju", "hbs"),
        ("Serbët bllokuan rrugën për në Jarinjë", "sq"),
        ("Затворен е граничниот премин Табановце ќе се чека", "mk"),
        ("Затвориха граничния пункт край Калотина", "bg"),
        ("Έκλεισε ο συνοριακός σταθμός στους Κήπους", "el"),
        ("Polis göstericilere biber gazı ile müdahale etti", "tr"),
        ("Lezárták a határátkelőt Röszkénél", "hu"),
        ("Protestatarii au blocat drumul spre vamă", "ro"),
        ("Na mejnem prehodu so postavili barikado, promet stoji", "sl"),
        ("Protesters block the road to the border crossing", "en"),
    ],
)
def test_headlines_of_our_languages_are_told_apart(text, language):
    """One ordinary headline in each language is recognised without being told."""
    assert language == detect_group(text)


@pytest.mark.parametrize(
    "text", ["", "123 456", "🙂🙂", "今日は晴れです", "هذا نص عربي تماما", "Der Bundestag hat das Gesetz gestern beschlossen"]
)
def test_a_language_outside_ours_is_unknown(text):
    """No guess is made for empty text, numbers, emoji, or a language that has no lexicon."""
    assert detect_group(text) == UNKNOWN


def test_a_foreign_name_does_not_make_a_headline_foreign():
    """A capitalised name with a telling letter leaves an English headline English."""
    assert detect_group("Karadžić and Mladić among those named by the tribunal", None) == "en"


def test_the_outlet_says_which_of_the_group():
    """Bosnian is shown as Bosnian where its outlet says so, and as the group where nobody says."""
    assert [name_language("hbs", "bs"), name_language("hbs", None), name_language("en", "bs")] == ["bs", "hbs", "en"]


def test_tags_belong_to_groups():
    """BCP 47 tags with scripts and regions lead to the lexicon they share."""
    assert [group("sr-Latn"), group("cnr"), group("sq-XK"), group("de"), group(None)] == ["hbs", "hbs", "sq", UNKNOWN, UNKNOWN]
