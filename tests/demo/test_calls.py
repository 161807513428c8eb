"""The invented calls are what they say: readable by the hook, valid as EIDO, decided as told."""

import json
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

from app.demo.calls import InventedCall, Spot, invent_call, invent_update, new_dice
from app.demo.stories import RAISED_WORDS, STORIES
from app.demo.written import write_call, write_update
from app.foundation import clock
from app.referrals.eido import read_eido
from app.referrals.natures import Nature
from app.referrals.payloads import read_referral
from app.referrals.updates import read_update
from app.triage.questions import signs_from
from app.triage.rules import Decision
from app.triage.screening import read_call_type, screen_or_return

SHARED = Path(__file__).parents[3] / "shared" / "standards" / "eido"
SPOTS = (Spot(34.05, -118.25), Spot(33.94, -118.26))
needs_standard = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the published schema lies beside the repository"
)


def call_of(story, *, is_eido):
    answers = dict.fromkeys(("weapons", "injuries", "threats", "children_at_risk"), "no")
    return InventedCall(
        number="26-000123",
        story=story,
        spot=SPOTS[0],
        corner="Fern & Hazel",
        callback="213-555-0142",
        is_eido=is_eido,
        answers=answers | dict(story.answers),
    )


def screened(new):
    signs = signs_from(
        new.answers,
        call_type=read_call_type(*new.call_type),
        nature=new.nature,
        narrative=new.told.narrative,
        language=new.language,
        priority=new.priority,
        has_place=new.told.lat is not None,
        is_in_area=True,
    )
    return signs, screen_or_return(signs)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.words[:30])
def test_a_story_is_decided_as_it_says(story):
    new = read_referral(write_call(call_of(story, is_eido=False), clock.now()), now=clock.now())
    signs, verdict = screened(new)

    assert (signs.nature, verdict.decision) == (story.nature, story.decision)


@pytest.mark.parametrize(
    "story", [one for one in STORIES if one.eido_type], ids=lambda story: story.words[:30]
)
def test_a_story_as_eido_is_read_as_the_same_call(story):
    new = read_eido(write_call(call_of(story, is_eido=True), clock.now()), now=clock.now())
    signs, verdict = screened(new)

    assert signs.nature in {story.nature, Nature.DANGER, Nature.NEIGHBOR}
    assert new.kind.value == ("live" if story.is_held else "callback")
    assert (new.told.lat, new.told.callback) == (34.05, "+12135550142")
    if story.decision is not Decision.OFFER:
        assert verdict.decision is story.decision


def test_an_eido_in_which_all_was_asked_is_offered():
    story = next(one for one in STORIES if one.eido_type == "NOISE" and one.language == "es")
    _, verdict = screened(read_eido(write_call(call_of(story, is_eido=True), clock.now()), now=clock.now()))

    assert verdict.decision is Decision.OFFER


@needs_standard
@pytest.mark.parametrize(
    "story", [one for one in STORIES if one.eido_type], ids=lambda story: story.words[:30]
)
def test_an_eido_of_ours_is_valid(story):
    schema = json.loads((SHARED / "eido-021.1b.core.schema.json").read_text(encoding="utf-8"))
    registries = json.loads((SHARED / "eido-registries-021.1b.json").read_text(encoding="utf-8"))[
        "registries"
    ]
    types = {entry["value"] for name, kept in registries.items() if "Incident Type" in name for entry in kept}

    jsonschema.validate(json.loads(write_call(call_of(story, is_eido=True), clock.now())), schema)

    assert story.eido_type in types


def test_every_nature_has_a_story_and_both_languages_every_decision():
    told = Counter((story.language, story.decision) for story in STORIES)

    assert {story.nature for story in STORIES} == set(Nature)
    assert all(told[language, decision] for language in ("en", "es") for decision in Decision)


def test_the_same_dice_make_the_same_calls():
    def five():
        dice = new_dice(7)
        return [invent_call(dice, SPOTS, str(number)) for number in range(5)]

    assert five() == five()


def test_a_day_of_calls_has_some_of_everything():
    dice = new_dice(1)
    calls = [invent_call(dice, SPOTS, str(number)) for number in range(600)]

    assert {call.is_eido for call in calls} == {True, False}
    assert any(call.spot is None for call in calls)
    assert any(call.spot and call.spot not in SPOTS for call in calls)
    assert {"en", "es", "ko", "hy"} <= {call.story.language for call in calls}
    assert all(call.callback.startswith("213-555-01") for call in calls)
    assert 0.6 < sum(call.story.decision is Decision.OFFER for call in calls) / 600 < 0.76


@pytest.mark.parametrize("words", [words for kept in RAISED_WORDS.values() for words in kept])
def test_words_that_raise_the_risk_end_an_offer(words):
    signs, _ = screened(
        read_referral(write_call(call_of(STORIES[0], is_eido=False), clock.now()), now=clock.now())
    )
    newer = signs_from(
        {},
        call_type=read_call_type(),
        nature=None,
        narrative=words,
        language=None,
        priority="",
        has_place=True,
        is_in_area=True,
    )

    assert screen_or_return(signs.raised_by(newer)).decision is Decision.RETURN


def test_an_update_can_be_read():
    call = call_of(STORIES[0], is_eido=False)
    words = invent_update(new_dice(1), call, raises=True)
    update = read_update(write_update(words, 2), now=clock.now())

    assert (update.version, update.narrative) == (2, words)
    assert words in RAISED_WORDS["en"]
