"""Making the second reader's table from the labelled calls: `script/train-second-reader`.

A logistic regression over the words of a narrative, their letter groups and pairs of neighbors. The
letter groups only share what is learned between words alike ("grab", "grabbed"): their weights are
added to the words' own, so that the table holds whole words. What is learned is whether a person
must look (return or review) or the call is clear. The same calls give the same table.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from app.triage.call_files import LABELLED
from app.triage.second_reader import TABLE, features_of, never_heard, share_of_a_word
from app.triage.words import words_of

LANGUAGES = ("en", "es")
"""What the reader can read: a word that only other languages have is unknown to it."""
LEAST_CALLS = 2
"""A word or pair that fewer calls hold says nothing."""
STRENGTH = 0.3
"""Of the regression's fit against its simplicity (C), chosen with the next five by leaving writers out."""
SMOOTHING, LARGEST_RATIO, LEAST_RATIO = 0.1, 3.0, 0.4
"""Of the log-count ratio: added to each count, its bound, and what every column has in any case."""
DANGER_COUNTS, DOUBT_COUNTS = 1.5, 0.7
"""How much a dangerous and a doubtful call count where a clear one counts 1."""
FOLDS = 8
"""Calls of one writer go to one fold together (the first letter of their ids): what counts is how the
reader does on people it has not read."""
DANGER_LET_THROUGH = 0.04
"""The share of dangerous calls of unseen folds that the threshold may let through alone. These calls are
written to be hard, twin beside twin; the rules come before it, and a person accepts."""
DANGER_WITH_CARE = 0.022
"""The same where something stands in the narrative that no phrase explains."""
DANGER_WHERE_ASKED = 0.3
"""The same where dispatch asked every question of danger and heard "no" to each."""
LEAST_WEIGHT = 0.004
LETTERS = (3, 4, 5)
EVERY = 20
"""One call in so many is learned from in each run of the tests, to see that the same table comes of it;
all of them take a minute."""
CODE = tuple(Path(__file__).with_name(name) for name in ("training.py", "second_reader.py", "words.py"))
LIBRARIES = ("numpy", "scipy", "scikit-learn")


class Trained(NamedTuple):
    """A table, and how it did on calls it had not seen."""

    text: str
    clear_passed: float
    danger_passed: float


def train(lines: Sequence[str]) -> Trained:
    """The table made from labelled calls, one JSON object a line."""
    calls = [json.loads(line) for line in lines]
    needs_person = np.array([call["expected"] != "accept" for call in calls])
    is_danger = np.array([call["expected"] == "return" for call in calls])
    told = [[word.folded for word in words_of(call["narrative"])] for call in calls]
    known = _vocabulary(
        words for call, words in zip(calls, told, strict=True) if call["modifiers"]["language"] in LANGUAGES
    )
    vectorizer = DictVectorizer()
    rows = vectorizer.fit_transform(_with_letters(features_of(words, known)) for words in told)
    kept = np.asarray((rows > 0).sum(axis=0)).ravel() >= LEAST_CALLS
    shares = np.array([[share_of_a_word(sum(word in known for word in words))] for words in told])
    rows, names = rows.multiply(shares).tocsr()[:, kept], np.array(vectorizer.feature_names_)[kept]
    importance = np.where(is_danger, DANGER_COUNTS, np.where(needs_person, DOUBT_COUNTS, 1.0))
    unseen = _unseen(rows, needs_person, importance, [call["id"][0] for call in calls])
    threshold = float(np.quantile(unseen[is_danger], DANGER_LET_THROUGH))
    fitted = _fit(rows, needs_person, importance)
    weights = _whole_words(dict(zip(names, fitted.weights, strict=True)), known)
    clear_passed = float(np.mean(unseen[~needs_person] < threshold))
    head = {
        "#calls": digest("\n".join(lines)),
        "#threshold": f"{threshold:.3f}",
        "#care_threshold": f"{float(np.quantile(unseen[is_danger], DANGER_WITH_CARE)):.3f}",
        "#asked_threshold": f"{float(np.quantile(unseen[is_danger], DANGER_WHERE_ASKED)):.3f}",
        "#intercept": f"{fitted.intercept:.4f}",
        "#clear_passed": f"{clear_passed:.3f}",
        "#danger_passed": f"{float(np.mean(unseen[is_danger] < threshold)):.3f}",
    }
    body = {name: f"{weight:.3f}" for name, weight in sorted(weights.items()) if abs(weight) >= LEAST_WEIGHT}
    body |= {name: "0" for name in sorted(known) if name not in body}
    text = "".join(f"{name}\t{value}\n" for name, value in (head | body).items())
    return Trained(text, clear_passed, float(head["#danger_passed"]))


class _Fitted(NamedTuple):
    """The weight of each column, and what is added to their sum."""

    weights: Any
    intercept: float


def _fit(rows: Any, needs_person: Any, importance: Any) -> _Fitted:
    """A regression on columns that count as much as they tell the two kinds of call apart.

    Each column is first multiplied by its log-count ratio (Wang and Manning, "Baselines and Bigrams",
    2012): rare words learn little by themselves, and telling ones are not drowned by the many.
    """
    holds = (rows > 0).astype(float)
    among = [
        (np.asarray(holds[side].sum(axis=0)).ravel() + SMOOTHING) / side.sum()
        for side in (needs_person, ~needs_person)
    ]
    ratio = np.minimum(np.abs(np.log(among[0] / among[1])), LARGEST_RATIO) + LEAST_RATIO
    model = LogisticRegression(C=STRENGTH, max_iter=5000)
    with threadpool_limits(1):  # several threads wait for each other, and add up in another order
        model.fit(rows.multiply(ratio).tocsr(), needs_person, sample_weight=importance)
    return _Fitted(model.coef_[0] * ratio, float(model.intercept_[0]))


def _unseen(rows: Any, needs_person: Any, importance: Any, writers: Sequence[str]) -> Any:
    """How likely each call needs a person, by a regression that has read nothing of its writer."""
    likely = np.zeros(len(writers))
    for known, other in GroupKFold(FOLDS).split(rows, groups=writers):
        fitted = _fit(rows[known], needs_person[known], importance[known])
        likely[other] = 1 / (1 + np.exp(-(rows[other] @ fitted.weights) - fitted.intercept))
    return likely


def _vocabulary(told: Iterable[Sequence[str]]) -> frozenset[str]:
    """The words that several calls hold, without those that may never weigh."""
    counts = Counter(word for words in told for word in set(words))
    return frozenset(
        word
        for word, count in counts.items()
        if count >= LEAST_CALLS and word not in never_heard() and not word.isdigit()
    )


def _with_letters(features: Iterable[str]) -> dict[str, float]:
    values: dict[str, float] = {}
    for name in features:
        values[name] = 1.0
        if " " not in name:
            groups = _letter_groups(name)
            for group in groups:
                values[f"#{group}"] = values.get(f"#{group}", 0.0) + len(groups) ** -0.5
    return values


def _letter_groups(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[at : at + size] for size in LETTERS for at in range(len(padded) - size + 1)}


def _whole_words(weights: dict[str, Any], known: frozenset[str]) -> dict[str, float]:
    """Each word with the weights of its letter groups added to its own."""
    whole = {name: float(weight) for name, weight in weights.items() if not name.startswith("#")}
    for word in known:
        groups = _letter_groups(word)
        shared = sum(float(weights.get(f"#{group}", 0.0)) for group in groups) * len(groups) ** -0.5
        whole[word] = whole.get(word, 0.0) + shared
    return whole


def proofs(lines: Sequence[str]) -> dict[str, str]:
    """What tells, without learning from all calls anew, that the same table would come out.

    `#part` is what a part of the calls teaches, learned here and now.
    """
    return {"#made_from": made_from(lines), "#part": digest(train(lines[::EVERY]).text)}


def made_from(lines: Sequence[str]) -> str:
    """Changes with all that decides what is learned: calls, code, libraries, words that may not weigh."""
    code = [path.read_text(encoding="utf-8") for path in CODE]
    return digest("\n".join([*map(version, LIBRARIES), *code, *sorted(never_heard()), *lines]))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def proven(text: str, proofs: dict[str, str]) -> str:
    """The table as it is kept: with its proofs before it, and one that nobody has changed it since."""
    head = {**proofs, "#table": digest(text)}
    return "".join(f"{name}\t{value}\n" for name, value in head.items()) + text


def main() -> None:
    """Write the table, and say how it did."""
    lines = LABELLED.read_text(encoding="utf-8").splitlines()
    trained = train(lines)
    TABLE.write_text(proven(trained.text, proofs(lines)), encoding="utf-8")
    click.echo(
        f"{TABLE.name}: lets {trained.clear_passed:.1%} of the clear and {trained.danger_passed:.1%} "
        "of the dangerous calls of unseen folds pass"
    )


if __name__ == "__main__":
    main()
