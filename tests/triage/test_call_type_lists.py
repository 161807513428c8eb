"""The call types of real centres: what names violence, a weapon, a couple or a body in need is never ours."""

import csv
import gzip
import re
from pathlib import Path

import pytest

from app.referrals.natures import Nature
from app.triage.call_files import signs_of
from app.triage.policies import shipped_policy
from app.triage.rules import Decision
from app.triage.screening import screen_by

DATA = Path(__file__).parents[3] / "shared" / "data"
SHARED = DATA / "triage"
REAL_CALLS = DATA / "calls" / "calls_public_60k.csv.gz"
NEVER_OURS = {Nature.DANGER, Nature.PARTNER, Nature.OTHER}
GRAVE = {
    "Violent Crime",
    "Domestic Violence",
    "Medical Emergencies",
    "Fire",
    "Missing Persons",
    "Sex Offenses",
    "Officer Needs Help",
    "Warrants",
    "Alarms",
}
SAYS_VERBAL = {"114D_Family Verbal", "114B_Family Verbal Past"}
"""Filed there by one city; their own words name no violence, and the narrative decides."""
TRUANCY = {"--PERSON - TRUANCY"}
CARRIES_DANGER = re.compile(
    r"weap|\bwpn|gun\b|firearm|knife|armed|shots?\b|shoot|stab|assault|batter|\bbite|attack|fight"
    r"|violen(?!t$)|threat|rob+er|burg|bug?lary|homicid|murder|manslaughter|kidnap|abduct|rape|sex"
    r"|molest|domestic|\bdv\b|\bdva\b|custody|restrain|protective|warrant|court|attachment|suicid"
    r"|overdose|injur|\binj\b|sick|medical|ambulance|unconscious|bleeding|breath|cardiac|fire(?!works)"
    r"|explo|bomb|hazard|gas\b|missing|lost|abandoned child|child locked|abuse|neglect|pursuit|alarm"
    r"|hostage|barricade|in prog|just occ|accident|crash",
    re.IGNORECASE,
)
"""What no type of ours may say. Written beside the policy's own words, not taken from them."""
HARMLESS = re.compile(r"non-?violent|nonviolent|no violence|accidental", re.IGNORECASE)
CALMEST = (
    "Two neighbors talk about a shared fence. Both are calm, nobody is hurt, no weapons, no threats. "
    "They ask for a mediator."
)
needs_lists = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the lists of call types lie beside the repository"
)


def types_of(name):
    with (SHARED / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@needs_lists
def test_of_3227_types_of_nine_cities_no_grave_one_is_ours():
    read = shipped_policy().call_types.read
    rows = [row for row in types_of("vera_calltypes_3227.csv") if row["vera_category_norm"] in GRAVE]
    ours = [row["call_type"] for row in rows if read(row["call_type"]).nature not in NEVER_OURS]

    assert len(rows) > 500
    assert set(ours) <= SAYS_VERBAL | TRUANCY


def decision_of(call_type):
    """What comes of a type with the calmest call there is: every danger asked after, and none."""
    row = {
        "call_type": {"code": "", "text": call_type},
        "narrative": CALMEST,
        "modifiers": dict.fromkeys(("weapons", "injuries", "threats"), "none"),
    }
    return screen_by(shipped_policy(), signs_of(row, shipped_policy())).decision


@needs_lists
def test_the_calmest_call_makes_no_type_that_carries_danger_ours():
    with gzip.open(REAL_CALLS, "rt", encoding="utf-8") as file:
        types = {row["call_type"] for row in csv.DictReader(file)}
    types |= {row["call_type"] for row in types_of("vera_calltypes_3227.csv")}
    types |= {row["description"] for row in types_of("sdpd_call_types.csv")}
    grave = {one for one in types if CARRIES_DANGER.search(HARMLESS.sub("", one))}

    assert len(grave) > 1_000
    assert [one for one in sorted(grave) if decision_of(one) is Decision.OFFER] == []
    assert decision_of("620 NEIGHBOR") is Decision.OFFER


@needs_lists
@pytest.mark.parametrize(
    ("code", "nature"),
    [
        ("415N", Nature.NOISE),
        ("PARTY", Nature.NOISE),
        ("586", Nature.NEIGHBOR),
        ("594GR", Nature.PAST_HARM),
        ("5150", Nature.MENTAL_DISTRESS),
        ("SLEEPER", Nature.UNHOUSED),
        ("CW", Nature.WELFARE),
        ("278", Nature.DANGER),
        ("271", Nature.DANGER),
        ("ANIMAL", Nature.DANGER),
    ],
)
def test_types_of_san_diego_are_placed_by_their_words(code, nature):
    [*_, row] = [row for row in types_of("sdpd_call_types.csv") if row["call_type"] == code]
    assert shipped_policy().call_types.read(row["call_type"], row["description"]).nature is nature


@pytest.mark.parametrize(
    ("code", "text", "nature", "is_open"),
    [
        ("620N", "620 NEIGHBOR", Nature.NEIGHBOR, False),
        ("620B", "620 BUSN", Nature.CUSTOMER_BUSINESS, False),
        ("620M", "620 MAN/WMN", Nature.PARTNER, False),
        ("620D", "620 DOM VIOL", Nature.DANGER, False),
        ("620O", "620 DISPUTE OTHER", Nature.OTHER, True),
        ("415M", "415 MAN", Nature.OTHER, True),
        ("415G", "415 GRP", Nature.OTHER, True),
        ("390M", "390 MAN", Nature.INTOXICATED, False),
        ("390D", "390 DOWN", Nature.DANGER, False),
        ("918F", "918 FEMALE", Nature.MENTAL_DISTRESS, False),
        ("918VM", "918 VIOLENT MALE", Nature.DANGER, False),
        ("9212", "921 TRESPASS SUSP", Nature.UNHOUSED, False),
        ("594I", "594 INVEST", Nature.PAST_HARM, False),
        ("594", "594 I/P", Nature.OTHER, False),
        ("900", "900 UNKNOWN TROUBLE", Nature.OTHER, True),
    ],
)
def test_types_of_los_angeles(code, text, nature, is_open):
    read = shipped_policy().call_types.read(code, text)
    assert (read.nature, read.is_open) == (nature, is_open)


@pytest.mark.parametrize(
    "told",
    ["488 REPORT STABBING", "594 REPORT GUN", "488 REPORT ASSAULT BATTERY", "484 INVEST THEFT KNIFE"],
)
def test_a_report_that_names_a_danger_is_no_report_of_damage(told):
    assert shipped_policy().call_types.read(told).nature is Nature.DANGER


@pytest.mark.parametrize("told", ["484 THEFT REPORT", "488 REPORT STOLEN BIKE", "594 VANDALISM INVEST"])
def test_a_report_of_a_small_theft_or_of_damage_is_one(told):
    assert shipped_policy().call_types.read(told).nature is Nature.PAST_HARM


def test_what_the_registry_calls_a_crisis_is_doubted_in_a_report_too():
    assert shipped_policy().call_types.read("484 REPORT", common="edp").doubt == "call_type_crisis"


def test_a_suffix_of_danger_counts_also_for_a_report():
    assert shipped_policy().call_types.read("594", "594 INVEST I/P").suffixes == {"i/p"}
