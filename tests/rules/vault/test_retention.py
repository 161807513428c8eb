"""The retention table: when each kind is due, at its very moment, and what never is."""

from datetime import UTC, datetime, timedelta

import pytest

from app.vault.retention import RULES, TABLE, Facts, Kind, Then, due_at, is_due

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_every_kind_has_exactly_one_row_with_a_source():
    assert [rule.kind for rule in RULES] == list(Kind)
    assert all(rule.source and rule.tables and rule.kept_for > timedelta() for rule in RULES)


@pytest.mark.parametrize(
    ("kind", "facts", "due"),
    [
        (Kind.CALL_TOLD, Facts(NOW, taken_at=NOW + HOUR), NOW + 25 * HOUR),
        (Kind.CALL_TOLD, Facts(NOW, taken_at=NOW + HOUR, ended_at=NOW + 50 * HOUR), NOW + 25 * HOUR),
        (Kind.CALL_TOLD, Facts(NOW, ended_at=NOW + HOUR), NOW + 25 * HOUR),
        (Kind.CALL_TOLD, Facts(NOW), None),
        (Kind.CALL_TOLD, Facts(NOW + 3 * DAY, taken_at=NOW), NOW + 4 * DAY),
        (Kind.CALLBACK_FINGERPRINT, Facts(NOW), NOW + 90 * DAY),
        (Kind.MESSAGE_DIGEST, Facts(NOW), NOW + 30 * DAY),
        (Kind.CASE, Facts(NOW, ended_at=NOW + DAY), NOW + 31 * DAY),
        (Kind.CASE, Facts(NOW), None),
        (Kind.CASE, Facts(NOW, taken_at=NOW), None),
        (Kind.PARTY, Facts(NOW, ended_at=NOW + DAY), NOW + 31 * DAY),
        (Kind.PARTY, Facts(NOW), None),
        (Kind.FOLLOW_UP, Facts(NOW, ended_at=NOW), NOW + 180 * DAY),
        (Kind.FIELD_LOG, Facts(NOW), NOW + 30 * DAY),
        (Kind.HANDOFF, Facts(NOW, ended_at=NOW), NOW + 30 * DAY),
        (Kind.HANDOFF, Facts(NOW), None),
        (Kind.INPUT_SET_ASIDE, Facts(NOW, ended_at=NOW), NOW + 30 * DAY),
        (Kind.INPUT_WORDS, Facts(NOW), None),
        (Kind.INPUT_WORDS, Facts(NOW, ended_at=NOW), NOW + 365 * DAY),
        (Kind.MESSAGE_OUT, Facts(NOW, ended_at=NOW), NOW + 30 * DAY),
        (Kind.FAILED_ATTEMPT, Facts(NOW), NOW + DAY),
        (Kind.SIGN_IN_NOTICE, Facts(NOW), NOW + 90 * DAY),
        (Kind.SIGN_IN, Facts(NOW), NOW + 30 * DAY),
        (Kind.RECOVERY_REQUEST, Facts(NOW), NOW + 30 * DAY),
        (Kind.INVITATION, Facts(NOW), NOW + 30 * DAY),
        (Kind.AUDIT, Facts(NOW), None),
        (Kind.AUDIT, Facts(NOW, ended_at=NOW + DAY), NOW + 731 * DAY),
        (Kind.CALLBACK_KEY, Facts(NOW, ended_at=NOW + DAY), NOW + 91 * DAY),
    ],
)
def test_a_record_is_due_at_its_moment_and_no_second_before(
    kind: Kind, facts: Facts, due: datetime | None
) -> None:
    assert due_at(kind, facts) == due
    if due is None:
        assert not is_due(kind, facts, NOW + 1000 * DAY)
    else:
        assert is_due(kind, facts, due)
        assert not is_due(kind, facts, due - SECOND)


def test_what_was_promised_to_the_public_does_not_grow_in_silence():
    """security.md A.4 is the ceiling: nobody keeps longer by changing a number."""
    ceiling = {Kind.CALL_TOLD: DAY, Kind.CASE: 30 * DAY, Kind.FIELD_LOG: 30 * DAY, Kind.HANDOFF: 30 * DAY}
    ceiling |= {Kind.PARTY: 30 * DAY, Kind.FOLLOW_UP: 180 * DAY}
    ceiling |= {Kind.CALLBACK_KEY: 90 * DAY, Kind.AUDIT: 730 * DAY}
    for kind, longest in ceiling.items():
        assert TABLE[kind].kept_for <= longest
        assert TABLE[kind].then is Then.KEY_DESTROYED
