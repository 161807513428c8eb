"""What a newer version of a call says in place of what was kept: where, whom to call back, how soon.

Words and dangers are another matter: all of them stay, whatever comes later.
"""

from dataclasses import replace
from datetime import timedelta

from app.delivery.timers import cancel_timers, set_timer
from app.foundation import clock
from app.referrals import rules
from app.referrals.actions import keep_callback, seal_told, timer_of
from app.referrals.models import CallKind, Referral
from app.referrals.payloads import NewReferral, Told
from app.referrals.promises import promise_anew
from app.referrals.updates import Update


def put_newer(told: Told, newer: Told) -> Told:
    """What was told, with the place and the number that a newer message gives. What it leaves out stays."""
    callback = newer.callback or told.callback
    if not has_moved(told, newer):
        return replace(told, callback=callback)
    # The place as a whole: an old point says nothing of a new address.
    return replace(told, callback=callback, place_text=newer.place_text, lat=newer.lat, lon=newer.lon)


def has_moved(told: Told, newer: Told) -> bool:
    """Whether a newer message names another place. The point 0,0 is what a missing one looks like."""
    point = (newer.lat, newer.lon)
    is_other_point = newer.lat is not None and point not in {(0, 0), (told.lat, told.lon)}
    return is_other_point or newer.place_text not in {"", told.place_text}


def keep_newer(referral: Referral, told: Told, update: Update) -> Told:
    """Keep what an update says that is newer than all before it, and have the clock run accordingly."""
    newest = put_newer(told, update.told)
    if newest != told:
        seal_told(referral, newest)
    if newest.callback != told.callback:
        keep_callback(referral, newest.callback)
    referral.language = update.language or referral.language
    if update.kind is CallKind.LIVE and referral.kind is not CallKind.LIVE:
        referral.kind = CallKind.LIVE
        _hurry(referral)
    return newest


def _hurry(referral: Referral) -> None:
    """Somebody is on the line now: the clock of the state is that of a live call, and never a later one."""
    timer, clocks = timer_of(referral.state, referral.source), promise_anew(referral)
    seconds = rules.clock_seconds(referral.state, clocks, referral.reason)
    if timer is None or seconds is None or referral.clock_due_at is None:
        return
    due_at = clock.now() + timedelta(seconds=seconds)
    if due_at < referral.clock_due_at:
        referral.clock_due_at, referral.clock_seconds = due_at, seconds
        cancel_timers(referral.id, timer)
        set_timer(timer, referral.id, due_at)


def read_with_newer(new: NewReferral, known: Referral, told: Told) -> NewReferral:
    """A call that comes after a newer message about it: that one says where, whom and in what language."""
    is_live = CallKind.LIVE in {new.kind, known.kind}
    return replace(
        new,
        told=put_newer(new.told, told),
        language=known.language or new.language,
        kind=CallKind.LIVE if is_live else new.kind,
    )
