"""What a worker does when the clock of a service referral runs out."""

from app.delivery.timers import TimerHandler
from app.handoffs.actions import ANSWER_TIMER, CONTACT_TIMER, clock_ran_out

TIMER_HANDLERS: dict[str, TimerHandler] = {
    ANSWER_TIMER: clock_ran_out,
    CONTACT_TIMER: clock_ran_out,
}
