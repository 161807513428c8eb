"""Two coordinators press at the same moment, on real threads: exactly one wins."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from app.accounts.permissions import Role
from app.foundation.db import db
from app.referrals.models import Custody, ReferralStateRow, State
from tests.support.board import make_call, make_lane_team, make_responder_on_shift
from tests.support.people import make_account
from tests.support.referrals import referral_now

ROUNDS = 4


def press_together(app, client_as, path, data=None, people=3):
    """Several coordinators post at once; what each was answered."""
    clients = [client_as(make_account(Role.COORDINATOR)) for _ in range(people)]
    tokens = [client._csrf_token() for client in clients]
    db.session.commit()
    together = Barrier(people)

    def press(client, token):
        bare = app.test_client()
        bare.set_cookie("session", client.get_cookie("session").value)
        together.wait()
        return bare.post(path, data=data, headers={"X-CSRFToken": token})

    with ThreadPoolExecutor(people) as pool:
        return sorted(pool.map(press, clients, tokens), key=lambda answer: answer.status_code)


def statuses(answers):
    return [answer.status_code for answer in answers]


@pytest.mark.parametrize("number", range(ROUNDS))
def test_exactly_one_of_several_accepts(app, client_as, number):
    referral = make_call(State.OFFERED)

    answers = press_together(app, client_as, f"/board/{referral.id}/accept")

    assert statuses(answers) == [303, 409, 409]
    now = referral_now(referral.id)
    assert (now.state, now.custody) == (State.ACCEPT_PENDING, Custody.BOTH)
    rows = select(func.count()).where(ReferralStateRow.referral_id == referral.id)
    assert db.session.scalar(rows) == 2


def test_of_two_hundred_who_accept_one_wins_and_each_of_the_others_is_told_who(app, client_as):
    referral = make_call(State.OFFERED)

    answers = press_together(app, client_as, f"/board/{referral.id}/accept", people=200)

    assert statuses(answers) == [303] + [409] * 199
    rows = select(ReferralStateRow).where(ReferralStateRow.referral_id == referral.id)
    (winner,) = [row.actor_label for row in db.session.scalars(rows) if row.state is State.ACCEPT_PENDING]
    assert all(f"{winner} was faster" in answer.text for answer in answers[1:])


def test_exactly_one_says_that_dispatch_has_it(app, client_as):
    referral = make_call(State.HANDING_BACK)

    answers = press_together(app, client_as, f"/board/{referral.id}/dispatch-has-it")

    assert statuses(answers) == [303, 409, 409]


def test_a_person_is_sent_once(app, client_as):
    team = make_lane_team()
    responder = make_responder_on_shift(team)
    referral = make_call(State.ACCEPTED, team_id=team.id)

    answers = press_together(app, client_as, f"/board/{referral.id}/send", data={"account_id": responder.id})

    assert statuses(answers) == [303, 409, 409]
