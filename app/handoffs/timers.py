"""What a worker does when the clock of a service referral runs out."""

from app.delivery.timers import TimerHandler
from app.foundation.behalf import office_own
from app.handoffs.actions import ANSWER_TIMER, CONTACT_TIMER, clock_ran_out

_of_office = office_own("a partner did not act in time; the office sees to it, whoever sent the packet")

TIMER_HANDLERS: dict[str, TimerHandler] = {
    ANSWER_TIMER: _of_office(clock_ran_out),
    CONTACT_TIMER: _of_office(clock_ran_out),
}
