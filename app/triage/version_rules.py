"""What may be done with a version of the policy, and by whom. Pure.

Two different people approve before calls are read by a version; going back to one that was
approved before takes one person and a moment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.foundation.errors import DomainError
from app.triage.version_models import VersionState

APPROVALS_NEEDED = 2
REPLAYED_DAYS = 30
REPLAY_HOLDS = timedelta(days=7)
"""So long a replay shows how calls would be decided now."""

NEXT_STATES: dict[VersionState, tuple[VersionState, ...]] = {
    VersionState.DRAFT: (VersionState.SHADOW, VersionState.DROPPED),
    VersionState.SHADOW: (VersionState.ACTIVE, VersionState.DRAFT, VersionState.DROPPED),
    VersionState.ACTIVE: (VersionState.RETIRED,),
    VersionState.RETIRED: (VersionState.ACTIVE,),
    VersionState.DROPPED: (),
}


class Lack(StrEnum):
    """What still stands between a version in shadow and its being put in force."""

    NOT_REPLAYED = "not_replayed"
    REPLAY_OLD = "replay_old"
    EXAMPLES_FAIL = "examples_fail"
    FIRST_APPROVAL = "first_approval"
    SECOND_APPROVAL = "second_approval"


LACK_LABELS: dict[Lack, LazyString] = {
    Lack.NOT_REPLAYED: _l("The calls of the last 30 days are not replayed yet."),
    Lack.REPLAY_OLD: _l(
        "The replay is too old: the rules in force or the program have changed since, or a week has passed. "
        "Replay the calls again."
    ),
    Lack.EXAMPLES_FAIL: _l("Some phrases do not find their own example any more. Take the change back."),
    Lack.FIRST_APPROVAL: _l("Two different people have to approve it. Nobody has yet."),
    Lack.SECOND_APPROVAL: _l("One person has approved it. A second has to, and it must be somebody else."),
}


class VersionMoved(DomainError):
    """The version does not stand where this can be done: somebody was faster."""

    code = "policy-version-moved"

    def __init__(self) -> None:
        super().__init__(_l("This version has moved on. Look at how it stands now."))


class NothingChanged(DomainError):
    """A version without a change is the one it was begun from."""

    code = "policy-nothing-changed"

    def __init__(self) -> None:
        super().__init__(_l("Nothing is changed yet. Change something first."))


class DoesNotHold(DomainError):
    """The changed policy is none that calls could be read by."""

    code = "policy-does-not-hold"

    def __init__(self, change_name: str = "") -> None:
        super().__init__(WHY_NOT.get(change_name) or _l("The other changes cannot stand without it."))


class Unreadable(DomainError):
    """Today's program cannot read calls by this version."""

    code = "policy-unreadable"

    def __init__(self) -> None:
        super().__init__(
            _l("The program as it is today cannot read calls by this version. What is in force stays so.")
        )


class BaseChanged(DomainError):
    """A draft of rules that are not there any more: its changes might be of other phrases by now."""

    code = "policy-base-changed"

    def __init__(self) -> None:
        super().__init__(BASE_CHANGED)


BASE_CHANGED = _l(
    "The rules that this version was begun from are not there any more: the program has brought others. "
    "Give it up and begin another. What was changed here stays on record."
)


class ReplayRuns(DomainError):
    """Calls are being replayed by this version already."""

    code = "policy-replay-runs"

    def __init__(self) -> None:
        super().__init__(_l("Calls are being replayed already. Load the page again to see how far it is."))


class ExampleFails(DoesNotHold):
    """A phrase that does not do what its own examples say."""

    code = "policy-example-fails"

    def __init__(self) -> None:
        super().__init__("example")


WHY_NOT: dict[str, LazyString] = {
    "add_phrase": _l(
        "The phrase cannot be read. Use words with a space between, | between choices, * at a word's end, "
        ".. for a few words between. At most three times .. and four times ?."
    ),
    "retire_phrase": _l("This phrase cannot be taken out. One at least has to stay."),
    "set_nature": _l("This cannot be. Nobody of ours answers a danger or a couple."),
    "set_limits": _l("These figures cannot be. Look at each again."),
    "add_type_word": _l("This word cannot be added."),
    "example": _l(
        "It does not do what the two sentences say. It must be found in the first, and not in the second."
    ),
}


class ApprovedAlready(DomainError):
    """The second approval is another person's."""

    code = "policy-approved-already"

    def __init__(self) -> None:
        super().__init__(_l("You have approved this version. Somebody else has to approve it too."))


class NotReady(DomainError):
    """What must be there before a version is put in force is not there."""

    code = "policy-not-ready"

    def __init__(self, lacking: Sequence[Lack]) -> None:
        super().__init__(LACK_LABELS[lacking[0]])


@dataclass(frozen=True)
class ReplayTold:
    """What of a version's newest replay counts here."""

    is_finished: bool
    sha256: str
    against: str
    shipped: str | None
    """The policy that came with the program when it began, if that is known."""
    begun_at: datetime
    failing_rules: Sequence[str]


def require_next(now: VersionState, to: VersionState) -> None:
    """Refuse a step that does not lead on from here."""
    if to not in NEXT_STATES[now]:
        raise VersionMoved


def lacks(
    *,
    sha256: str | None,
    in_force: str,
    shipped: str,
    now: datetime,
    replay: ReplayTold | None,
    approvers: Iterable[str],
) -> list[Lack]:
    """What a version in shadow lacks before it may be put in force, first things first.

    `in_force`: the name of the policy that calls are read by now; `shipped`: of the one that came with
    the program; `approvers`: the ids of the people who approved exactly this document.
    """
    lacking: list[Lack] = []
    if replay is None or not replay.is_finished or replay.sha256 != sha256:
        lacking.append(Lack.NOT_REPLAYED)
    elif _is_old(replay, in_force, shipped, now):
        lacking.append(Lack.REPLAY_OLD)
    elif replay.failing_rules:
        lacking.append(Lack.EXAMPLES_FAIL)
    people = len(set(approvers))
    if people < APPROVALS_NEEDED:
        lacking.append(Lack.SECOND_APPROVAL if people else Lack.FIRST_APPROVAL)
    return lacking


def _is_old(replay: ReplayTold, in_force: str, shipped: str, now: datetime) -> bool:
    """Whether a replay says nothing of today any more: what reads calls has changed, or the calls have."""
    is_other_program = replay.shipped is not None and replay.shipped != shipped
    return replay.against != in_force or is_other_program or now - replay.begun_at > REPLAY_HOLDS
