"""One incident, two referrals: right where one follows the other, whichever answer comes first."""

from time import monotonic
from types import SimpleNamespace

import pytest

from app.demo.closing import all_at_rest
from app.demo.contract import OWNER_IN, Lie
from app.demo.held import Held
from app.demo.ledger import Ledger
from app.demo.talk import Talk
from app.referrals.sender import HookAnswer, Unanswered


class Office:
    """What stands at the other end: `states` by referral, and what it answers each message with."""

    def __init__(self, **states: str) -> None:
        self.states, self.answers, self.is_mute = states, {}, False

    def post(self, path, body, *, message_id, **more):
        answer = self.answers[message_id]
        return answer() if callable(answer) else answer

    def get(self, path, *, tries=None):
        if self.is_mute:
            raise Unanswered("ConnectTimeout")
        return self.says(path.rpartition("/")[2])

    def says(self, referral_id, state="", *, is_replay=False):
        state = state or self.states[referral_id]
        body = {"id": referral_id, "incident_id": "one", "state": state, "custody": OWNER_IN[state]}
        return HookAnswer(200 if is_replay else 201, body, is_replay=is_replay)


def talking(office) -> SimpleNamespace:
    ledger = Ledger()
    talk = Talk(office, ledger, None, lambda _: None, lambda *_: None, lambda *_: None)
    return SimpleNamespace(
        talk=talk, ledger=ledger, held=ledger.offered("1", "one", is_live=True, now=monotonic())
    )


def lies_of(ledger: Ledger) -> set[Lie]:
    return {lie for held in ledger.list_all() for lie in held.lies}


def cross(office: Office) -> tuple[Ledger, Held]:
    """A second caller's create is answered before the first one's answer comes: `old`, for a repeat of it."""
    told = talking(office)

    def answered_late():
        told.talk.post(told.held, "create", name="create 2")
        return office.says("old", "offered", is_replay=True)

    office.answers = {"1:create": answered_late, "1:create 2": office.says("new", "offered")}
    told.talk.post(told.held, "create")
    return told.ledger, told.held


def test_answers_that_cross_blame_nobody_where_the_older_referral_has_ended():
    ledger, held = cross(Office(old="handed_back", new="offered"))

    assert lies_of(ledger) == set()
    assert [one.referral_id for one in ledger.list_all()] == ["new", "old"]
    assert held.referral_id == "new"


def test_two_referrals_that_are_both_open_are_blamed_though_the_answers_crossed():
    ledger, _ = cross(Office(old="offered", new="offered"))

    assert lies_of(ledger) == {Lie.TWO_REFERRALS}


@pytest.mark.parametrize(("first", "lies"), [("offered", {Lie.TWO_REFERRALS}), ("handed_back", set())])
@pytest.mark.parametrize("second", ["offered", "handed_back"])
def test_a_referral_that_we_knew_must_have_ended_before_there_is_another(first, second, lies):
    office = Office(r1="offered", r2=second)
    told = talking(office)
    office.answers = {"1:create": office.says("r1"), "1:create 2": office.says("r2")}
    told.talk.post(told.held, "create")
    office.states["r1"] = first
    told.talk.post(told.held, "create", name="create 2")

    assert lies_of(told.ledger) == lies


def test_a_message_said_before_we_knew_any_may_name_the_older_one_whenever_it_is_repeated():
    """Nobody answered it; what came next made a new call; the same message again gets its first answer."""
    office = Office(old="handed_back", new="offered")
    told = talking(office)

    def nobody():
        raise Unanswered("ReadTimeout")

    office.answers = {"1:create": nobody, "1:create 2": office.says("new")}
    told.talk.post(told.held, "create")
    told.talk.post(told.held, "create", name="create 2")
    office.answers["1:create"] = office.says("old", is_replay=True)
    told.talk.post(told.held, "create")

    assert lies_of(told.ledger) == set()


def test_who_answers_nothing_of_the_older_one_is_not_blamed_for_it_yet():
    office = Office(r1="offered", r2="offered")
    told = talking(office)
    office.answers = {"1:create": office.says("r1"), "1:create 2": office.says("r2")}
    told.talk.post(told.held, "create")
    office.is_mute = True
    told.talk.post(told.held, "create", name="create 2")

    assert lies_of(told.ledger) == set()


def test_no_run_is_judged_while_a_message_may_still_come_to_a_call_that_nobody_knows():
    """The second caller's create was still on its way when all that was known had ended."""
    office, seen = Office(r1="handed_back", r2="offered"), []
    told = talking(office)
    centre = SimpleNamespace(talk=told.talk, ledger=told.ledger)

    def answered_late():
        seen.append(all_at_rest(centre))
        return office.says("r2")

    office.answers = {"1:create": office.says("r1"), "1:create 2": answered_late}
    told.talk.post(told.held, "create")
    assert all_at_rest(centre)
    told.talk.post(told.held, "create", name="create 2")

    assert seen == [False]
    assert not told.talk.is_speaking
    assert not all_at_rest(centre), "the call that came of it is open"


def test_silence_ends_what_was_said_too():
    told = talking(Office())

    def nobody():
        raise Unanswered("ReadTimeout")

    told.talk.sender.answers = {"1:create": nobody}
    told.talk.post(told.held, "create")

    assert not told.talk.is_speaking
