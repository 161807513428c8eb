"""The page on which anybody reads how calls are screened and how often it was wrong: its figures are true."""

import pytest

from app.referrals.natures import Nature
from app.triage import measured
from app.triage.labels import REASON_LABELS
from app.triage.measured import Decided, Measured
from app.triage.policies import shipped_policy
from app.triage.policy import Kind
from tests.support.browser import check_axe
from tests.support.policies import ZORPLE, make_active
from tests.support.screening import decided

PAGE = "/how-calls-are-screened/"


def test_the_kept_figures_are_those_of_the_held_out_calls():
    counted = Measured.of(shipped_policy().version, decided("held_out"))
    assert counted == measured.kept(), "script/bench triage --keep writes them anew"


@pytest.mark.parametrize(
    ("offered", "count", "most"),
    [(0, 10, 27.8), (0, 146, 2.6), (0, 260, 1.5), (4, 260, 3.9), (130, 260, 56.0), (10, 10, 100.0)],
)
def test_how_bad_it_may_be_as_far_as_so_few_calls_can_tell(offered, count, most):
    assert Decided(0, count - offered, offered).most_offered_of_hundred == pytest.approx(most, abs=0.1)


def test_anybody_reads_what_is_taken_what_goes_back_and_how_often_it_was_wrong(public_client):
    page = public_client.get(PAGE).text

    dangerous = measured.kept().by_label["dangerous"]
    assert (
        f"Of {dangerous.count} dangerous calls it would have offered {dangerous.offered} to a team." in page
    )
    assert "The words name a weapon." in page
    assert "A tool or blade is in reach while they argue." in page
    assert "Landlord and tenant" in page
    assert "what is the person doing?" in page
    for nature in (Nature.PARTNER, Nature.DANGER):
        assert not shipped_policy().natures[nature].lanes
    assert ">Couple<" not in page


@pytest.mark.parametrize("language", ["es", "fa"])
def test_every_danger_and_doubt_is_told_in_the_readers_language(public_client, language):
    english = {
        str(REASON_LABELS[one.concept.reason])
        for one in shipped_policy().phrases
        if one.concept.kind in (Kind.DANGER, Kind.DOUBT)
    }
    public_client.set_cookie("language", language)

    page = public_client.get(PAGE).text

    assert len(english) > 20
    assert [words for words in sorted(english) if words in page] == []


@pytest.mark.usefixtures("few_labelled")
def test_figures_of_another_version_are_not_passed_off_as_those_of_the_one_in_force(public_client):
    version = make_active(ZORPLE)

    page = public_client.get(PAGE).text

    assert "The office has changed its rules since" in page
    assert version.name in page


@pytest.mark.browser
@pytest.mark.one_database
@pytest.mark.parametrize("language", ["en", "es", "fa"])
def test_the_page_has_no_barrier_and_fits(new_context, live_url, language):
    page = new_context(phone=True, language=language).new_page()
    page.goto(f"{live_url}{PAGE}")

    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
