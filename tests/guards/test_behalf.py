"""Whatever works while nobody waits at a door says for whom: the office itself, or a person who asked.

The table below is the whole of it. A new clock, a new part of the worker or a new place that reads
as the machine fails here until it says which it is. Pictures, exports and reports are not in it: they
are made while somebody waits at the door, with the rights of that door, and nothing of them is queued.
"""

import ast

import pytest

from app.accounts.permissions import TABLE, Permission, Role
from app.foundation.behalf import behalf_of, office_own
from app.triage.replays import REPLAY_TIMER
from app.worker import ANSWERS, PARTS, TIMER_HANDLERS, Worker
from tests.guards.layers import read_modules

pytestmark = pytest.mark.one_database

OFFICE = ""
FOR_WHOM = {
    "clock policy.replay": Permission.POLICY_WRITE.value,
    "clock referral.lapse": OFFICE,
    "clock referral.confirm_due": OFFICE,
    "clock referral.contact_due": OFFICE,
    "clock referral.look_at_merged": OFFICE,
    "clock referral.phone_due": OFFICE,
    "clock handoff.answer_due": OFFICE,
    "clock handoff.contact_due": OFFICE,
    "clock vault.sweep": OFFICE,
    "answer referral.accepted": OFFICE,
    "answer referral.handing_back": OFFICE,
    "part ring_lapses": OFFICE,
    "part ring_next": OFFICE,
    "part deliver": OFFICE,
    "part link": OFFICE,
    "part tell_witness": OFFICE,
    "part clean": OFFICE,
    "part _note_beat": OFFICE,
}
# Where something is read as the machine, whoever asks; pages and clocks of people have no other way to it.
READ_AS_MACHINE = {
    "app.worker": "each part of the worker; work for a person goes on as that person",
    "app.cli": "operators at the machine itself",
    "app.foundation.operators": "operators at the machine itself",
    "app.foundation.reader": "where the machine is",
    "app.accounts.access": "a machine's door, which checks a signature",
    "app.accounts.clients": "a signature is checked by its secret",
    "app.board.line": "when somebody last wrote, never what",
    "app.cases.actions": "that a number is taken, not by what",
    "app.cases.consent_clocks": "the time of each yes begins, whoever closes the case",
    "app.cases.queries": "which case a call became, for the journey",
    "app.inputs.queries": "whoever has the form has its receipt; what is published is for everybody",
    "app.journey": "who is on a case that was just closed is let go",
    "app.reports.queries": "counts",
    "app.vault.erasures": "keys are destroyed, and looked at for nothing else",
    "app.vault.hold_actions": "whether a record is there, not what is in it",
    "app.vault.period_keys": "keys of quarters and months, which open no record",
    "app.vault.sealing": "a use of the machine's own, which `access` allows by name",
    "app.vault.sweep": "the schedule",
    "app.vault.upcoming": "counts",
}


def background() -> dict[str, object]:
    """All that is done in the background, by what starts it."""
    return {
        **{f"clock {kind}": act for kind, act in TIMER_HANDLERS.items()},
        **{f"answer {kind}": act for kind, (_, act) in ANSWERS.items()},
        **{f"part {part.__name__}": part for part in (*PARTS, Worker._note_beat)},
    }


def unsaid(acts: dict[str, object]) -> list[str]:
    """What names neither a person's permission nor that it is the office's own."""
    return sorted(name for name, act in acts.items() if not ((who := behalf_of(act)) and who.why))


def test_everything_in_the_background_says_for_whom_it_is_done():
    assert unsaid(background()) == []
    assert {name: behalf_of(act).permission for name, act in background().items()} == FOR_WHOM


def test_a_handler_that_names_neither_is_seen():
    assert unsaid({"clock new": lambda *_: None}) == ["clock new"]
    assert unsaid({"clock new": office_own("")(lambda *_: None)}) == ["clock new"]
    assert unsaid({"clock new": office_own("a reason")(lambda *_: None)}) == []


def test_what_is_done_for_a_person_is_something_that_a_person_may():
    for permission in filter(None, FOR_WHOM.values()):
        assert set(TABLE[Permission(permission)]) - {Role.RESIDENT, Role.DISPATCH_CLIENT}


def clocks_set(modules: dict[str, str]) -> set[str]:
    """Every kind of clock that the product names: constants whose name ends in _TIMER."""
    return {
        node.value.value
        for source in modules.values()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and any(getattr(target, "id", "").endswith("_TIMER") for target in node.targets)
    }


def test_every_clock_that_is_set_has_one_who_answers_it():
    assert clocks_set(read_modules()) == set(TIMER_HANDLERS)
    assert REPLAY_TIMER in clocks_set(read_modules())
    assert clocks_set({"app.new": "EXPORT_TIMER = 'export.make'"}) == {"export.make"}


def reading_as_machine(modules: dict[str, str]) -> set[str]:
    """Modules that read as the machine, however they came to it."""
    return {
        module
        for module, source in modules.items()
        for node in ast.walk(ast.parse(source))
        if {getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "name", "")}
        & {"as_machine", "MACHINE"}
    }


def test_each_place_that_reads_as_the_machine_is_known():
    policies_in_sql = {"app.vault.row_policies", "app.vault.row_reach"}  # conditions: nobody reads by them
    assert reading_as_machine(read_modules()) - policies_in_sql == set(READ_AS_MACHINE)
    assert reading_as_machine({"app.exports": "with as_machine(): pass"}) == {"app.exports"}


def test_the_worker_starts_nothing_but_its_parts():
    """What runs as the machine is given to `_try`: a part, a sign of life, or a message on its way."""
    tree = ast.parse(read_modules()["app.worker"])
    given = [
        ast.unparse(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "_try"
    ]
    assert sorted(given) == [
        "lambda: outbox.carry(message, self._send, settle)",
        "partial(part, self)",
        "self._note_beat",
    ]
