"""The partner says what came of it: a page of its own for the answers that need a thought."""

from app.handoffs import actions
from tests.support.handoffs import make_world


def test_the_page_of_an_outcome_is_for_the_partner_who_took_it(app, client_as):
    world = make_world()
    sent = world.sent()
    actions.accept(sent, actor=world.answerer)
    actions.note_first_contact(sent, actor=world.answerer)
    page = client_as(world.partner).get(f"/service-referrals/inbox/{sent.id}/outcome")

    assert page.status_code == 200
    assert world.party.bird in page.text
