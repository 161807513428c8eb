"""Pictures in a case: how they go, by who added them and by the clock."""

from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import func, select, text

from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.cases import actions, photo_actions, photo_queries
from app.cases.models import Outcome
from app.cases.photo_models import CasePhoto
from app.cases.photo_rules import PictureIsHeld
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.roster.lanes import Lane
from app.vault import erasures, hold_actions, sweep
from app.vault.hold_models import HoldReason, HoldState, Subject
from app.vault.sealing import KeyDestroyed
from tests.support.cases import assign_to, make_case
from tests.support.people import make_account
from tests.support.photos import make_photo
from tests.support.roster import make_responder


@pytest.fixture
def keeper(app):
    return make_responder()


@pytest.fixture
def case(keeper):
    return make_case(keeper=keeper)


def test_whoever_added_it_takes_it_away_for_good(client_as, case, keeper):
    photo = make_photo(case, keeper)
    client = client_as(keeper)
    assert "not from a backup" in client.get(f"/cases/{case.id}/photos/{photo.id}/remove").text

    assert client.post(f"/cases/{case.id}/photos/{photo.id}/remove").status_code == 302

    assert client.get(f"/cases/{case.id}/photos/{photo.id}").status_code == 404
    assert "<img" not in client.get(f"/cases/{case.id}/photos").text
    db.session.expire_all()
    assert not erasures.is_alive(photo.key_id)
    assert photo.key_id in {one for line in erasures.the_ledger().lines() for one in line.key_ids}
    empty = select(func.count()).where(CasePhoto.picture_sealed.is_(None), CasePhoto.removed_at.is_not(None))
    assert db.session.scalar(empty) == 1


def test_nobody_takes_away_what_another_added(client_as, case, keeper):
    photo, other = make_photo(case, keeper), make_responder()
    assign_to(case, other)
    client = client_as(other)

    assert client.post(f"/cases/{case.id}/photos/{photo.id}/remove").status_code == 404
    assert f"{photo.id}/remove" not in client.get(f"/cases/{case.id}/photos").text
    with pytest.raises(NotFound):
        photo_actions.remove_photo(case, photo, actor=actor_of(other))
    assert erasures.is_alive(photo.key_id)


def test_what_a_court_has_asked_for_is_not_taken_away(case, keeper):
    photo = make_photo(case, keeper)
    one, other = (actor_of(make_account(Role.OFFICE_STAFF)) for _ in range(2))
    hold = hold_actions.propose(
        Subject.CASE,
        [case.id],
        reason=next(iter(HoldReason)),
        register_number="LR-1",
        ends_at=clock.now() + timedelta(days=30),
        actor=one,
    )
    hold_actions.move(hold, HoldState.HELD, actor=other)

    with pytest.raises(PictureIsHeld):
        photo_actions.remove_photo(case, photo, actor=actor_of(keeper))

    assert erasures.is_alive(photo.key_id)


def swept_after(days: int) -> None:
    with clock.as_of(clock.now() + timedelta(days=days)):
        sweep.sweep(clock.now())
    db.session.expire_all()


@pytest.mark.parametrize(
    ("lane", "is_closed", "days", "is_gone"),
    [
        (Lane.MEDIATION, True, 29, False),
        (Lane.MEDIATION, True, 31, True),
        (Lane.MEDIATION, False, 300, False),
        (Lane.INTERRUPTION, False, 29, False),
        (Lane.INTERRUPTION, False, 31, True),  # while the case is open
    ],
)
def test_a_picture_goes_on_its_day(keeper, lane, is_closed, days, is_gone):
    case = make_case(keeper=keeper, lane=lane)
    photo = make_photo(case, keeper)
    if is_closed:
        actions.close_case(case, Outcome.CALMED, actor=actor_of(keeper))
    db.session.commit()

    swept_after(days)

    assert erasures.is_alive(photo.key_id) is not is_gone
    assert (photo.picture_sealed is None) is is_gone
    if is_gone:
        assert photo_queries.list_photos(case) == []


def test_a_picture_whose_time_is_over_says_so(client_as, keeper):
    case = make_case(keeper=keeper, lane=Lane.INTERRUPTION)
    photo = make_photo(case, keeper)
    db.session.commit()
    swept_after(31)

    assert client_as(keeper).get(f"/cases/{case.id}/photos/{photo.id}").status_code == 410
    assert client_as(keeper).get(f"/cases/{case.id}/photos").status_code == 200


def test_a_picture_moved_into_another_row_does_not_open(client_as, case, keeper):
    photo, other = make_photo(case, keeper), make_photo(case, keeper)
    db.session.execute(
        text(
            "UPDATE case_photos SET picture_sealed ="
            " (SELECT picture_sealed FROM case_photos WHERE id = :other) WHERE id = :id"
        ),
        {"other": other.id, "id": photo.id},
    )
    db.session.commit()

    with pytest.raises(InvalidTag):
        photo_actions.show_photo(case, photo, actor=actor_of(keeper))


def test_an_emptied_key_opens_no_copy(case, keeper):
    """As a restored backup has it: the row is there again, the key is not."""
    photo = make_photo(case, keeper)
    kept = photo.picture_sealed
    photo_actions.remove_photo(case, photo, actor=actor_of(keeper))
    photo.picture_sealed, photo.removed_at = kept, None
    db.session.flush()

    with pytest.raises(KeyDestroyed):
        photo_actions.show_photo(case, photo, actor=actor_of(keeper))
