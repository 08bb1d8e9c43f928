"""Which language a headline is in."""

import pytest

from tension.errors import AssetError
from tension.scoring.recognise import recognise
from tension.text import telling
from tension.text.language import UNKNOWN, detect_group, group, name_language
from tension.text.normal import fold


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
    ("text", "language"),
    [
        ("Specijalci obilježili jubilej", "hbs"),
        ("Vojska gradi zaklonišča ob meji", "sl"),
        ("Kosovo crisis after North vote", "en"),
        ("Извидници во Куманово бараат поправка на домот", "mk"),
        ("Извънредна проверка на границата край Видин", "bg"),
    ],
)
def test_short_headlines_full_of_names_are_told_apart_by_their_n_grams(text, language):
    """Where no letter and no function word tells, what our own headlines look like does."""
    assert language == detect_group(text)


def test_the_model_for_languages_is_that_of_its_module(monkeypatch):
    """Weights for another number of buckets are refused by name."""
    monkeypatch.setattr(telling, "SIZE", telling.SIZE * 2)
    telling._model.cache_clear()
    with pytest.raises(AssetError, match=r"weights\.npz"):
        telling.log_odds("Beograd")
    monkeypatch.undo()
    telling._model.cache_clear()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123 456",
        "🙂🙂",
        "今日は晴れです",
        "هذا نص عربي تماما",
        "Der Bundestag hat das Gesetz gestern beschlossen",
        "Sejm uchwalił nową ustawę o granicach",
        "V Praze protestovali zemědělci proti vládě",
        "Депутаты приняли новый закон о границе",
        "Верховна Рада ухвалила новий закон про кордони з сусідніми країнами",
    ],
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


def test_a_name_with_a_foreign_capital_tells_no_language():
    """*İmamoğlu* and *Šešelj* begin with capitals, though these stand between small letters in Unicode."""
    assert detect_group("Police detained the mayor of the city, Ekrem İmamoğlu, and Vojislav Šešelj spoke", "en") == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Serbia threatens to send troops to Kosovo", "en"),
        ("Syria recognises Kosovo", "en"),
        ("Polizei stoppt Protest gegen Krieg in Berlin", UNKNOWN),
        ("Le président français se rend à Belgrade demain pour protester", UNKNOWN),
    ],
)
def test_a_short_text_full_of_names_is_told_by_the_words_that_a_lexicon_knows(text, language):
    """What trigrams leave open is settled by the lexicons, and stays unknown where none knows nearly all words."""
    assert recognise(fold(text).split()) == language
