"""Plans in work are for those who write plans, also behind the door."""

from dataclasses import replace

import pytest
from flask import Flask

from app.accounts.permissions import Permission, Role, may
from app.audit.trail import RESIDENT
from app.foundation.errors import NotFound
from app.plans import queries
from tests.support.plans import make_plan


@pytest.mark.parametrize("role", [role for role in Role if not may(role, Permission.PLAN_WRITE)])
def test_the_reading_itself_asks_who_reads(app: Flask, role: Role) -> None:
    plan, other = make_plan(), replace(RESIDENT, role=role.value)

    with pytest.raises(NotFound):
        queries.get_plan(plan.id, other)
    with pytest.raises(NotFound):
        queries.list_plans(other)
