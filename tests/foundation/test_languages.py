"""Which language a page speaks: three for residents, two where people of the office work."""

import pytest
from flask import render_template_string
from flask_babel import force_locale

from app.accounts.permissions import Role


@pytest.mark.parametrize("asked", [{"Cookie": "language=fa"}, {"Accept-Language": "fa"}])
def test_a_staff_page_is_never_half_in_farsi(client_as, asked):
    page = client_as(Role.COORDINATOR).get("/board", headers=asked).text

    assert '<html lang="en" dir="ltr"' in page


def test_a_staff_page_takes_the_next_language_that_a_browser_asks_for(client_as):
    page = client_as(Role.COORDINATOR).get("/board", headers={"Accept-Language": "fa, es-MX"}).text

    assert '<html lang="es" dir="ltr"' in page


@pytest.mark.parametrize("address", ["/", "/sign-in", "/nothing-here"])
def test_what_anyone_may_see_is_there_in_farsi(public_client, address):
    public_client.set_cookie("language", "fa")

    assert '<html lang="fa" dir="rtl"' in public_client.get(address).text


@pytest.mark.parametrize(("role", "address"), [(Role.COORDINATOR, "/board"), (Role.MEDIATOR, "/today")])
def test_people_at_work_choose_their_language_where_they_are(client_as, role, address):
    person = client_as(role)
    assert 'lang="fa"' not in person.get(address).text

    answer = person.get("/language/es", query_string={"next": address})

    assert answer.location == address
    page = person.get(address).text
    assert '<html lang="es"' in page
    assert f'href="/language/en?next={address}"' in page
    assert 'aria-label="Español" title="Español" aria-current="true">ES</a>' in page


@pytest.mark.parametrize(("language", "written"), [("en", "$6,520"), ("es", "$6,520"), ("fa", "$۶,۵۲۰")])
def test_thousands_are_written_as_people_here_read_them(app, language, written):
    with app.test_request_context(), force_locale(language):
        assert render_template_string("${{ 6520 | numberformat }}") == written
