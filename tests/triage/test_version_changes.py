"""What may be changed in a draft of the policy, what is refused, and which change is read twice."""

import pytest

from app.referrals.natures import Nature
from app.triage import version_actions, version_queries
from app.triage.policies import active_policy, lanes_for
from app.triage.policy_changes import AddPhrase, AddTypeWord, RetirePhrase, SetLimits, SetNature
from app.triage.version_models import VersionState
from app.triage.version_rules import DoesNotHold, ExampleFails
from tests.support.policies import ZORPLE, make_active, make_draft, somebody

pytestmark = [
    pytest.mark.usefixtures("few_labelled"),
    pytest.mark.one_database,  # what a document may say; how it is kept is tried in test_versions.py
]


def test_a_change_that_another_stands_on_is_not_taken_back(app):
    version = make_draft(ZORPLE, RetirePhrase("en_gun_held.1"))
    again = AddPhrase("danger", "word_weapon", "en", "a blarg", "He has a blarg.", "No blarg here.")
    version_actions.add_change(version, again, "Why.", actor=somebody())
    version_actions.add_change(version, RetirePhrase("office_danger_word_weapon.2"), "No.", actor=somebody())
    first = version_queries.list_changes(version)[0]

    with pytest.raises(DoesNotHold):
        version_actions.take_back(version, first.id, actor=somebody())


SETTLED = ["weapons", "injuries", "threats"]


@pytest.mark.parametrize(
    "change",
    [
        AddPhrase("danger", "word_weapon", "en", "a (zorple", "He has a zorple.", "No zorple."),
        AddPhrase("danger", "word_weapon", "en", "@nothing", "He has a zorple.", "No zorple."),
        AddPhrase("topic", "weather", "en", "the rain", "It is the rain.", "The sun."),
        AddPhrase("safe", "calm", "en", "..", "All calm.", "Not so."),
        AddPhrase("danger", "word_weapon", "en", "a .. b .. c .. d .. e", "A b c d e.", "No."),
        AddPhrase("danger", "word_weapon", "en", "a .. .. .. .. zorple", "A zorple.", "No."),
        AddPhrase("danger", "word_weapon", "en", "a b? c? d? e? f? zorple", "A zorple.", "No."),
        RetirePhrase("en_gun_held.999"),
        RetirePhrase("nothing.1"),
        RetirePhrase("en_gun_held.-1"),
        SetNature("partner", ["mediation"], SETTLED, 10, 60),
        SetNature("danger", ["mediation"], SETTLED, 10, 60),
        SetNature("weather", ["mediation"], SETTLED, 10, 60),
        SetNature("noise", ["police"], SETTLED, 10, 60),
        SetNature("noise", ["mediation"], ["wishes"], 10, 60),
        SetNature("noise", ["mediation"], SETTLED, -1, 60),
        SetNature("noise", ["mediation"], SETTLED, 10, 99_999),
        SetLimits(0, 2, 2),
        SetLimits(3, 0, 2),
        SetLimits(3, 3, 2),
        AddTypeWord("zorple", "weather"),
    ],
)
def test_a_change_that_no_call_could_be_read_by_is_refused_and_not_kept(app, change):
    version = make_draft()

    with pytest.raises(DoesNotHold):
        version_actions.add_change(version, change, "Why.", actor=somebody())
    assert len(version_queries.list_changes(version)) == 1


@pytest.mark.parametrize(
    ("example", "counter_example"),
    [("He has a spoon.", "No zorple here."), ("He has a zorple.", "She too has a zorple.")],
)
def test_a_phrase_that_does_not_do_what_its_examples_say_is_refused(app, example, counter_example):
    phrase = AddPhrase("danger", "word_weapon", "en", "a zorple", example, counter_example)

    with pytest.raises(ExampleFails):
        version_actions.add_change(make_draft(), phrase, "Why.", actor=somebody())


CALMER = AddPhrase("safe", "calm", "en", "they hum softly", "They hum softly.", "They shout.")
HARMLESS = AddPhrase("benign", "harmless", "en", "zorple pie", "A zorple pie.", "A zorple.")


@pytest.mark.parametrize(
    ("change", "is_less_careful"),
    [
        (ZORPLE, False),
        (CALMER, True),
        (HARMLESS, True),
        (AddPhrase("topic", "noise", "en", "zorple music", "Zorple music.", "A zorple."), True),
        (RetirePhrase("topic_noise.1"), True),
        (RetirePhrase("en_gun_held.1"), True),
        (RetirePhrase("en_calm.1"), False),
        (SetNature("noise", ["mediation"], SETTLED, 10, 60), False),
        (SetNature("noise", ["mediation"], ["weapons"], 10, 60), True),
        (SetNature("noise", ["mediation", "interruption"], SETTLED, 10, 60), True),
        (SetLimits(3, 3, 3), False),
        (SetLimits(2, 2, 2), True),
        (SetLimits(3, 1, 2), True),
        (AddTypeWord("zorple", "danger"), False),
        (AddTypeWord("zorple", "noise"), True),
    ],
)
def test_a_change_that_could_make_more_calls_ours_is_marked(app, change, is_less_careful):
    version = make_draft(change)

    assert [one.is_less_careful for one in version_queries.list_changes(version)] == [is_less_careful]


def test_a_nature_and_its_times_are_changed_without_a_developer(app):
    make_active(SetNature("noise", ["mediation", "interruption"], ["weapons"], 5, 20))

    rule = active_policy().natures[Nature.NOISE]
    assert [lane.value for lane in lanes_for(Nature.NOISE)] == ["mediation", "interruption"]
    assert (rule.call_back_minutes, rule.arrive_minutes, set(rule.settle)) == (5, 20, {"weapons"})


def test_a_phrase_that_is_taken_out_is_no_longer_looked_for_and_keeps_its_number(app):
    version = make_active(RetirePhrase("en_gun_held.2"))

    rules = [one.rule for one in active_policy().phrases if one.concept.name == "en_gun_held"]
    assert "en_gun_held.2" not in rules
    assert {"en_gun_held.1", "en_gun_held.3"} <= set(rules)
    assert version.state is VersionState.ACTIVE
