"""Single pictures that go with a service referral: seen by one partner, while a yes that names them holds."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.permissions import Permission, Role
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import look
from app.cases import photo_actions, photo_queries
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.ids import new_id
from app.handoffs import actions, picture_queries, queries
from app.handoffs.models import Handoff, How, SaidBy, Share
from app.handoffs.rules import day_of
from app.vault import erasures
from tests.support.cases import make_case
from tests.support.directory import make_partner
from tests.support.handoffs import CALL_THEM, NEED, PACKET, make_world, terms
from tests.support.people import make_account
from tests.support.photos import IN_EVERY_PICTURE, make_photo

YES = {"said_by": "person", "how": "aloud"}


@pytest.fixture
def world(app):
    return make_world()


@pytest.fixture
def photo(world):
    return make_photo(world.case, world.keeper)


@pytest.fixture
def partner(world, client_as):
    return client_as(world.partner)


def address(handoff, photo) -> str:
    return f"/service-referrals/inbox/{handoff.id}/photos/{photo.id}"


def grounds(world, permission: Permission):
    return look(
        What.CASE_PHOTO_SHOWN,
        actor=world.answerer,
        permission=permission,
        subject_type="case",
        subject_id=world.case.id,
    )


def test_a_partner_sees_the_picture_that_the_yes_names_and_no_other(world, photo, partner):
    other = make_photo(world.case, world.keeper)
    handoff = world.sent_with(photo)

    page = partner.get(f"/service-referrals/inbox/{handoff.id}").text
    shown = partner.get(address(handoff, photo))

    assert address(handoff, photo) in page
    assert other.id not in page
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")
    assert IN_EVERY_PICTURE.encode() in shown.data
    assert shown.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert shown.headers["Cache-Control"] == "no-store"
    assert partner.get(address(handoff, other)).status_code == 404
    assert partner.get(f"/cases/{world.case.id}/photos/{photo.id}").status_code == 404


def test_a_yes_without_pictures_shows_none(world, photo, partner):
    handoff = world.sent()

    assert photo.id not in partner.get(f"/service-referrals/inbox/{handoff.id}").text
    assert partner.get(address(handoff, photo)).status_code == 404


def take_back(world, handoff):
    actions.withdraw_consent(handoff, said_by=SaidBy.PERSON, how=How.ALOUD, actor=world.mediator)


def say_less(world, handoff):
    actions.give_consent(handoff, terms(*PACKET), actor=world.mediator)


def name_another(world, handoff):
    other = make_photo(world.case, world.keeper)
    actions.give_consent(handoff, terms(*PACKET, pictures=[other]), actor=world.mediator)


def take_away(world, handoff):
    [photo] = picture_queries.list_shared(handoff, clock.now())
    photo_actions.remove_photo(world.case, photo, actor=world.mediator)


def destroy(world, handoff):
    [photo] = picture_queries.list_shared(handoff, clock.now())
    erasures.destroy([photo.key_id], "its time was over")


@pytest.mark.parametrize("end", [take_back, say_less, name_another, take_away, destroy])
def test_what_is_no_longer_agreed_is_gone_on_the_next_request(world, photo, partner, end):
    handoff = world.sent_with(photo)
    assert partner.get(address(handoff, photo)).status_code == 200
    nothing = partner.get(f"/service-referrals/inbox/{handoff.id}/photos/{new_id()}")

    end(world, handoff)
    answer = partner.get(address(handoff, photo))

    assert answer.status_code == nothing.status_code == 404
    assert IN_EVERY_PICTURE.encode() not in answer.data
    assert photo.id not in partner.get(f"/service-referrals/inbox/{handoff.id}").text
    with pytest.raises(NotFound):
        picture_queries.get_shared(handoff, photo.id, clock.now())


def test_a_yes_that_ran_out_shows_no_picture(world, photo, client_as, time_machine):
    handoff = world.sent_with(photo, days=2)
    time_machine.move_to(clock.now() + timedelta(days=4), tick=True)

    assert client_as(world.partner).get(address(handoff, photo)).status_code == 404


def test_only_the_partner_that_the_yes_is_for_finds_it(world, photo, client_as):
    handoff = world.sent_with(photo)
    strangers = [make_account(Role.COUNTY_PARTNER, organization_id=one) for one in (make_partner().id, None)]
    others = [
        make_account(role, organization_id=world.partner.organization_id)
        for role in Role
        if role not in (Role.RESIDENT, Role.DISPATCH_CLIENT, Role.COUNTY_PARTNER)
    ]

    for stranger in [*strangers, *others]:
        answer = client_as(stranger).get(address(handoff, photo))
        assert answer.status_code == 404, stranger.role
        assert IN_EVERY_PICTURE.encode() not in answer.data


def test_a_picture_opens_by_the_address_of_its_own_service_referral_alone(world, photo, partner):
    world.sent_with(photo)
    other = world.sent()

    assert partner.get(address(other, photo)).status_code == 404


def test_no_other_permission_of_a_partner_opens_it(world, photo):
    """The trail asks, and the vault asks again."""
    world.sent_with(photo)

    def opens(permission: Permission) -> bool:
        try:
            return bool(photo_queries.open_photo(photo, grounds(world, permission)))
        except NotFound:
            return False

    assert [permission for permission in Permission if opens(permission)] == [Permission.PHOTO_READ]


def test_the_vault_alone_refuses_what_the_yes_does_not_name(world, photo):
    other, of_another_case = (
        make_photo(world.case, world.keeper),
        make_photo(make_case(keeper=world.keeper), world.keeper),
    )
    handoff = world.sent_with(photo)

    assert photo_queries.open_photo(photo, grounds(world, Permission.PHOTO_READ))
    for one in (other, of_another_case):
        with pytest.raises(NotFound):
            photo_queries.open_photo(one, grounds(world, Permission.PHOTO_READ))
    name_another(world, handoff)
    db.session.commit()
    with pytest.raises(NotFound):
        photo_queries.open_photo(photo, grounds(world, Permission.PHOTO_READ))
    actions.give_consent(handoff, terms(*PACKET, pictures=[photo]), actor=world.mediator)
    take_back(world, handoff)
    db.session.commit()
    with pytest.raises(NotFound):
        photo_queries.open_photo(photo, grounds(world, Permission.PHOTO_READ))


def test_every_look_is_on_the_trail_and_those_assigned_see_it(world, photo, partner, client_as):
    handoff = world.sent_with(photo)
    partner.get(address(handoff, photo))
    partner.get(address(handoff, photo))

    entries = db.session.scalars(
        select(AuditEntry).where(
            AuditEntry.what == What.CASE_PHOTO_SHOWN, AuditEntry.actor_id == world.partner.id
        )
    ).all()
    assert len(entries) == 2
    for entry in entries:
        assert entry.subject_id == world.case.id
        assert entry.permission == Permission.PHOTO_READ
        assert entry.facts == {"picture_id": photo.id, "handoff_id": handoff.id}
    page = client_as(world.keeper).get(f"/cases/{world.case.id}/looks").text
    assert "See single pictures that came with a service referral" in page


def test_the_trail_says_which_pictures_a_yes_names(world, photo):
    world.sent_with(photo)

    given = db.session.scalars(select(AuditEntry).where(AuditEntry.what == What.HANDOFF_CONSENT_GIVEN)).one()
    assert given.facts == {"shares": ["contact", "name", "need", "pictures"], "picture_id": [photo.id]}


def test_a_picture_of_another_case_cannot_be_named(world):
    alien = make_photo(make_case(keeper=world.keeper), world.keeper)
    handoff = world.draft()

    with pytest.raises(NotFound):
        actions.give_consent(handoff, terms(*PACKET, pictures=[alien]), actor=world.mediator)
    assert queries.list_consents(handoff.id) == []


def asked(world, **changes):
    until_on = (day_of(clock.now()) + timedelta(days=30)).isoformat()
    return {**YES, "shares": ["need"], "until_on": until_on, **changes}


def test_a_mediator_chooses_single_pictures_when_they_say_yes(world, photo, partner, client_as):
    other, mediator = make_photo(world.case, world.keeper), client_as(world.keeper)
    handoff = world.draft()
    path = f"/service-referrals/{handoff.id}"
    page = mediator.get(f"{path}/consent").text
    assert all(one.id in page for one in (photo, other))
    assert 'checked id="pictures' not in page

    assert mediator.post(f"{path}/consent", data=asked(world, pictures=[new_id()])).status_code == 200
    mediator.post(f"{path}/consent", data=asked(world, pictures=[other.id]))
    mediator.post(f"{path}/send")

    assert other.id in mediator.get(f"{path}/shared").text
    assert photo.id not in mediator.get(f"{path}/shared").text
    assert "Pictures stay in the case" in mediator.get(f"{path}/withdraw").text
    assert partner.get(address(handoff, other)).status_code == 200
    assert partner.get(address(handoff, photo)).status_code == 404


@pytest.mark.parametrize(("how", "is_kept"), [("aloud", True), ("not_yet", False)])
def test_pictures_wait_for_the_yes(world, photo, client_as, how, is_kept):
    fields = asked(world, how=how, pictures=[photo.id], shares=["need", "name"])
    more = {"party_id": world.party.id, "service_id": world.service.id, "need": NEED, "name": CALL_THEM}
    answer = client_as(world.keeper).post(
        f"/cases/{world.case.id}/service-referrals/new", data={**fields, **more}
    )

    made = db.session.scalars(select(Handoff)).all()
    assert len(made) is int(is_kept)
    if is_kept:
        assert [one.id for one in picture_queries.list_shared(made[0], clock.now())] == [photo.id]
        assert Share.PICTURES.value in queries.list_consents(made[0].id)[-1].shares
    else:
        assert "Choose pictures once they have said yes." in answer.text
