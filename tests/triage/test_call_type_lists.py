"""The call types of real centres: what names violence, a weapon, a couple or a body in need is never ours."""

import csv
from pathlib import Path

import pytest

from app.referrals.natures import Nature
from app.triage.policies import shipped_policy

SHARED = Path(__file__).parents[3] / "shared" / "data" / "triage"
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


def test_a_suffix_of_danger_counts_also_for_a_report():
    assert shipped_policy().call_types.read("594", "594 INVEST I/P").suffixes == {"i/p"}
