"""first landing."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = '0001'
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('accounts',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('role', sa.Enum('resident', 'mediator', 'interrupter', 'facilitator', 'crisis_worker', 'provider_lead', 'coordinator', 'office_staff', 'county_partner', 'analyst', 'auditor', 'admin', 'dispatch_client', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('organization_id', sa.String(length=26), nullable=True),
    sa.Column('team_id', sa.String(length=26), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("role NOT IN ('resident', 'dispatch_client')", name=op.f('ck_accounts_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts')),
    sa.UniqueConstraint('email', name=op.f('uq_accounts_email'))
    )
    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_accounts_organization_id'), ['organization_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_accounts_team_id'), ['team_id'], unique=False)

    op.create_table('areas',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('layer', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('slug', sa.String(length=120), nullable=False),
    sa.Column('shape', sa.JSON(), nullable=False),
    sa.Column('is_approximate', sa.Boolean(), nullable=False),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_areas')),
    sa.UniqueConstraint('layer', 'name', name=op.f('uq_areas_layer_name'))
    )
    with op.batch_alter_table('areas', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_areas_slug'), ['slug'], unique=False)

    op.create_table('audit_entries',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('what', sa.Enum('account.signed_in', 'account.signed_out', 'account.sign_in_refused', 'account.created', 'account.activated', 'account.deactivated', 'account.role_changed', 'areas.imported', 'assignment.ended', 'assignment.made', 'assignment.stepped', 'case.agreement_reached', 'case.closed', 'case.contact_corrected', 'case.contact_logged', 'case.follow_up_planned', 'case.looked_at', 'case.names_shown', 'case.opened', 'case.party_added', 'case.party_named', 'case.place_shown', 'case.promise_added', 'case.promise_said', 'case.signs_noted', 'client.created', 'coverage.set', 'directory.imported', 'directory.linked', 'handoff.consent_given', 'handoff.consent_withdrawn', 'handoff.drafted', 'handoff.lapsed', 'handoff.moved', 'handoff.read', 'help.answered', 'help.asked', 'plan.action_added', 'plan.action_changed', 'plan.action_moved', 'plan.adopted', 'plan.begun', 'plan.indicator_added', 'plan.moved', 'plan.objective_added', 'plan.objective_changed', 'plan.text_kept_aside', 'plan.text_written', 'referral.moved', 'referral.read', 'referral.received', 'referral.updated', 'service.capacity_said', 'shift.called_off', 'shift.set', 'tie.declared', 'tie.withdrawn', 'assignment.not_safe', 'input.answered', 'input.corrected', 'input.moved', 'input.read', 'input.sent', name='what', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('actor_kind', sa.String(length=20), nullable=False),
    sa.Column('actor_id', sa.String(length=80), nullable=True),
    sa.Column('actor_role', sa.String(length=40), nullable=True),
    sa.Column('subject_type', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=80), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entries')),
    sa.UniqueConstraint('position', name=op.f('uq_audit_entries_position'))
    )
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entries_subject', ['subject_type', 'subject_id', 'at'], unique=False)
        batch_op.create_index('ix_audit_entries_unlinked', ['id'], unique=False, sqlite_where=sa.text('position IS NULL'), postgresql_where=sa.text('position IS NULL'))

    op.create_table('data_keys',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('destroyed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('destroyed_reason', sa.String(length=80), nullable=True),
    sa.CheckConstraint('(wrapped IS NULL) = (destroyed_at IS NOT NULL)', name=op.f('ck_data_keys_destroyed_has_no_key')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_keys'))
    )
    op.create_table('directory_imports',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_count', sa.Integer(), nullable=False),
    sa.Column('changed_count', sa.Integer(), nullable=False),
    sa.Column('refused_count', sa.Integer(), nullable=False),
    sa.Column('left_out_column_count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_directory_imports'))
    )
    op.create_table('due_timers',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.String(length=80), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_attempt_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempt_count', sa.Integer(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_due_timers'))
    )
    with op.batch_alter_table('due_timers', schema=None) as batch_op:
        batch_op.create_index('ix_due_timers_subject', ['subject_id', 'kind'], unique=False)
        batch_op.create_index('ix_due_timers_waiting', ['next_attempt_at'], unique=False, sqlite_where=sa.text('done_at IS NULL AND cancelled_at IS NULL'), postgresql_where=sa.text('done_at IS NULL AND cancelled_at IS NULL'))

    op.create_table('failed_attempts',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_failed_attempts'))
    )
    with op.batch_alter_table('failed_attempts', schema=None) as batch_op:
        batch_op.create_index('ix_failed_attempts_who', ['who', 'at'], unique=False)

    op.create_table('organizations',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.Enum('office', 'provider', 'partner', name='organizationkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organizations')),
    sa.UniqueConstraint('name', name=op.f('uq_organizations_name'))
    )
    op.create_table('worker_beats',
    sa.Column('worker', sa.String(length=80), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('worker', name=op.f('pk_worker_beats'))
    )
    op.create_table('declared_ties',
    sa.Column('account_id', sa.String(length=26), nullable=False),
    sa.Column('area_id', sa.String(length=26), nullable=False),
    sa.Column('declared_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_declared_ties_account_id')),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_declared_ties_area_id')),
    sa.PrimaryKeyConstraint('account_id', 'area_id', name=op.f('pk_declared_ties'))
    )
    op.create_table('destinations',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('url', sa.String(length=500), nullable=False),
    sa.Column('key_id', sa.String(length=26), nullable=False),
    sa.Column('secret_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['key_id'], ['data_keys.id'], name=op.f('fk_destinations_key_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_destinations'))
    )
    op.create_table('inputs',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('area_id', sa.String(length=26), nullable=False),
    sa.Column('kind', sa.Enum('worry', 'idea', 'works', 'about_plan', name='inputkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('may_publish', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('received', 'reading', 'overflow', 'published', 'kept_private', 'set_aside', 'withdrawn', name='inputstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer_due_on', sa.Date(), nullable=False),
    sa.Column('form_fingerprint', sa.String(length=64), nullable=False),
    sa.Column('receipt_fingerprint', sa.String(length=64), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('key_id', sa.String(length=26), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('place_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_inputs_area_id')),
    sa.ForeignKeyConstraint(['key_id'], ['data_keys.id'], name=op.f('fk_inputs_key_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inputs')),
    sa.UniqueConstraint('form_fingerprint', name=op.f('uq_inputs_form_fingerprint')),
    sa.UniqueConstraint('receipt_fingerprint', name=op.f('uq_inputs_receipt_fingerprint'))
    )
    with op.batch_alter_table('inputs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inputs_area_id'), ['area_id'], unique=False)
        batch_op.create_index('ix_inputs_state', ['state', 'sent_at'], unique=False)

    op.create_table('plans',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('area_id', sa.String(length=26), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('from_year', sa.Integer(), nullable=False),
    sa.Column('to_year', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'public_comment', 'adopted', name='planstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('comment_from', sa.Date(), nullable=True),
    sa.Column('comment_until', sa.Date(), nullable=True),
    sa.Column('adopted_on', sa.Date(), nullable=True),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state <> 'adopted' OR adopted_on IS NOT NULL", name=op.f('ck_plans_adopted_on_a_day')),
    sa.CheckConstraint("state <> 'public_comment' OR comment_until IS NOT NULL", name=op.f('ck_plans_comment_ends')),
    sa.CheckConstraint('from_year <= to_year', name=op.f('ck_plans_years_in_order')),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_plans_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plans')),
    sa.UniqueConstraint('area_id', 'from_year', name=op.f('uq_plans_area_id_from_year'))
    )
    op.create_table('service_organizations',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('organization_id', sa.String(length=26), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('alternate_name', sa.String(length=200), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('website', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_service_organizations_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_organizations'))
    )
    with op.batch_alter_table('service_organizations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_organizations_name'), ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_organizations_organization_id'), ['organization_id'], unique=False)

    op.create_table('teams',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('organization_id', sa.String(length=26), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('lane', sa.Enum('mediation', 'restorative', 'interruption', 'unarmed_crisis', 'homeless_outreach', 'county_service', name='lane', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_teams_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teams')),
    sa.UniqueConstraint('name', name=op.f('uq_teams_name'))
    )
    with op.batch_alter_table('teams', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_teams_organization_id'), ['organization_id'], unique=False)

    op.create_table('answers',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('input_id', sa.String(length=26), nullable=False),
    sa.Column('kind', sa.Enum('done', 'in_the_plan', 'another_office', 'not_possible', name='answerkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.String(length=26), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['accounts.id'], name=op.f('fk_answers_by_id')),
    sa.ForeignKeyConstraint(['input_id'], ['inputs.id'], name=op.f('fk_answers_input_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answers'))
    )
    with op.batch_alter_table('answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answers_input_id'), ['input_id'], unique=False)

    op.create_table('coverage',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('team_id', sa.String(length=26), nullable=False),
    sa.Column('lane', sa.Enum('mediation', 'restorative', 'interruption', 'unarmed_crisis', 'homeless_outreach', 'county_service', name='lane', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('area_id', sa.String(length=26), nullable=True),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('from_minute', sa.Integer(), nullable=False),
    sa.Column('to_minute', sa.Integer(), nullable=False),
    sa.CheckConstraint('from_minute BETWEEN 0 AND 1439', name=op.f('ck_coverage_from_minute')),
    sa.CheckConstraint('to_minute BETWEEN 1 AND 1440', name=op.f('ck_coverage_to_minute')),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_coverage_weekday')),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_coverage_area_id')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_coverage_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coverage'))
    )
    with op.batch_alter_table('coverage', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_coverage_team_id'), ['team_id'], unique=False)
        batch_op.create_index('ix_coverage_where', ['area_id', 'lane'], unique=False)

    op.create_table('coverage_exceptions',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('team_id', sa.String(length=26), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=False),
    sa.CheckConstraint('last_on >= first_on', name=op.f('ck_coverage_exceptions_last_after_first')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_coverage_exceptions_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coverage_exceptions'))
    )
    with op.batch_alter_table('coverage_exceptions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_coverage_exceptions_team_id'), ['team_id'], unique=False)

    op.create_table('dispatch_clients',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('agency', sa.String(length=120), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('key_id', sa.String(length=26), nullable=False),
    sa.Column('secret_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('destination_id', sa.String(length=26), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['destination_id'], ['destinations.id'], name=op.f('fk_dispatch_clients_destination_id')),
    sa.ForeignKeyConstraint(['key_id'], ['data_keys.id'], name=op.f('fk_dispatch_clients_key_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispatch_clients'))
    )
    op.create_table('input_states',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('input_id', sa.String(length=26), nullable=False),
    sa.Column('state', sa.Enum('received', 'reading', 'overflow', 'published', 'kept_private', 'set_aside', 'withdrawn', name='inputstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=True),
    sa.Column('by_id', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['input_id'], ['inputs.id'], name=op.f('fk_input_states_input_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_input_states'))
    )
    with op.batch_alter_table('input_states', schema=None) as batch_op:
        batch_op.create_index('ix_input_states_input', ['input_id', 'at'], unique=False)

    op.create_table('outbox_messages',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('destination_id', sa.String(length=26), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.String(length=80), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_attempt_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempt_count', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('dead_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_problem', sa.String(length=120), nullable=True),
    sa.ForeignKeyConstraint(['destination_id'], ['destinations.id'], name=op.f('fk_outbox_messages_destination_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_messages'))
    )
    with op.batch_alter_table('outbox_messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_messages_destination_id'), ['destination_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_messages_subject_id'), ['subject_id'], unique=False)
        batch_op.create_index('ix_outbox_messages_waiting', ['next_attempt_at'], unique=False, sqlite_where=sa.text('sent_at IS NULL AND dead_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL AND dead_at IS NULL'))

    op.create_table('plan_objectives',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('plan_id', sa.String(length=26), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_plan_objectives_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_objectives'))
    )
    with op.batch_alter_table('plan_objectives', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_objectives_plan_id'), ['plan_id'], unique=False)

    op.create_table('plan_sections',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('plan_id', sa.String(length=26), nullable=False),
    sa.Column('kind', sa.Enum('summary', 'problems', 'strengths', name='sectionkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_plan_sections_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_sections')),
    sa.UniqueConstraint('plan_id', 'kind', name=op.f('uq_plan_sections_plan_id_kind'))
    )
    op.create_table('plan_states',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('plan_id', sa.String(length=26), nullable=False),
    sa.Column('state', sa.Enum('draft', 'public_comment', 'adopted', name='planstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.String(length=80), nullable=False),
    sa.Column('actor_label', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_plan_states_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_states'))
    )
    with op.batch_alter_table('plan_states', schema=None) as batch_op:
        batch_op.create_index('ix_plan_states_plan', ['plan_id', 'at'], unique=False)

    op.create_table('plan_versions',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('plan_id', sa.String(length=26), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('adopted_on', sa.Date(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_plan_versions_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_versions')),
    sa.UniqueConstraint('plan_id', 'number', name=op.f('uq_plan_versions_plan_id_number'))
    )
    op.create_table('published_texts',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('input_id', sa.String(length=26), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.String(length=26), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['accounts.id'], name=op.f('fk_published_texts_by_id')),
    sa.ForeignKeyConstraint(['input_id'], ['inputs.id'], name=op.f('fk_published_texts_input_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_published_texts'))
    )
    with op.batch_alter_table('published_texts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_published_texts_input_id'), ['input_id'], unique=False)

    op.create_table('responders',
    sa.Column('account_id', sa.String(length=26), nullable=False),
    sa.Column('team_id', sa.String(length=26), nullable=False),
    sa.Column('languages', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_responders_account_id')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_responders_team_id')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_responders'))
    )
    with op.batch_alter_table('responders', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_responders_team_id'), ['team_id'], unique=False)

    op.create_table('service_locations',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('service_organization_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('url', sa.String(length=500), nullable=True),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('address_1', sa.String(length=200), nullable=True),
    sa.Column('city', sa.String(length=120), nullable=True),
    sa.Column('state_province', sa.String(length=60), nullable=True),
    sa.Column('postal_code', sa.String(length=20), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.ForeignKeyConstraint(['service_organization_id'], ['service_organizations.id'], name=op.f('fk_service_locations_service_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_locations'))
    )
    with op.batch_alter_table('service_locations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_locations_service_organization_id'), ['service_organization_id'], unique=False)

    op.create_table('services',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('service_organization_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('alternate_name', sa.String(length=200), nullable=True),
    sa.Column('kind', sa.Enum('mediation', 'shelter', 'housing', 'food', 'counseling', 'legal', 'health', 'jobs', 'youth', 'money', 'other', name='servicekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('status', sa.Enum('active', 'inactive', 'defunct', 'temporarily closed', name='servicestatus', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('url', sa.String(length=500), nullable=True),
    sa.Column('application_process', sa.Text(), nullable=True),
    sa.Column('fees_description', sa.Text(), nullable=True),
    sa.Column('eligibility_description', sa.Text(), nullable=True),
    sa.Column('minimum_age', sa.Integer(), nullable=True),
    sa.Column('maximum_age', sa.Integer(), nullable=True),
    sa.Column('alert', sa.Text(), nullable=True),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('areas_served', sa.JSON(), nullable=False),
    sa.Column('assured_on', sa.Date(), nullable=True),
    sa.Column('search_words', sa.Text(), nullable=False),
    sa.CheckConstraint('minimum_age >= 0 AND maximum_age >= 0', name=op.f('ck_services_ages')),
    sa.ForeignKeyConstraint(['service_organization_id'], ['service_organizations.id'], name=op.f('fk_services_service_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_services'))
    )
    with op.batch_alter_table('services', schema=None) as batch_op:
        batch_op.create_index('ix_services_listed', ['status', 'kind', 'name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_services_service_organization_id'), ['service_organization_id'], unique=False)

    op.create_table('shifts',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('account_id', sa.String(length=26), nullable=False),
    sa.Column('team_id', sa.String(length=26), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_shifts_ends_after_start')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_shifts_account_id')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_shifts_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shifts'))
    )
    with op.batch_alter_table('shifts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shifts_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_shifts_team_id'), ['team_id'], unique=False)
        batch_op.create_index('ix_shifts_when', ['starts_at', 'ends_at'], unique=False)

    op.create_table('plan_actions',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('objective_id', sa.String(length=26), nullable=False),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('owner', sa.String(length=120), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['objective_id'], ['plan_objectives.id'], name=op.f('fk_plan_actions_objective_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_actions'))
    )
    with op.batch_alter_table('plan_actions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_actions_objective_id'), ['objective_id'], unique=False)

    op.create_table('plan_indicators',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('objective_id', sa.String(length=26), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('baseline', sa.String(length=60), nullable=False),
    sa.Column('target', sa.String(length=60), nullable=False),
    sa.Column('source', sa.String(length=160), nullable=False),
    sa.ForeignKeyConstraint(['objective_id'], ['plan_objectives.id'], name=op.f('fk_plan_indicators_objective_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_indicators'))
    )
    with op.batch_alter_table('plan_indicators', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_indicators_objective_id'), ['objective_id'], unique=False)

    op.create_table('plan_texts',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('section_id', sa.String(length=26), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('based_on', sa.Integer(), nullable=False),
    sa.Column('is_aside', sa.Boolean(), nullable=False),
    sa.Column('takes_in_id', sa.String(length=26), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.String(length=26), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['accounts.id'], name=op.f('fk_plan_texts_by_id')),
    sa.ForeignKeyConstraint(['section_id'], ['plan_sections.id'], name=op.f('fk_plan_texts_section_id')),
    sa.ForeignKeyConstraint(['takes_in_id'], ['plan_texts.id'], name=op.f('fk_plan_texts_takes_in_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_texts')),
    sa.UniqueConstraint('section_id', 'number', name=op.f('uq_plan_texts_section_id_number'))
    )
    op.create_table('referral_messages',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('client_id', sa.String(length=26), nullable=False),
    sa.Column('message_id', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.Enum('create', 'update', 'cancel', 'confirm', 'handback_ack', name='messagekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('media_type', sa.String(length=60), nullable=False),
    sa.Column('body_digest', sa.String(length=64), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('referral_id', sa.String(length=26), nullable=True),
    sa.Column('key_id', sa.String(length=26), nullable=False),
    sa.Column('body_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('answer_status', sa.Integer(), nullable=False),
    sa.Column('answer', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['dispatch_clients.id'], name=op.f('fk_referral_messages_client_id')),
    sa.ForeignKeyConstraint(['key_id'], ['data_keys.id'], name=op.f('fk_referral_messages_key_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral_messages')),
    sa.UniqueConstraint('client_id', 'message_id', name=op.f('uq_referral_messages_client_id_message_id'))
    )
    with op.batch_alter_table('referral_messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_referral_messages_referral_id'), ['referral_id'], unique=False)

    op.create_table('referrals',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('source', sa.Enum('dispatch', 'resident', 'partner', name='source', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('client_id', sa.String(length=26), nullable=True),
    sa.Column('incident_id', sa.String(length=120), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('applied_version', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Enum('live', 'callback', name='callkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('nature', sa.Enum('neighbor', 'noise', 'roommate', 'family', 'landlord_tenant', 'customer_business', 'youth', 'past_harm', 'mental_distress', 'intoxicated', 'welfare', 'unhoused', 'service_need', 'tension', 'partner', 'danger', 'other', name='nature', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('in_review', 'offered', 'accept_pending', 'accepted', 'handing_back', 'handed_back', 'cancel_requested', 'cancelled', 'closed', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('custody', sa.Enum('dispatch', 'office', 'both', name='custody', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=True),
    sa.Column('clock_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('clock_seconds', sa.Integer(), nullable=True),
    sa.Column('area_id', sa.String(length=26), nullable=True),
    sa.Column('is_on_border', sa.Boolean(), nullable=False),
    sa.Column('lane', sa.Enum('mediation', 'restorative', 'interruption', 'unarmed_crisis', 'homeless_outreach', 'county_service', name='lane', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('team_id', sa.String(length=26), nullable=True),
    sa.Column('accepted_by_id', sa.String(length=26), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cleared_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('key_id', sa.String(length=26), nullable=False),
    sa.Column('told_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('callback_fingerprint', sa.String(length=64), nullable=True),
    sa.CheckConstraint("source <> 'dispatch' OR ((state <> 'accepted' OR custody = 'office') AND (state NOT IN ('accept_pending', 'handing_back') OR custody = 'both') AND (state <> 'handed_back' OR custody = 'dispatch'))", name=op.f('ck_referrals_custody_fits_state')),
    sa.ForeignKeyConstraint(['accepted_by_id'], ['accounts.id'], name=op.f('fk_referrals_accepted_by_id')),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_referrals_area_id')),
    sa.ForeignKeyConstraint(['client_id'], ['dispatch_clients.id'], name=op.f('fk_referrals_client_id')),
    sa.ForeignKeyConstraint(['key_id'], ['data_keys.id'], name=op.f('fk_referrals_key_id')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_referrals_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referrals')),
    sa.UniqueConstraint('client_id', 'incident_id', 'version', name=op.f('uq_referrals_client_id_incident_id_version'))
    )
    with op.batch_alter_table('referrals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_referrals_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_referrals_callback_fingerprint'), ['callback_fingerprint'], unique=False)
        batch_op.create_index('ix_referrals_incident', ['incident_id'], unique=False)
        batch_op.create_index('ix_referrals_received', ['received_at'], unique=False)
        batch_op.create_index('ix_referrals_state', ['state', 'clock_due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_referrals_team_id'), ['team_id'], unique=False)
        batch_op.create_index('uq_referrals_open_incident', ['client_id', 'incident_id'], unique=True, sqlite_where=sa.text("state NOT IN ('handed_back', 'cancelled', 'closed')"), postgresql_where=sa.text("state NOT IN ('handed_back', 'cancelled', 'closed')"))
        batch_op.create_index('uq_referrals_request', ['incident_id'], unique=True, sqlite_where=sa.text("source = 'resident'"), postgresql_where=sa.text("source = 'resident'"))

    op.create_table('service_at_locations',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('service_id', sa.String(length=36), nullable=False),
    sa.Column('location_id', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['location_id'], ['service_locations.id'], name=op.f('fk_service_at_locations_location_id')),
    sa.ForeignKeyConstraint(['service_id'], ['services.id'], name=op.f('fk_service_at_locations_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_at_locations')),
    sa.UniqueConstraint('service_id', 'location_id', name=op.f('uq_service_at_locations_service_id_location_id'))
    )
    with op.batch_alter_table('service_at_locations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_at_locations_location_id'), ['location_id'], unique=False)

    op.create_table('service_capacities',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('service_id', sa.String(length=36), nullable=False),
    sa.Column('state', sa.Enum('open', 'waitlist', 'full', name='capacitystate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('places', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('said_by_id', sa.String(length=26), nullable=True),
    sa.CheckConstraint("(state = 'open') = (places IS NOT NULL)", name=op.f('ck_service_capacities_open_says_how_many')),
    sa.CheckConstraint('places >= 0', name=op.f('ck_service_capacities_places')),
    sa.ForeignKeyConstraint(['said_by_id'], ['accounts.id'], name=op.f('fk_service_capacities_said_by_id')),
    sa.ForeignKeyConstraint(['service_id'], ['services.id'], name=op.f('fk_service_capacities_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_capacities'))
    )
    with op.batch_alter_table('service_capacities', schema=None) as batch_op:
        batch_op.create_index('ix_service_capacities_service', ['service_id', 'at'], unique=False)

    op.create_table('service_phones',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('service_organization_id', sa.String(length=36), nullable=True),
    sa.Column('service_id', sa.String(length=36), nullable=True),
    sa.Column('location_id', sa.String(length=36), nullable=True),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('type', sa.String(length=40), nullable=True),
    sa.Column('extension', sa.Integer(), nullable=True),
    sa.CheckConstraint('(CASE WHEN service_organization_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN service_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN location_id IS NULL THEN 0 ELSE 1 END) = 1', name=op.f('ck_service_phones_one_owner')),
    sa.ForeignKeyConstraint(['location_id'], ['service_locations.id'], name=op.f('fk_service_phones_location_id')),
    sa.ForeignKeyConstraint(['service_id'], ['services.id'], name=op.f('fk_service_phones_service_id')),
    sa.ForeignKeyConstraint(['service_organization_id'], ['service_organizations.id'], name=op.f('fk_service_phones_service_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_phones'))
    )
    with op.batch_alter_table('service_phones', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_phones_location_id'), ['location_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_phones_service_id'), ['service_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_phones_service_organization_id'), ['service_organization_id'], unique=False)

    op.create_table('conflict_cases',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('tree', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('referral_id', sa.String(length=26), nullable=True),
    sa.Column('lane', sa.Enum('mediation', 'restorative', 'interruption', 'unarmed_crisis', 'homeless_outreach', 'county_service', name='lane', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('area_id', sa.String(length=26), nullable=True),
    sa.Column('organization_id', sa.String(length=26), nullable=True),
    sa.Column('key_id', sa.String(length=26), nullable=False),
    sa.Column('state', sa.Enum('open', 'agreed', 'closed', name='casestate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Enum('agreement', 'calmed', 'connected_to_service', 'no_agreement', 'not_found', 'refused', 'handed_back', name='outcome', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('place_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('block_sealed', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint("(closed_at IS NULL) = (state <> 'closed')", name=op.f('ck_conflict_cases_closed_by_state')),
    sa.CheckConstraint('(closed_at IS NULL) = (outcome IS NULL)', name=op.f('ck_conflict_cases_closed_with_outcome')),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_conflict_cases_area_id')),
    sa.ForeignKeyConstraint(['key_id'], ['data_keys.id'], name=op.f('fk_conflict_cases_key_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_conflict_cases_organization_id')),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_conflict_cases_referral_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conflict_cases')),
    sa.UniqueConstraint('referral_id', name=op.f('uq_conflict_cases_referral_id')),
    sa.UniqueConstraint('tree', 'number', name=op.f('uq_conflict_cases_tree_number'))
    )
    with op.batch_alter_table('conflict_cases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conflict_cases_area_id'), ['area_id'], unique=False)
        batch_op.create_index('ix_conflict_cases_open', ['closed_at', 'opened_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_conflict_cases_organization_id'), ['organization_id'], unique=False)

    op.create_table('plan_action_states',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('action_id', sa.String(length=26), nullable=False),
    sa.Column('state', sa.Enum('planned', 'started', 'done', 'stopped', name='actionstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.String(length=80), nullable=False),
    sa.Column('actor_label', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['plan_actions.id'], name=op.f('fk_plan_action_states_action_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_action_states'))
    )
    with op.batch_alter_table('plan_action_states', schema=None) as batch_op:
        batch_op.create_index('ix_plan_action_states_action', ['action_id', 'at'], unique=False)

    op.create_table('referral_states',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('referral_id', sa.String(length=26), nullable=False),
    sa.Column('state', sa.Enum('in_review', 'offered', 'accept_pending', 'accepted', 'handing_back', 'handed_back', 'cancel_requested', 'cancelled', 'closed', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('custody', sa.Enum('dispatch', 'office', 'both', name='custody', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=True),
    sa.Column('actor_kind', sa.String(length=20), nullable=False),
    sa.Column('actor_id', sa.String(length=80), nullable=False),
    sa.Column('actor_label', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_referral_states_referral_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral_states'))
    )
    with op.batch_alter_table('referral_states', schema=None) as batch_op:
        batch_op.create_index('ix_referral_states_referral', ['referral_id', 'at'], unique=False)

    op.create_table('screenings',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('referral_id', sa.String(length=26), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decision', sa.Enum('offer', 'review', 'return', name='decision', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('policy_version', sa.String(length=40), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('signs', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_screenings_referral_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_screenings'))
    )
    with op.batch_alter_table('screenings', schema=None) as batch_op:
        batch_op.create_index('ix_screenings_referral', ['referral_id', 'at'], unique=False)

    op.create_table('agreements',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('reached_on', sa.Date(), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.String(length=26), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['accounts.id'], name=op.f('fk_agreements_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['conflict_cases.id'], name=op.f('fk_agreements_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreements'))
    )
    with op.batch_alter_table('agreements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreements_case_id'), ['case_id'], unique=False)

    op.create_table('assignments',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('referral_id', sa.String(length=26), nullable=True),
    sa.Column('case_id', sa.String(length=26), nullable=True),
    sa.Column('account_id', sa.String(length=26), nullable=False),
    sa.Column('team_id', sa.String(length=26), nullable=True),
    sa.Column('assigned_by_id', sa.String(length=26), nullable=False),
    sa.Column('assigned_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('step', sa.Enum('assigned', 'acknowledged', 'en_route', 'on_scene', 'contact_made', 'not_found', 'refused', 'clear', 'declined', name='step', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_reason', sa.String(length=60), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_assignments_account_id')),
    sa.ForeignKeyConstraint(['assigned_by_id'], ['accounts.id'], name=op.f('fk_assignments_assigned_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['conflict_cases.id'], name=op.f('fk_assignments_case_id')),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_assignments_referral_id')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_assignments_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignments'))
    )
    with op.batch_alter_table('assignments', schema=None) as batch_op:
        batch_op.create_index('ix_assignments_account', ['account_id', 'ended_at'], unique=False)
        batch_op.create_index('ix_assignments_case', ['case_id', 'ended_at'], unique=False)
        batch_op.create_index('ix_assignments_referral', ['referral_id', 'ended_at'], unique=False)
        batch_op.create_index('uq_assignments_current', ['referral_id', 'account_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('case_states',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('state', sa.Enum('open', 'agreed', 'closed', name='casestate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=True),
    sa.Column('actor_id', sa.String(length=80), nullable=False),
    sa.Column('actor_label', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['conflict_cases.id'], name=op.f('fk_case_states_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_states'))
    )
    with op.batch_alter_table('case_states', schema=None) as batch_op:
        batch_op.create_index('ix_case_states_case', ['case_id', 'at'], unique=False)

    op.create_table('contacts',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('client_key', sa.String(length=64), nullable=True),
    sa.Column('corrects_id', sa.String(length=26), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('how', sa.Enum('visit', 'phone', 'message', 'joint_session', 'circle', name='how', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('result', sa.Enum('talked', 'nobody_there', 'said_no', 'left_not_safe', name='result', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('heat', sa.Enum('calmer', 'same', 'hotter', name='heat', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('key_id', sa.String(length=26), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('logged_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.String(length=26), nullable=False),
    sa.CheckConstraint('minutes IS NULL OR minutes >= 0', name=op.f('ck_contacts_minutes_counted')),
    sa.ForeignKeyConstraint(['by_id'], ['accounts.id'], name=op.f('fk_contacts_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['conflict_cases.id'], name=op.f('fk_contacts_case_id')),
    sa.ForeignKeyConstraint(['corrects_id'], ['contacts.id'], name=op.f('fk_contacts_corrects_id')),
    sa.ForeignKeyConstraint(['key_id'], ['data_keys.id'], name=op.f('fk_contacts_key_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contacts')),
    sa.UniqueConstraint('case_id', 'client_key', name=op.f('uq_contacts_case_id_client_key'))
    )
    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.create_index('ix_contacts_case', ['case_id', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_contacts_corrects_id'), ['corrects_id'], unique=False)

    op.create_table('four_signs',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('harm', sa.Enum('very_likely', 'likely', 'even', 'unlikely', 'very_unlikely', name='chance', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('payback', sa.Enum('not_asked', 'no_sign', 'talked_of', name='payback', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('people_now', sa.Integer(), nullable=False),
    sa.Column('weapon', sa.Enum('not_asked', 'none', 'said_yes', name='weaponasked', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.String(length=26), nullable=False),
    sa.CheckConstraint('people_now >= 0', name=op.f('ck_four_signs_people_counted')),
    sa.ForeignKeyConstraint(['by_id'], ['accounts.id'], name=op.f('fk_four_signs_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['conflict_cases.id'], name=op.f('fk_four_signs_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_four_signs'))
    )
    with op.batch_alter_table('four_signs', schema=None) as batch_op:
        batch_op.create_index('ix_four_signs_case', ['case_id', 'at'], unique=False)

    op.create_table('parties',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('bird', sa.String(length=20), nullable=False),
    sa.Column('side', sa.Enum('asked', 'other', 'support', name='side', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.String(length=26), nullable=False),
    sa.ForeignKeyConstraint(['added_by_id'], ['accounts.id'], name=op.f('fk_parties_added_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['conflict_cases.id'], name=op.f('fk_parties_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parties')),
    sa.UniqueConstraint('case_id', 'bird', name=op.f('uq_parties_case_id_bird'))
    )
    with op.batch_alter_table('parties', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_parties_case_id'), ['case_id'], unique=False)

    op.create_table('agreement_items',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('agreement_id', sa.String(length=26), nullable=False),
    sa.Column('key_id', sa.String(length=26), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('by_party_id', sa.String(length=26), nullable=True),
    sa.Column('to_party_id', sa.String(length=26), nullable=True),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.String(length=26), nullable=False),
    sa.ForeignKeyConstraint(['added_by_id'], ['accounts.id'], name=op.f('fk_agreement_items_added_by_id')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreements.id'], name=op.f('fk_agreement_items_agreement_id')),
    sa.ForeignKeyConstraint(['by_party_id'], ['parties.id'], name=op.f('fk_agreement_items_by_party_id')),
    sa.ForeignKeyConstraint(['key_id'], ['data_keys.id'], name=op.f('fk_agreement_items_key_id')),
    sa.ForeignKeyConstraint(['to_party_id'], ['parties.id'], name=op.f('fk_agreement_items_to_party_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_items'))
    )
    with op.batch_alter_table('agreement_items', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreement_items_agreement_id'), ['agreement_id'], unique=False)

    op.create_table('assignment_steps',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('assignment_id', sa.String(length=26), nullable=False),
    sa.Column('step', sa.Enum('assigned', 'acknowledged', 'en_route', 'on_scene', 'contact_made', 'not_found', 'refused', 'clear', 'declined', name='step', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments.id'], name=op.f('fk_assignment_steps_assignment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment_steps'))
    )
    with op.batch_alter_table('assignment_steps', schema=None) as batch_op:
        batch_op.create_index('ix_assignment_steps_assignment', ['assignment_id', 'at'], unique=False)

    op.create_table('contact_parties',
    sa.Column('contact_id', sa.String(length=26), nullable=False),
    sa.Column('party_id', sa.String(length=26), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_contact_parties_contact_id')),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_contact_parties_party_id')),
    sa.PrimaryKeyConstraint('contact_id', 'party_id', name=op.f('pk_contact_parties'))
    )
    with op.batch_alter_table('contact_parties', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_parties_party_id'), ['party_id'], unique=False)

    op.create_table('follow_ups',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('kind', sa.Enum('72h', '7d', '30d', '90d', 'by_hand', name='followupkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('planned_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('planned_by_id', sa.String(length=26), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('contact_id', sa.String(length=26), nullable=True),
    sa.CheckConstraint('(done_at IS NULL) = (contact_id IS NULL)', name=op.f('ck_follow_ups_done_by_contact')),
    sa.ForeignKeyConstraint(['case_id'], ['conflict_cases.id'], name=op.f('fk_follow_ups_case_id')),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_follow_ups_contact_id')),
    sa.ForeignKeyConstraint(['planned_by_id'], ['accounts.id'], name=op.f('fk_follow_ups_planned_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_ups'))
    )
    with op.batch_alter_table('follow_ups', schema=None) as batch_op:
        batch_op.create_index('ix_follow_ups_case', ['case_id', 'due_on'], unique=False)
        batch_op.create_index('ix_follow_ups_due', ['done_at', 'due_on'], unique=False)

    op.create_table('handoffs',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('party_id', sa.String(length=26), nullable=False),
    sa.Column('service_id', sa.String(length=36), nullable=False),
    sa.Column('organization_id', sa.String(length=26), nullable=False),
    sa.Column('previous_id', sa.String(length=26), nullable=True),
    sa.Column('key_id', sa.String(length=26), nullable=False),
    sa.Column('packet_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.Enum('drafted', 'sent', 'accepted', 'refused', 'waitlisted', 'first_contact', 'outcome', 'closed', name='handoffstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('clock_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('met', sa.Enum('met', 'partly', 'not', 'unknown', name='met', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.String(length=26), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_handoffs_closed_by_state')),
    sa.CheckConstraint("state = 'drafted' OR state = 'closed' OR sent_at IS NOT NULL", name=op.f('ck_handoffs_sent_before')),
    sa.ForeignKeyConstraint(['case_id'], ['conflict_cases.id'], name=op.f('fk_handoffs_case_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['accounts.id'], name=op.f('fk_handoffs_created_by_id')),
    sa.ForeignKeyConstraint(['key_id'], ['data_keys.id'], name=op.f('fk_handoffs_key_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_handoffs_organization_id')),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_handoffs_party_id')),
    sa.ForeignKeyConstraint(['previous_id'], ['handoffs.id'], name=op.f('fk_handoffs_previous_id')),
    sa.ForeignKeyConstraint(['service_id'], ['services.id'], name=op.f('fk_handoffs_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handoffs'))
    )
    with op.batch_alter_table('handoffs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_handoffs_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_handoffs_partner', ['organization_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_handoffs_party_id'), ['party_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_handoffs_service_id'), ['service_id'], unique=False)
        batch_op.create_index('ix_handoffs_turn', ['state', 'clock_due_at'], unique=False)

    op.create_table('help_calls',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('account_id', sa.String(length=26), nullable=False),
    sa.Column('assignment_id', sa.String(length=26), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.String(length=26), nullable=True),
    sa.CheckConstraint('(answered_at IS NULL) = (answered_by_id IS NULL)', name=op.f('ck_help_calls_answered_by_person')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_help_calls_account_id')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['accounts.id'], name=op.f('fk_help_calls_answered_by_id')),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments.id'], name=op.f('fk_help_calls_assignment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_help_calls'))
    )
    with op.batch_alter_table('help_calls', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_help_calls_account_id'), ['account_id'], unique=False)
        batch_op.create_index('ix_help_calls_open', ['answered_at', 'at'], unique=False)

    op.create_table('party_identities',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('party_id', sa.String(length=26), nullable=False),
    sa.Column('key_id', sa.String(length=26), nullable=False),
    sa.Column('identity_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.String(length=26), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['accounts.id'], name=op.f('fk_party_identities_by_id')),
    sa.ForeignKeyConstraint(['key_id'], ['data_keys.id'], name=op.f('fk_party_identities_key_id')),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_party_identities_party_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_party_identities'))
    )
    with op.batch_alter_table('party_identities', schema=None) as batch_op:
        batch_op.create_index('ix_party_identities_party', ['party_id', 'at'], unique=False)

    op.create_table('handoff_consents',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('handoff_id', sa.String(length=26), nullable=False),
    sa.Column('deed', sa.Enum('given', 'withdrawn', name='deed', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('said_by', sa.Enum('person', 'guardian', name='saidby', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('how', sa.Enum('aloud', 'written', name='how', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('shares', sa.JSON(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by_id', sa.String(length=26), nullable=False),
    sa.CheckConstraint("(deed = 'given') = (until_on IS NOT NULL)", name=op.f('ck_handoff_consents_given_until')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['accounts.id'], name=op.f('fk_handoff_consents_asked_by_id')),
    sa.ForeignKeyConstraint(['handoff_id'], ['handoffs.id'], name=op.f('fk_handoff_consents_handoff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handoff_consents'))
    )
    with op.batch_alter_table('handoff_consents', schema=None) as batch_op:
        batch_op.create_index('ix_handoff_consents_handoff', ['handoff_id', 'at'], unique=False)

    op.create_table('handoff_states',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('handoff_id', sa.String(length=26), nullable=False),
    sa.Column('state', sa.Enum('drafted', 'sent', 'accepted', 'refused', 'waitlisted', 'first_contact', 'outcome', 'closed', name='handoffstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=True),
    sa.Column('room_again_on', sa.Date(), nullable=True),
    sa.Column('actor_id', sa.String(length=80), nullable=False),
    sa.Column('actor_label', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['handoff_id'], ['handoffs.id'], name=op.f('fk_handoff_states_handoff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handoff_states'))
    )
    with op.batch_alter_table('handoff_states', schema=None) as batch_op:
        batch_op.create_index('ix_handoff_states_handoff', ['handoff_id', 'at'], unique=False)

    op.create_table('item_sayings',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('item_id', sa.String(length=26), nullable=False),
    sa.Column('party_id', sa.String(length=26), nullable=False),
    sa.Column('said', sa.Enum('kept', 'partly', 'not_kept', name='said', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.String(length=26), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['accounts.id'], name=op.f('fk_item_sayings_by_id')),
    sa.ForeignKeyConstraint(['item_id'], ['agreement_items.id'], name=op.f('fk_item_sayings_item_id')),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_item_sayings_party_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_sayings'))
    )
    with op.batch_alter_table('item_sayings', schema=None) as batch_op:
        batch_op.create_index('ix_item_sayings_item', ['item_id', 'at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('item_sayings', schema=None) as batch_op:
        batch_op.drop_index('ix_item_sayings_item')

    op.drop_table('item_sayings')
    with op.batch_alter_table('handoff_states', schema=None) as batch_op:
        batch_op.drop_index('ix_handoff_states_handoff')

    op.drop_table('handoff_states')
    with op.batch_alter_table('handoff_consents', schema=None) as batch_op:
        batch_op.drop_index('ix_handoff_consents_handoff')

    op.drop_table('handoff_consents')
    with op.batch_alter_table('party_identities', schema=None) as batch_op:
        batch_op.drop_index('ix_party_identities_party')

    op.drop_table('party_identities')
    with op.batch_alter_table('help_calls', schema=None) as batch_op:
        batch_op.drop_index('ix_help_calls_open')
        batch_op.drop_index(batch_op.f('ix_help_calls_account_id'))

    op.drop_table('help_calls')
    with op.batch_alter_table('handoffs', schema=None) as batch_op:
        batch_op.drop_index('ix_handoffs_turn')
        batch_op.drop_index(batch_op.f('ix_handoffs_service_id'))
        batch_op.drop_index(batch_op.f('ix_handoffs_party_id'))
        batch_op.drop_index('ix_handoffs_partner')
        batch_op.drop_index(batch_op.f('ix_handoffs_case_id'))

    op.drop_table('handoffs')
    with op.batch_alter_table('follow_ups', schema=None) as batch_op:
        batch_op.drop_index('ix_follow_ups_due')
        batch_op.drop_index('ix_follow_ups_case')

    op.drop_table('follow_ups')
    with op.batch_alter_table('contact_parties', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_parties_party_id'))

    op.drop_table('contact_parties')
    with op.batch_alter_table('assignment_steps', schema=None) as batch_op:
        batch_op.drop_index('ix_assignment_steps_assignment')

    op.drop_table('assignment_steps')
    with op.batch_alter_table('agreement_items', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreement_items_agreement_id'))

    op.drop_table('agreement_items')
    with op.batch_alter_table('parties', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_parties_case_id'))

    op.drop_table('parties')
    with op.batch_alter_table('four_signs', schema=None) as batch_op:
        batch_op.drop_index('ix_four_signs_case')

    op.drop_table('four_signs')
    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contacts_corrects_id'))
        batch_op.drop_index('ix_contacts_case')

    op.drop_table('contacts')
    with op.batch_alter_table('case_states', schema=None) as batch_op:
        batch_op.drop_index('ix_case_states_case')

    op.drop_table('case_states')
    with op.batch_alter_table('assignments', schema=None) as batch_op:
        batch_op.drop_index('uq_assignments_current', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index('ix_assignments_referral')
        batch_op.drop_index('ix_assignments_case')
        batch_op.drop_index('ix_assignments_account')

    op.drop_table('assignments')
    with op.batch_alter_table('agreements', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreements_case_id'))

    op.drop_table('agreements')
    with op.batch_alter_table('screenings', schema=None) as batch_op:
        batch_op.drop_index('ix_screenings_referral')

    op.drop_table('screenings')
    with op.batch_alter_table('referral_states', schema=None) as batch_op:
        batch_op.drop_index('ix_referral_states_referral')

    op.drop_table('referral_states')
    with op.batch_alter_table('plan_action_states', schema=None) as batch_op:
        batch_op.drop_index('ix_plan_action_states_action')

    op.drop_table('plan_action_states')
    with op.batch_alter_table('conflict_cases', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_conflict_cases_organization_id'))
        batch_op.drop_index('ix_conflict_cases_open')
        batch_op.drop_index(batch_op.f('ix_conflict_cases_area_id'))

    op.drop_table('conflict_cases')
    with op.batch_alter_table('service_phones', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_phones_service_organization_id'))
        batch_op.drop_index(batch_op.f('ix_service_phones_service_id'))
        batch_op.drop_index(batch_op.f('ix_service_phones_location_id'))

    op.drop_table('service_phones')
    with op.batch_alter_table('service_capacities', schema=None) as batch_op:
        batch_op.drop_index('ix_service_capacities_service')

    op.drop_table('service_capacities')
    with op.batch_alter_table('service_at_locations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_at_locations_location_id'))

    op.drop_table('service_at_locations')
    with op.batch_alter_table('referrals', schema=None) as batch_op:
        batch_op.drop_index('uq_referrals_request', sqlite_where=sa.text("source = 'resident'"), postgresql_where=sa.text("source = 'resident'"))
        batch_op.drop_index('uq_referrals_open_incident', sqlite_where=sa.text("state NOT IN ('handed_back', 'cancelled', 'closed')"), postgresql_where=sa.text("state NOT IN ('handed_back', 'cancelled', 'closed')"))
        batch_op.drop_index(batch_op.f('ix_referrals_team_id'))
        batch_op.drop_index('ix_referrals_state')
        batch_op.drop_index('ix_referrals_received')
        batch_op.drop_index('ix_referrals_incident')
        batch_op.drop_index(batch_op.f('ix_referrals_callback_fingerprint'))
        batch_op.drop_index(batch_op.f('ix_referrals_area_id'))

    op.drop_table('referrals')
    with op.batch_alter_table('referral_messages', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_referral_messages_referral_id'))

    op.drop_table('referral_messages')
    op.drop_table('plan_texts')
    with op.batch_alter_table('plan_indicators', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_plan_indicators_objective_id'))

    op.drop_table('plan_indicators')
    with op.batch_alter_table('plan_actions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_plan_actions_objective_id'))

    op.drop_table('plan_actions')
    with op.batch_alter_table('shifts', schema=None) as batch_op:
        batch_op.drop_index('ix_shifts_when')
        batch_op.drop_index(batch_op.f('ix_shifts_team_id'))
        batch_op.drop_index(batch_op.f('ix_shifts_account_id'))

    op.drop_table('shifts')
    with op.batch_alter_table('services', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_services_service_organization_id'))
        batch_op.drop_index('ix_services_listed')

    op.drop_table('services')
    with op.batch_alter_table('service_locations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_locations_service_organization_id'))

    op.drop_table('service_locations')
    with op.batch_alter_table('responders', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_responders_team_id'))

    op.drop_table('responders')
    with op.batch_alter_table('published_texts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_published_texts_input_id'))

    op.drop_table('published_texts')
    op.drop_table('plan_versions')
    with op.batch_alter_table('plan_states', schema=None) as batch_op:
        batch_op.drop_index('ix_plan_states_plan')

    op.drop_table('plan_states')
    op.drop_table('plan_sections')
    with op.batch_alter_table('plan_objectives', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_plan_objectives_plan_id'))

    op.drop_table('plan_objectives')
    with op.batch_alter_table('outbox_messages', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_messages_waiting', sqlite_where=sa.text('sent_at IS NULL AND dead_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL AND dead_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_outbox_messages_subject_id'))
        batch_op.drop_index(batch_op.f('ix_outbox_messages_destination_id'))

    op.drop_table('outbox_messages')
    with op.batch_alter_table('input_states', schema=None) as batch_op:
        batch_op.drop_index('ix_input_states_input')

    op.drop_table('input_states')
    op.drop_table('dispatch_clients')
    with op.batch_alter_table('coverage_exceptions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_coverage_exceptions_team_id'))

    op.drop_table('coverage_exceptions')
    with op.batch_alter_table('coverage', schema=None) as batch_op:
        batch_op.drop_index('ix_coverage_where')
        batch_op.drop_index(batch_op.f('ix_coverage_team_id'))

    op.drop_table('coverage')
    with op.batch_alter_table('answers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_answers_input_id'))

    op.drop_table('answers')
    with op.batch_alter_table('teams', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_teams_organization_id'))

    op.drop_table('teams')
    with op.batch_alter_table('service_organizations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_organizations_organization_id'))
        batch_op.drop_index(batch_op.f('ix_service_organizations_name'))

    op.drop_table('service_organizations')
    op.drop_table('plans')
    with op.batch_alter_table('inputs', schema=None) as batch_op:
        batch_op.drop_index('ix_inputs_state')
        batch_op.drop_index(batch_op.f('ix_inputs_area_id'))

    op.drop_table('inputs')
    op.drop_table('destinations')
    op.drop_table('declared_ties')
    op.drop_table('worker_beats')
    op.drop_table('organizations')
    with op.batch_alter_table('failed_attempts', schema=None) as batch_op:
        batch_op.drop_index('ix_failed_attempts_who')

    op.drop_table('failed_attempts')
    with op.batch_alter_table('due_timers', schema=None) as batch_op:
        batch_op.drop_index('ix_due_timers_waiting', sqlite_where=sa.text('done_at IS NULL AND cancelled_at IS NULL'), postgresql_where=sa.text('done_at IS NULL AND cancelled_at IS NULL'))
        batch_op.drop_index('ix_due_timers_subject')

    op.drop_table('due_timers')
    op.drop_table('directory_imports')
    op.drop_table('data_keys')
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entries_unlinked', sqlite_where=sa.text('position IS NULL'), postgresql_where=sa.text('position IS NULL'))
        batch_op.drop_index('ix_audit_entries_subject')

    op.drop_table('audit_entries')
    with op.batch_alter_table('areas', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_areas_slug'))

    op.drop_table('areas')
    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_accounts_team_id'))
        batch_op.drop_index(batch_op.f('ix_accounts_organization_id'))

    op.drop_table('accounts')
