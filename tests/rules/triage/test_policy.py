"""The shipped policy: it loads, finds its own examples, and a document that is no policy is refused."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.referrals.natures import Nature
from app.triage.assertion import Status
from app.triage.labels import REASON_LABELS
from app.triage.policies import shipped_policy
from app.triage.policy import Kind, Then
from app.triage.policy_documents import BadPolicy, policy_from
from app.triage.policy_examples import failing_rules
from app.triage.policy_files import hash_of, packed, shipped_document, unpacked
from app.triage.reading import read

CONCEPTS = [str(entry["concept"]) for entry in shipped_document()["concepts"]]
SPOON = {"en": "spoon", "is": "A spoon.", "not": "A fork."}


def changed(**parts: Any) -> dict[str, Any]:
    return shipped_document() | parts


def with_concept(**parts: Any) -> dict[str, Any]:
    return changed(concepts=[{"concept": "cutlery", "kind": "danger", "phrases": [SPOON]} | parts])


def faults_of(document: dict[str, Any]) -> list[str]:
    with pytest.raises(BadPolicy) as bad:
        policy_from(document)
    return str(bad.value).split("\n")


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_phrase_is_found_in_its_example_and_not_in_its_counter_example(concept: str) -> None:
    phrases = [one for one in shipped_policy().phrases if one.concept.name == concept]
    assert phrases
    assert failing_rules(shipped_policy(), phrases) == []


def test_no_two_concepts_have_one_name() -> None:
    assert [name for name, count in Counter(CONCEPTS).items() if count > 1] == []


def test_every_rule_is_named_once() -> None:
    rules = Counter(one.rule for one in shipped_policy().phrases)
    assert max(rules.values()) == 1


def test_every_reason_that_stops_a_call_has_words() -> None:
    reasons = {
        one.concept.reason
        for one in shipped_policy().phrases
        if one.concept.kind in {Kind.DANGER, Kind.DOUBT}
    }
    assert reasons
    assert reasons - set(REASON_LABELS) == set()


def test_every_topic_is_a_nature() -> None:
    topics = {one.concept.reason for one in shipped_policy().phrases if one.concept.kind is Kind.TOPIC}
    assert topics
    assert topics <= {nature.value for nature in Nature}


def test_a_policy_says_something_of_every_nature_and_accepts_none_by_itself() -> None:
    natures = shipped_policy().natures
    assert set(natures) == set(Nature)
    assert not any(rule.auto_accept for rule in natures.values())
    assert natures[Nature.DANGER].lanes == natures[Nature.PARTNER].lanes == ()


@pytest.mark.parametrize(
    ("nature", "entry", "fault"),
    [
        ("noise", {"auto_accept": True}, "noise: a person accepts each call"),
        ("partner", {"lanes": ["mediation"]}, "partner: nobody of ours may answer it"),
        ("danger", {"lanes": ["unarmed_crisis"]}, "danger: nobody of ours may answer it"),
        ("noise", {"settle": ["weather"]}, "noise: no question weather"),
        ("noise", {"call_back_minutes": 20_161}, "noise: minutes from 0 to 20160"),
        ("noise", {"arrive_minutes": -1}, "noise: minutes from 0 to 20160"),
    ],
)
def test_a_nature_that_breaks_the_house_rules_is_refused_by_name(
    nature: str, entry: dict[str, Any], fault: str
) -> None:
    natures = shipped_document()["natures"]
    assert faults_of(changed(natures=natures | {nature: natures[nature] | entry})) == [fault]


def test_a_version_that_an_earlier_program_kept_can_still_be_read() -> None:
    """What came into documents later may be missing from one: no upgrade takes a policy out of force."""
    later = {"for_a_person"}
    types = shipped_document()["call_types"]
    document = changed(call_types={name: one for name, one in types.items() if name not in later})

    assert policy_from(document).call_types.read("620 NEIGHBOR").nature is Nature.NEIGHBOR


def test_a_danger_that_is_told_returns_the_call_and_one_that_is_not_certain_goes_to_a_person() -> None:
    when = policy_from(with_concept()).phrases[0].concept.when

    assert when[Status.ASSERTED] is Then.RETURN
    assert when[Status.UNCERTAIN] is when[Status.HYPOTHETICAL] is Then.REVIEW
    assert when[Status.NEGATED] is Then.NOTHING


def test_a_concept_may_say_otherwise_for_one_status() -> None:
    when = policy_from(with_concept(when={"past": "return"})).phrases[0].concept.when

    assert when[Status.PAST] is when[Status.ASSERTED] is Then.RETURN
    assert when[Status.QUOTED] is Then.CARE


def test_of_what_asks_for_the_same_the_widest_is_told_and_of_equals_the_first_rule() -> None:
    phrases = [SPOON | {"en": text} for text in ("spoon", "big spoon", "spoon", "spoon fell", "big spoon")]
    asking = read("A big spoon fell. A spoon.", policy_from(with_concept(phrases=phrases))).asking(
        Then.RETURN
    )

    assert [(one.phrase.rule, one.first, one.last) for one in asking] == [
        ("cutlery.2", 1, 3),
        ("cutlery.4", 2, 4),
        ("cutlery.1", 5, 6),
    ]


@pytest.mark.parametrize(
    ("phrase", "explaining", "narrative", "is_explained"),
    [
        ("dead", "dead battery", "The car has a dead battery.", True),
        ("dead", "dead battery", "He is dead.", False),
        ("dead", "dead battery", "A dead battery, and he is dead.", False),
        ("dead", "dead", "He is dead.", False),
        ("dead man", "dead man", "A dead man.", True),
        ("dead man", "dead", "A dead man.", False),
        ("dead man there", "dead man", "A dead man there.", False),
        ("dead .. lies", "dead battery", "A dead battery lies there.", False),
    ],
)
def test_only_a_phrase_on_all_of_its_words_explains_a_danger(
    phrase: str, explaining: str, narrative: str, is_explained: bool
) -> None:
    concepts = [
        {"concept": "body", "kind": "danger", "phrases": [SPOON | {"en": phrase}]},
        {"concept": "thing", "kind": "benign", "phrases": [SPOON | {"en": explaining}]},
    ]
    found = read(narrative, policy_from(changed(concepts=concepts))).findings
    dangers = [one for one in found if one.phrase.concept.kind is Kind.DANGER]

    assert dangers
    assert all(one.is_explained for one in dangers) is is_explained
    assert {one.then for one in dangers} >= ({Then.NOTHING} if is_explained else {Then.RETURN})


@pytest.mark.parametrize(
    ("parts", "where"),
    [
        ({"phrases": [SPOON | {"en": "spoon("}]}, "cutlery.1"),
        ({"phrases": [SPOON, SPOON | {"en": "@missing"}]}, "cutlery.2"),
        ({"phrases": [SPOON | {"en": "spoon?"}]}, "cutlery.1"),
        ({"phrases": [SPOON | {"is": ""}]}, "cutlery.1"),
        ({"phrases": [SPOON | {"not": ""}]}, "cutlery.1"),
        ({"phrases": [{"en": "spoon", "is": "A spoon."}]}, "cutlery.1"),
        ({"phrases": [{"is": "A spoon.", "not": "A fork."}]}, "cutlery.1"),
        ({"phrases": [{"xx": "spoon", "is": "A spoon.", "not": "A fork."}]}, "cutlery.1"),
        ({"kind": "sharp"}, "cutlery"),
        ({"kind": None}, "cutlery"),
        ({"when": {"sometimes": "return"}}, "cutlery"),
        ({"when": {"past": "shrug"}}, "cutlery"),
    ],
)
def test_a_concept_with_a_fault_is_refused_by_the_name_of_its_rule(parts: dict[str, Any], where: str) -> None:
    [fault] = faults_of(with_concept(**parts))
    assert fault.startswith(f"{where}: ")


def test_a_concept_without_a_kind_is_refused() -> None:
    [fault] = faults_of(changed(concepts=[{"concept": "cutlery", "phrases": [SPOON]}]))
    assert fault.startswith("cutlery: ")


def test_a_cue_that_cannot_be_read_is_refused() -> None:
    assert faults_of(changed(cues={"denial": ["no", "not("]})) == ["cues, denial: cannot read not("]


def test_every_fault_of_a_document_is_told_at_once() -> None:
    document = with_concept(phrases=[SPOON | {"en": "spoon("}, SPOON, SPOON | {"is": None}])
    faults = faults_of(document | {"cues": {"if": ["@missing"]}})
    assert [fault.split(":")[0] for fault in faults] == ["cutlery.1", "cutlery.3", "cues, if"]


SHIPPED_HASH = hash_of(shipped_document())
PHRASES = [
    (place, number)
    for place, entry in enumerate(shipped_document()["concepts"])
    for number in range(len(entry["phrases"]))
]


@given(at=st.sampled_from(PHRASES), text=st.text(max_size=20))
def test_a_changed_document_has_another_hash_and_comes_back_as_it_was_kept(
    at: tuple[int, int], text: str
) -> None:
    other = with_longer_example(*at, text)
    kept = unpacked(packed(other))

    assert (hash_of(other) == SHIPPED_HASH) is (text == "")
    assert kept == other
    assert hash_of(kept) == hash_of(other)


def with_longer_example(place: int, number: int, text: str) -> dict[str, Any]:
    """The shipped document with so much more in one example; all else is the shipped one itself."""
    concepts = list(shipped_document()["concepts"])
    phrases = list(concepts[place]["phrases"])
    phrases[number] = phrases[number] | {"is": phrases[number]["is"] + text}
    concepts[place] = concepts[place] | {"phrases": phrases}
    return shipped_document() | {"concepts": concepts}
