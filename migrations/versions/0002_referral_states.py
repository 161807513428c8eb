"""Referrals: parked, contacting and engaged; one referral of an incident is its latest.

Until now an incident had one open referral and one for each version; now whatever is told of
it again meets its latest referral. Of several ended ones the last received is the latest.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BEFORE = (
    "in_review",
    "offered",
    "accept_pending",
    "accepted",
    "handing_back",
    "handed_back",
    "cancel_requested",
    "cancelled",
    "closed",
)
_AFTER = ("parked", *_BEFORE[:4], "contacting", "engaged", *_BEFORE[4:])
_CUSTODY_BEFORE = (
    "source <> 'dispatch' OR ((state <> 'accepted' OR custody = 'office') AND"
    " (state NOT IN ('accept_pending', 'handing_back') OR custody = 'both') AND"
    " (state <> 'handed_back' OR custody = 'dispatch'))"
)
_CUSTODY_AFTER = (
    "source <> 'dispatch' OR custody = CASE"
    " WHEN state IN ('accepted', 'contacting', 'engaged', 'closed') THEN 'office'"
    " WHEN state IN ('accept_pending', 'handing_back', 'cancel_requested') THEN 'both'"
    " ELSE 'dispatch' END"
)
_TRAIL_BEFORE = (
    "account.signed_in",
    "account.signed_out",
    "account.sign_in_refused",
    "account.created",
    "account.activated",
    "account.deactivated",
    "account.role_changed",
    "areas.imported",
    "assignment.ended",
    "assignment.made",
    "assignment.stepped",
    "case.agreement_reached",
    "case.closed",
    "case.contact_corrected",
    "case.contact_logged",
    "case.follow_up_planned",
    "case.looked_at",
    "case.names_shown",
    "case.opened",
    "case.party_added",
    "case.party_named",
    "case.place_shown",
    "case.promise_added",
    "case.promise_said",
    "case.signs_noted",
    "client.created",
    "coverage.set",
    "directory.imported",
    "directory.linked",
    "handoff.consent_given",
    "handoff.consent_withdrawn",
    "handoff.drafted",
    "handoff.lapsed",
    "handoff.moved",
    "handoff.read",
    "help.answered",
    "help.asked",
    "plan.action_added",
    "plan.action_changed",
    "plan.action_moved",
    "plan.adopted",
    "plan.begun",
    "plan.indicator_added",
    "plan.moved",
    "plan.objective_added",
    "plan.objective_changed",
    "plan.text_kept_aside",
    "plan.text_written",
    "referral.moved",
    "referral.read",
    "referral.received",
    "referral.updated",
    "service.capacity_said",
    "shift.called_off",
    "shift.set",
    "tie.declared",
    "tie.withdrawn",
    "assignment.not_safe",
    "input.answered",
    "input.corrected",
    "input.moved",
    "input.read",
    "input.sent",
)
_TRAIL_AFTER = (*_TRAIL_BEFORE, "intake.paused", "intake.resumed")
_OPEN = sa.text("state NOT IN ('handed_back', 'cancelled', 'closed')")
_EARLIER = """
    UPDATE referrals SET is_latest = {no} WHERE client_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM referrals AS later
        WHERE later.client_id = referrals.client_id AND later.incident_id = referrals.incident_id
        AND (later.received_at > referrals.received_at
             OR (later.received_at = referrals.received_at AND later.id > referrals.id)))
"""


def upgrade() -> None:
    with op.batch_alter_table("referrals") as table:
        table.add_column(sa.Column("is_latest", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("previous_id", sa.String(length=26), nullable=True))
        table.create_foreign_key(op.f("fk_referrals_previous_id"), "referrals", ["previous_id"], ["id"])
        table.drop_index("uq_referrals_open_incident")
        table.drop_index("ix_referrals_incident")
        table.drop_constraint(op.f("uq_referrals_client_id_incident_id_version"), type_="unique")
        _checks(table, _AFTER, _CUSTODY_AFTER)
    op.execute(_EARLIER.format(no="false" if _is_postgresql() else "0"))
    with op.batch_alter_table("referrals") as table:
        table.alter_column("is_latest", server_default=None)
        table.create_index(
            "uq_referrals_incident",
            ["client_id", "incident_id"],
            unique=True,
            sqlite_where=sa.text("is_latest = 1"),
            postgresql_where=sa.text("is_latest"),
        )
    with op.batch_alter_table("referral_states") as table:
        _check(table, "state", _AFTER)
    op.create_table(
        "intake_canaries",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_canaries")),
    )
    op.create_index("ix_intake_canaries_process", "intake_canaries", ["process", "at"])
    op.create_table(
        "intake_pauses",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_pauses")),
    )
    with op.batch_alter_table("audit_entries") as table:
        _check(table, "what", _TRAIL_AFTER)


def downgrade() -> None:
    """What the older schema has no word for is said in the nearest one that keeps our duty.

    The trail keeps every row; a pause of the intake is told there as an update.
    """
    op.execute("UPDATE audit_entries SET what = 'referral.updated' WHERE what LIKE 'intake.%'")
    with op.batch_alter_table("audit_entries") as table:
        _check(table, "what", _TRAIL_BEFORE)
    op.drop_table("intake_pauses")
    op.drop_table("intake_canaries")
    op.execute("UPDATE referral_states SET state = 'accepted' WHERE state IN ('contacting', 'engaged')")
    op.execute("UPDATE referral_states SET state = 'in_review' WHERE state = 'parked'")
    with op.batch_alter_table("referral_states") as table:
        _check(table, "state", _BEFORE)
    op.execute("UPDATE referrals SET state = 'accepted' WHERE state IN ('contacting', 'engaged')")
    op.execute("UPDATE referrals SET state = 'in_review' WHERE state = 'parked'")
    with op.batch_alter_table("referrals") as table:
        table.drop_index("uq_referrals_incident")
        _checks(table, _BEFORE, _CUSTODY_BEFORE)
        table.drop_constraint(op.f("fk_referrals_previous_id"), type_="foreignkey")
        table.drop_column("previous_id")
        table.drop_column("is_latest")
        table.create_unique_constraint(
            op.f("uq_referrals_client_id_incident_id_version"), ["client_id", "incident_id", "version"]
        )
        table.create_index("ix_referrals_incident", ["incident_id"])
        table.create_index(
            "uq_referrals_open_incident",
            ["client_id", "incident_id"],
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _checks(table: Any, states: tuple[str, ...], custody: str) -> None:
    _check(table, "state", states)
    table.drop_constraint(op.f("ck_referrals_custody_fits_state"), type_="check")
    table.create_check_constraint(op.f("ck_referrals_custody_fits_state"), custody)


def _check(table: Any, column: str, words: tuple[str, ...]) -> None:
    name = f"ck_{table.impl.table_name}_{column}"
    table.drop_constraint(op.f(name), type_="check")
    listed = ", ".join(f"'{word}'" for word in words)
    table.create_check_constraint(op.f(name), f"{column} IN ({listed})")
