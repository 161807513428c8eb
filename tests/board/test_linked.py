"""The page of a call says which incidents dispatch links it with, to those who see every call."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.board.labels import LINK_LABELS
from app.foundation.db import db
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.referrals.link_models import LinkKind
from app.referrals.models import Referral
from tests.support.conveyance import Centre, accept, the_call
from tests.support.eido import Writer, offer_document
from tests.support.people import make_account
from tests.support.places import make_area
from tests.support.referrals import make_covering_team

ClientAs = Callable[..., Any]
ELSEWHERE = Writer("elsewhere001").incident_id


@pytest.fixture
def centre(app: Flask) -> Centre:
    make_area()
    make_covering_team()
    return Centre(app)


def offer(centre: Centre, key: str, **components: Any) -> str:
    answer = centre.offer(offer_document(key, **components), media_type=EIDO)
    return str(answer.json["id"])


def test_a_coordinator_finds_the_other_call_from_both_sides(centre: Centre, client_as: ClientAs) -> None:
    first = offer(centre, "first0000001")
    to = Writer("second000001")
    linked = [to.link(Writer("first0000001").incident_id, "PARENT"), to.link(ELSEWHERE)]
    second = offer(centre, "second000001", linkComponent=linked)
    coordinator = client_as(Role.COORDINATOR)

    page = coordinator.get(f"/board/{second}").text
    assert str(LINK_LABELS[LinkKind.PARENT]) in page
    assert f'href="/board/{first}"' in page
    assert ELSEWHERE in page
    assert "It did not come to us." in page
    assert f'href="/board/{second}"' in coordinator.get(f"/board/{first}").text


def test_who_sees_only_their_own_calls_is_told_of_no_other(centre: Centre, client_as: ClientAs) -> None:
    linked = [Writer("second000001").link(ELSEWHERE)]
    second = db.session.get_one(Referral, offer(centre, "second000001", linkComponent=linked))
    assert second.team
    lead = client_as(Role.PROVIDER_LEAD, organization_id=second.team.organization_id)

    page = lead.get(f"/board/{second.id}")
    assert page.status_code == 200
    assert ELSEWHERE not in page.text


def test_a_call_without_links_has_no_such_part(centre: Centre, client_as: ClientAs) -> None:
    only = offer(centre, "first0000001")

    assert "Linked with" not in client_as(Role.COORDINATOR).get(f"/board/{only}").text


def test_what_dispatch_responded_is_shown(centre: Centre, client_as: ClientAs) -> None:
    centre.request()
    accept(make_account(Role.COORDINATOR))
    centre.respond(408)

    page = client_as(Role.COORDINATOR).get(f"/board/{the_call().id}").text
    assert "What dispatch answered" in page
    assert "408, <time" in page


def test_every_kind_of_link_has_its_words() -> None:
    assert set(LINK_LABELS) == set(LinkKind)
