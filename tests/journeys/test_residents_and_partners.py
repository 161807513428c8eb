"""A resident's words are answered; a service that says no sends the person back to us, not into a gap."""

import re
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.accounts.permissions import Role
from app.foundation.db import db
from app.handoffs.models import HandoffState
from app.places.queries import NEIGHBORHOOD
from tests.support.browser import check_axe
from tests.support.handoffs import make_world
from tests.support.places import make_area

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["es", "fa"])
def test_a_residents_input_is_answered(
    app: Flask, public_page: Any, client_as: Any, page_as: Any, language: str
) -> None:
    area = make_area("Boyle Heights", layer=NEIGHBORHOOD)
    db.session.commit()
    resident = public_page(phone=True, language=language)
    resident.goto(f"/neighborhoods/{area.slug}/tell-us")
    check_axe(resident)
    resident.locator("input[name=kind][value=worry]").check()
    resident.locator("textarea[name=words]").fill("Por la tarde discuten frente a la tienda.")
    resident.locator("input[name=place]").fill("4th / Soto")
    resident.locator("input[name=may_publish][value=yes]").check()
    resident.locator("main button[type=submit]").click()
    expect(resident.locator(".receipt__words li")).to_have_count(4)
    receipt = " ".join(resident.locator(".receipt__words li").all_inner_texts())

    office = client_as(Role.OFFICE_STAFF)
    address = re.search(r"/inputs/[0-9a-z]{26}", office.get("/inputs/").text)
    assert address
    desk = page_as(Role.OFFICE_STAFF)
    desk.goto(address.group())
    desk.locator("textarea[name=published]").fill("Discuten frente a la tienda.")
    desk.get_by_role("button", name="Publish these words").click()
    desk.get_by_text("In the plan", exact=True).click()
    desk.locator("textarea[name=answer_words]").fill("Habrá fútbol en el parque los martes.")
    check_axe(desk)
    desk.locator("form[action$='/answer'] button[type=submit]").click()

    resident.goto("/receipt")
    resident.locator("input[name=words]").fill(receipt)
    resident.locator("main button[type=submit]").click()
    expect(resident.get_by_text("Habrá fútbol en el parque los martes.")).to_be_visible()
    check_axe(resident)


def test_a_service_declines_and_the_person_is_ours_again(app: Flask, page_as: Any) -> None:
    world = make_world()
    sent = world.sent()
    partner = page_as(world.partner, phone=True)
    partner.goto("/service-referrals/inbox")
    partner.get_by_role("link", name="No, and why").first.click()
    check_axe(partner)
    partner.locator("input[type=radio]").first.check()
    partner.locator("main button[type=submit]").first.click()
    expect(partner.get_by_text("Kept. The office finds another service.")).to_be_visible()

    db.session.refresh(sent)
    assert sent.state is HandoffState.REFUSED
    office = page_as(Role.OFFICE_STAFF)
    office.goto("/service-referrals")
    expect(office.get_by_text(world.party.bird).first).to_be_visible()
