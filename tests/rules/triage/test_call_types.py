"""What a call type says by itself: its nature, and whether it means danger."""

from dataclasses import replace

import pytest

from app.referrals.natures import Nature
from app.triage.rules import Decision
from app.triage.screening import read_call_type
from tests.support.screening import SAFE, screen


def decision_for(*call_type: str) -> Decision:
    read = read_call_type(*call_type)
    signs = replace(SAFE, nature=read.nature, suffixes=read.suffixes)
    return screen(signs).decision


@pytest.mark.parametrize(
    ("call_type", "nature"),
    [
        ("620 NEIGHBOR", Nature.NEIGHBOR),
        ("620N", Nature.NEIGHBOR),
        ("TRBL W/NEIGHBOR", Nature.NEIGHBOR),
        ("620 ROOMMATE", Nature.ROOMMATE),
        ("620 FAMILY", Nature.FAMILY),
        ("LANDLORD/TENANT", Nature.LANDLORD_TENANT),
        ("620 BUSN", Nature.CUSTOMER_BUSINESS),
        ("Noise - Party", Nature.NOISE),
        ("507P", Nature.NOISE),
        ("507R RADIO", Nature.NOISE),
        ("MENTAL", Nature.MENTAL_DISTRESS),
        ("WELFARE CHECK", Nature.WELFARE),
        ("TRESPASS", Nature.UNHOUSED),
    ],
)
def test_a_dispute_is_placed_by_its_words_and_may_be_offered(call_type: str, nature: Nature) -> None:
    assert read_call_type(call_type).nature is nature
    assert not read_call_type(call_type).suffixes
    assert decision_for(call_type) is Decision.OFFER


@pytest.mark.parametrize("call_type", ["620M", "620 WIFE", "620 SPOUSE", "DOMESTIC", "COUPLE ARGUING"])
def test_a_couple_is_never_placed_as_a_dispute(call_type: str) -> None:
    assert read_call_type(call_type).nature is Nature.PARTNER
    assert decision_for(call_type) is Decision.REVIEW


@pytest.mark.parametrize("call_type", ["", "415M", "415G", "SOMETHING ELSE"])
def test_what_we_cannot_place_a_person_reads(call_type: str) -> None:
    assert read_call_type(call_type).nature is Nature.OTHER
    assert decision_for(call_type) is Decision.REVIEW


@pytest.mark.parametrize(
    "call_type",
    [
        "620 DOM VIOL",
        "415M8W",
        "415M8W MAN ASSLTG WMN",
        "415G8M",
        "BATTERY",
        "BATTERY DV",
        "BATTERY/DV",
        "242",
        "242DV",
        "245 ADW",
        "246",
        "187",
        "207",
        "211S",
        "261",
        "288A",
        "620D",
        "918VM",
        "904A",
        "MAN W/GUN",
        "NEIGHBOR AMB",
        "NOISE SHOTS FIRED",
        "620 NEIGHBOR THREATS",
        "FIRE ALARM",
    ],
)
def test_a_danger_in_the_type_decides_before_any_other_word(call_type: str) -> None:
    assert read_call_type(call_type).nature is Nature.DANGER
    assert decision_for(call_type) is Decision.RETURN


@pytest.mark.parametrize(
    "suffix", ["I/P", "J/O", "J/L", "SN", "R/O", "SUSP NOW", "W/VEH", "HATE CRIME", "W/WPN"]
)
def test_a_suffix_of_danger_returns_whatever_the_base_code(suffix: str) -> None:
    assert read_call_type("620 NEIGHBOR", suffix).suffixes == {suffix.lower()}
    assert decision_for("620 NEIGHBOR", suffix) is Decision.RETURN


def test_a_danger_in_any_part_of_the_type_counts() -> None:
    assert read_call_type("620N", None, "man with a knife").nature is Nature.DANGER
    assert read_call_type(None, "620 NEIGHBOR").nature is Nature.NEIGHBOR
    assert read_call_type("620n 24200 Elm").nature is Nature.NEIGHBOR


@pytest.mark.parametrize("code", ["DVA", "WEAPON", "FIGHT", "FAS", "CARDIAC", "SUICTHRT", "HOSTAGE", "fstru"])
def test_a_common_type_that_is_never_ours_is_a_danger_however_calm_the_words(code: str) -> None:
    assert read_call_type("620N", "620 NEIGHBOR", code, common=code).nature is Nature.DANGER
    assert read_call_type("620N", "620 NEIGHBOR", common=code).nature is Nature.DANGER


@pytest.mark.parametrize(
    ("code", "doubt"),
    [
        *((code, "call_type_crisis") for code in ("EDP", "MNTL", "WELFARE")),
        *((code, "call_type_unknown") for code in ("ZZZ", "", "RUNAWAY", "VANDAL")),
        *((code, "") for code in ("CDX", "noise", "PARKING", "CITASST")),
    ],
)
def test_a_crisis_and_a_type_we_do_not_know_are_for_a_person(code: str, doubt: str) -> None:
    assert read_call_type("620N", "620 NEIGHBOR", common=code).doubt == doubt


def test_without_a_common_type_there_is_no_doubt_about_it() -> None:
    assert read_call_type("620N", "620 NEIGHBOR").doubt == ""
