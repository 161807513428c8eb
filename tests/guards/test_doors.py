"""Every endpoint says who may come in; the one permission table has no dead row and no police."""

import re

import pytest

from app.accounts.access import SIGNED, csrf, public, requires
from app.accounts.permissions import TABLE, Permission, Role, Scope
from app.foundation.i18n import PUBLIC
from app.vault import access
from tests.guards import doors

# A machine signs instead of signing in: its permission is checked with the signature.
ASKED_BY_SIGNATURE = {Permission.REFERRAL_OFFER}
# A page opens several kinds of fields, each under its own permission: the vault asks for those.
ASKED_BY_THE_VAULT = {Permission.NOTES_READ, Permission.INPUT_OWN}
LAW_ENFORCEMENT = re.compile(
    r"police|officer|\bice\b|\bdhs\b|lapd|sheriff|probation|parole|prosecut|enforcement"
)

pytestmark = pytest.mark.one_database


def shown() -> str:
    return "a view"


def test_every_endpoint_says_who_may_come_in(app):
    assert doors.unmarked(app.view_functions) == []


def test_every_endpoint_asks_for_what_the_list_says(app):
    """The list is read by people; the matrix is worked out from it, and not from the views."""
    assert doors.misplaced(app.view_functions) == []


def test_an_endpoint_that_asks_for_something_else_is_seen(app):
    views = {**app.view_functions, "cases.show": public(lambda: "all of it"), "cases.more": shown}
    del views["cases.index"]

    assert [one.partition(":")[0] for one in doors.misplaced(views)] == [
        "cases.index",
        "cases.more",
        "cases.show",
    ]


def test_an_endpoint_without_a_mark_is_seen():
    assert doors.unmarked({"cases.show": shown, "static": shown}) == ["cases.show"]


def test_a_marked_endpoint_is_let_be():
    def close() -> str:
        return "closed"

    views = {"cases.show": requires(Permission.CASE_READ)(shown), "plans.show": public(close)}

    assert doors.unmarked(views) == []
    del shown.permission


def test_every_permission_is_asked_for_and_held(app):
    signed = [view for view in app.view_functions.values() if getattr(view, "permission", None) == SIGNED]

    elsewhere = (ASKED_BY_SIGNATURE if signed else set()) | ASKED_BY_THE_VAULT
    assert doors.unused(app.view_functions, elsewhere) == []
    assert {one for of_purpose in access.openings().values() for one in of_purpose} >= ASKED_BY_THE_VAULT
    assert doors.unheld({role: of_role(role) for role in Role}) == []


def of_role(role: Role) -> dict[Permission, Scope]:
    return {permission: scopes[role] for permission, scopes in TABLE.items() if role in scopes}


def test_a_dead_permission_is_seen():
    assert Permission.CASE_READ in doors.unused({"plans.show": shown}, set())
    assert Permission.CASE_READ in doors.unheld({Role.ADMIN: {}})


def test_only_machines_doors_take_requests_without_a_token():
    assert doors.open_to_forgery(csrf._exempt_views, csrf._exempt_blueprints) == []


def test_a_page_without_a_token_is_seen():
    exempt = doors.open_to_forgery({"app.cases.views.close", "app.referrals.api.receive"}, {"cases", "api"})

    assert exempt == ["app.cases.views.close", "cases"]


def test_no_role_is_for_law_enforcement():
    assert [role for role in Role if LAW_ENFORCEMENT.search(role.value.replace("_", " "))] == []
    assert LAW_ENFORCEMENT.search("police liaison")


def test_an_admin_has_no_case_content():
    content = {Permission.CASE_READ, Permission.CASE_WORK, Permission.REFERRAL_READ, Permission.CASE_LIST}

    assert content & set(of_role(Role.ADMIN)) == set()


def test_exactly_what_could_hurt_others_asks_again_whether_it_is_you(app):
    assert doors.fresh(app.view_functions) == doors.ASKED_AGAIN


def test_whoever_manages_accounts_shows_that_it_is_them_for_all_but_the_lists(app):
    lists = {"accounts.index", "accounts.grants.index", "accounts.grants.recoveries"}
    managing = {
        name
        for name, view in app.view_functions.items()
        if getattr(view, "permission", None) is Permission.ACCOUNT_MANAGE
    }

    assert managing - lists <= doors.ASKED_AGAIN


def test_nothing_that_a_live_call_waits_for_asks_again(app):
    at_work = {Permission.REFERRAL_READ, Permission.REFERRAL_DECIDE, Permission.BOARD_READ}
    at_work |= {Permission.ASSIGNMENT_MAKE, Permission.ASSIGNMENT_WORK, Permission.CASE_READ}
    views = app.view_functions

    assert [one for one in doors.fresh(views) if views[one].permission in at_work] == []


def test_a_limited_sign_in_reaches_only_what_sets_up_ways(app):
    reached = doors.limited(app.view_functions)

    assert {name for name in reached if not name.startswith("accounts.ways.")} == doors.LIMITED
    assert "accounts.ways.make_codes" not in reached


def test_a_door_that_asks_again_is_seen():
    views = {
        "keys.add": requires(Permission.ACCOUNT_MANAGE, fresh=True)(lambda: ""),
        "keys.index": requires(Permission.ACCOUNT_MANAGE, limited=True)(lambda: ""),
    }

    assert (doors.fresh(views), doors.limited(views)) == ({"keys.add"}, {"keys.index"})


def test_nobody_who_has_not_signed_in_gets_past_a_door(app, public_client):
    """Asked without an account, every door that is not public answers with sign-in or no."""
    closed = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in doors.SERVED_BY_FLASK
        and getattr(app.view_functions[rule.endpoint], "permission", None) not in {PUBLIC, SIGNED}
    ]
    answers = {str(rule): public_client.open(address_of(rule), method=method_of(rule)) for rule in closed}

    assert [rule for rule, answer in answers.items() if answer.status_code not in {302, 303, 401}] == []


def address_of(rule) -> str:
    """An address of this rule, every part filled with something that does not exist."""
    with_choices = re.sub(r"<any\('?([\w-]+)[^)]*\):\w+>", r"\1", str(rule))
    return re.sub(r"<[^>]*>", "1", with_choices)


def method_of(rule) -> str:
    return "GET" if "GET" in rule.methods else "POST"
