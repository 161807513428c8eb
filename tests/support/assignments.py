"""Assignments for tests: a person sent to a call."""

from typing import Any

from app.accounts.models import Account
from app.accounts.permissions import Role
from app.assignments.models import Assignment, AssignmentStep, Step
from app.foundation import clock
from app.foundation.db import db
from app.routing.queries import forget_routes
from tests.support.people import make_account


def make_assignment(
    account: Account, *, referral_id: str | None = None, case_id: str | None = None, **fields: Any
) -> Assignment:
    """A current assignment of a person, asked for by a coordinator just now."""
    values = {"assigned_at": clock.now(), "step": Step.ASSIGNED, "team_id": account.team_id, **fields}
    if "assigned_by_id" not in values:
        values["assigned_by_id"] = make_account(Role.COORDINATOR).id
    assignment = Assignment(account_id=account.id, referral_id=referral_id, case_id=case_id, **values)
    db.session.add(assignment)
    db.session.flush()
    note_step(assignment, assignment.step, at=assignment.assigned_at)
    forget_routes()
    return assignment


def note_step(assignment: Assignment, step: Step, **fields: Any) -> AssignmentStep:
    """A dated step of an assignment, and the assignment standing there."""
    row = AssignmentStep(
        assignment_id=assignment.id, step=step, by_id=assignment.account_id, **{"at": clock.now(), **fields}
    )
    assignment.step = step
    db.session.add(row)
    db.session.flush()
    forget_routes()
    return row
