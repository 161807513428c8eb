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
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from app.triage.second_reader import TABLE, features_of, never_heard
from app.triage.words import words_of

CALLS = Path(__file__).parent / "corpora" / "train.jsonl"
LANGUAGES = ("en", "es")
"""What the reader can read: a word that only other languages have is unknown to it."""
LEAST_CALLS = 2
"""A word or pair that fewer calls hold says nothing."""
STRENGTH = 0.1
"""Of the regression's fit against its simplicity (C), chosen on the tuning calls."""
FOLDS = 8
"""Calls of one writer go to one fold together (the first letter of their ids): what counts is how the
reader does on people it has not read."""
DANGER_LET_THROUGH = 0.045
"""The share of dangerous calls of unseen folds that the threshold may let through alone. These calls are
written to be hard, twin beside twin; the rules come before it, and a person accepts."""
DANGER_WITH_CARE = 0.025
"""The same where something stands in the narrative that no phrase explains."""
DANGER_WHERE_ASKED = 0.3
"""The same where dispatch asked every question of danger and heard "no" to each."""
LEAST_WEIGHT = 0.004
LETTERS = (3, 4, 5)


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
    rows, names = rows[:, kept], np.array(vectorizer.feature_names_)[kept]
    model = LogisticRegression(C=STRENGTH, max_iter=5000)
    writers = [call["id"][0] for call in calls]
    unseen = cross_val_predict(
        model, rows, needs_person, cv=GroupKFold(FOLDS), groups=writers, method="predict_proba"
    )[:, 1]
    threshold = float(np.quantile(unseen[is_danger], DANGER_LET_THROUGH))
    model.fit(rows, needs_person)
    weights = _whole_words(dict(zip(names, model.coef_[0], strict=True)), known)
    clear_passed = float(np.mean(unseen[~needs_person] < threshold))
    head = {
        "#calls": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        "#threshold": f"{threshold:.3f}",
        "#care_threshold": f"{float(np.quantile(unseen[is_danger], DANGER_WITH_CARE)):.3f}",
        "#asked_threshold": f"{float(np.quantile(unseen[is_danger], DANGER_WHERE_ASKED)):.3f}",
        "#intercept": f"{float(model.intercept_[0]):.4f}",
        "#clear_passed": f"{clear_passed:.3f}",
        "#danger_passed": f"{float(np.mean(unseen[is_danger] < threshold)):.3f}",
    }
    body = {name: f"{weight:.3f}" for name, weight in sorted(weights.items()) if abs(weight) >= LEAST_WEIGHT}
    body |= {name: "0" for name in sorted(known) if name not in body}
    text = "".join(f"{name}\t{value}\n" for name, value in (head | body).items())
    return Trained(text, clear_passed, float(head["#danger_passed"]))


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


def main() -> None:
    """Write the table, and say how it did."""
    trained = train(CALLS.read_text(encoding="utf-8").splitlines())
    TABLE.write_text(trained.text, encoding="utf-8")
    click.echo(
        f"{TABLE.name}: lets {trained.clear_passed:.1%} of the clear and {trained.danger_passed:.1%} "
        "of the dangerous calls of unseen folds pass"
    )


if __name__ == "__main__":
    main()
