"""The directions of import hold, and the checker sees each way of breaking them."""

import pytest

from tests.guards.layers import read_modules, violations

NOTHING = {
    f"app.{name}": ""
    for name in (
        *(
            "foundation.db",
            "foundation.forms",
            "audit.trail",
            "accounts.models",
            "places.queries",
            "roster.models",
        ),
        *("referrals.actions", "referrals.models", "triage.actions", "triage.rules", "cases.actions"),
        *("cases.contact_actions", "cases.forms", "plans.models", "maps.skeleton", "board.queries"),
        *("journey", "worker"),
    )
}


def test_every_import_goes_its_way():
    assert violations(read_modules()) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("app.foundation.clock", "from app.cases import models"),
        ("app.foundation.clock", "def late():\n    import app.referrals.models"),
        ("app.audit.chain", "from app.accounts.models import Account"),
        ("app.accounts.actions", "from app.places.queries import area_at"),
        ("app.places.rules", "from app.roster.models import Team"),
        ("app.roster.rules", "from app.referrals.models import Referral"),
        ("app.triage.rules", "from app.cases import actions"),
        ("app.cases.rules", "from app.plans.models import Plan"),
        ("app.cases.other", "from app.referrals.actions import receive"),
        ("app.plans.rules", "from app.cases.contact_actions import log"),
        ("app.plans.rules", "import app.maps.skeleton"),
        ("app.cases.queries", "from app import journey"),
        ("app.cases.queries", "from app.cases.forms import CloseCase"),
        ("app.plans.views", "from app.cases.forms import CloseCase"),
        ("app.board.views", "from app.cases import actions\nfrom app.referrals import actions as referrals"),
        ("app.worker", "from app.cases.actions import a\nfrom app.triage.actions import b"),
        ("app.cases.queries", "from flask import request"),
        ("app.cases.actions", "def f():\n    from flask import g"),
        ("app.cases.actions", "import flask"),
        ("app.cases.queries", "from flask_login import current_user"),
        ("app.board.views", "import folium"),
        ("app.maps.skeleton", "import folium\nfolium.Popup('x')"),
        ("app.maps.skeleton", "from folium import GeoJsonTooltip"),
        ("app.foundation.db", "from app.foundation.forms import Line"),
    ],
)
def test_a_wrong_import_is_seen(module, source):
    assert violations({**NOTHING, module: source}) != []


def test_a_circle_is_seen():
    circle = {"app.cases.rules": "from app.cases import models", "app.cases.models": "import app.cases.rules"}

    assert "app.cases.models is in a circle of imports" in violations({**NOTHING, **circle})


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("app.journey", "from app.cases import actions\nfrom app.referrals import actions as referrals"),
        (
            "app.cases.views",
            "from app import journey\nfrom app.cases.forms import X\nfrom flask import request",
        ),
        (
            "app.cases.queries",
            "from app.referrals.models import Referral\nfrom app.triage.rules import decide",
        ),
        ("app.board.queries", "from app.referrals.models import Referral"),
        ("app.maps.skeleton", "import folium"),
        ("app.cases.forms", "from app.foundation.forms import Line"),
        ("app.worker", "from app import journey"),
    ],
)
def test_a_right_import_is_let_be(module, source):
    assert violations({**NOTHING, module: source}) == []
