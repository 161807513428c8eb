"""Every way a call can go between dispatch and us, walked to the end, with a network that does its worst.

Our side is the product's own table of transitions; dispatch's side is the contract as a centre
reads it. What was said once stays in the air for ever and may arrive at any time, in any order,
any number of times, or never: so loss, delay, duplicates, reordering and crashes between hearing
and answering are all in it. A world in which nobody owns the call is returned with the way to it.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from app.referrals.models import Custody, Source, State
from app.referrals.transitions import FIRST_STATES, TRANSITIONS, Event, Transition, owner_in


class Centre(StrEnum):
    """What the centre has in its own book."""

    HOLDS = "holds"
    CONFIRMING = "confirming"
    LET_GO = "let go"
    TOOK_BACK = "took back"


@dataclass(frozen=True)
class World:
    """Both books, and everything that was ever said."""

    office: State | None = None
    centre: Centre = Centre.HOLDS
    said: frozenset[str] = frozenset()

    @property
    def owners(self) -> int:
        is_ours = self.office is not None and owner_in(self.office, Source.DISPATCH) is not Custody.DISPATCH
        return is_ours + (self.centre is not Centre.LET_GO)

    def saying(self, *words: str) -> "World":
        return replace(self, said=self.said | set(words))


@dataclass(frozen=True)
class Contract:
    """What both sides keep to. The defaults are ours; each may be weakened to see that it is needed."""

    transitions: tuple[Transition, ...] = TRANSITIONS
    lets_go_on: str = "answer office"
    """What ends the centre's responsibility."""
    lets_go_while: tuple[Centre, ...] = (Centre.CONFIRMING,)
    """How its book must stand for that: our yes is recorded, and it has said so."""
    stays_taken_back: bool = True
    """Whether a centre that has taken the call back ignores older answers."""
    books_before_word: bool = True
    """Whether a dispatcher takes the call back in the centre's own book before saying so by telephone."""


Step = tuple[str, World]


def worlds_without_an_owner(contract: Contract, start: World = World()) -> list[list[str]]:
    """The shortest way to each kind of world that nobody owns; empty when there is none."""
    ways: dict[World, list[str]] = {start: []}
    waiting, found = deque([start]), []
    while waiting:
        world = waiting.popleft()
        if world.owners == 0:
            found.append(ways[world])
            continue
        for what, then in steps(world, contract):
            if then not in ways:
                ways[then] = [*ways[world], what]
                waiting.append(then)
    return found


def worlds(contract: Contract, start: World = World()) -> set[World]:
    """Every world that can be reached."""
    seen, waiting = {start}, deque([start])
    while waiting:
        for _, then in steps(waiting.popleft(), contract):
            if then not in seen:
                seen.add(then)
                waiting.append(then)
    return seen


def steps(world: World, contract: Contract) -> Iterator[Step]:
    """Everything that can happen next."""
    yield from _at_the_office(world, contract)
    yield from _messages_arrive(world, contract)
    yield from _at_the_centre(world, contract)


# --- our side: people and clocks ------------------------------------------------------------

_TOLD = {
    State.ACCEPT_PENDING: "callback accepted",
    State.HANDING_BACK: "callback handing back",
    State.HANDED_BACK: "callback handed back",
    State.CANCELLED: "callback cancelled",
}
_OWN_EVENTS = (
    Event.RISK_ROSE,
    Event.READ_AND_OFFERED,
    Event.ACCEPTED,
    Event.SET_OUT,
    Event.CONTACTED,
    Event.NO_CONTACT,
    Event.GIVEN_BACK,
    Event.CANCEL_AGREED,
    Event.CLOSED,
)


def _arrows(world: World, contract: Contract, event: Event) -> Iterator[Transition]:
    return (one for one in contract.transitions if one.event is event and world.office in one.since)


def _at_the_office(world: World, contract: Contract) -> Iterator[Step]:
    for event in _OWN_EVENTS:
        for arrow in _arrows(world, contract, event):
            told = _TOLD.get(arrow.to)
            yield f"we: {event}", replace(world, office=arrow.to).saying(*filter(None, [told]))
    for arrow in _arrows(world, contract, Event.ACKNOWLEDGED):  # by telephone
        then = replace(world, office=arrow.to)
        if contract.books_before_word:
            yield (
                "both: it is taken back in the centre's book, then said",
                replace(then, centre=Centre.TOOK_BACK),
            )
        elif world.centre is not Centre.LET_GO:
            yield "we: a dispatcher says that dispatch has it", then


# --- our side: what dispatch says -----------------------------------------------------------


def _messages_arrive(world: World, contract: Contract) -> Iterator[Step]:
    for message, act in _DOORS.items():
        if message in world.said:
            for office in act(world, contract):
                custody = owner_in(office, Source.DISPATCH)
                then = replace(world, office=office).saying("answer 2xx", f"answer {custody}")
                yield f"{message} arrives", then


def _create(world: World, contract: Contract) -> Iterator[State]:
    if world.office is None:
        yield from (State.IN_REVIEW, State.OFFERED, State.HANDED_BACK)
    elif world.office is State.PARKED:
        yield from (one.to for one in _arrows(world, contract, Event.SCREENED))


def _update(world: World, contract: Contract) -> Iterator[State]:
    if world.office is None:
        yield State.PARKED
    else:
        yield from (one.to for one in _arrows(world, contract, Event.GIVEN_BACK))


def _by(event: Event, *settled: State) -> Callable[[World, Contract], Iterator[State]]:
    def act(world: World, contract: Contract) -> Iterator[State]:
        yield from (one.to for one in _arrows(world, contract, event))
        if world.office in settled:
            yield world.office

    return act


def _cancel(world: World, contract: Contract) -> Iterator[State]:
    if world.office is None:
        yield State.CANCELLED
    yield from (one.to for one in _arrows(world, contract, Event.CANCELLED))


def _cancel_by_incident(world: World, contract: Contract) -> Iterator[State]:
    """By dispatch's own number only while nobody here has said yes: it may mean an earlier referral."""
    if world.office is None or world.office in FIRST_STATES:
        yield from _cancel(world, contract)


def _look(world: World, _: Contract) -> Iterator[State]:
    if world.office is not None:
        yield world.office


_DOORS: dict[str, Callable[[World, Contract], Iterator[State]]] = {
    "create": _create,
    "update": _update,
    "cancel": _cancel,
    "cancel by incident": _cancel_by_incident,
    "confirm": _by(Event.CONFIRMED, State.ACCEPTED, State.CONTACTING, State.ENGAGED),
    "acknowledge": _by(Event.ACKNOWLEDGED, State.HANDED_BACK),
    "get": _look,
}


# --- dispatch's side ------------------------------------------------------------------------


def _at_the_centre(world: World, contract: Contract) -> Iterator[Step]:
    said, centre = world.said, world.centre
    yield "centre: offers, tells, asks", world.saying("create", "update", "get")
    took_back = replace(world, centre=Centre.TOOK_BACK)
    yield "centre: takes it back and cancels", took_back.saying("cancel")
    if centre is not Centre.LET_GO:
        yield "centre: its dead-man clock rings", took_back
    if "callback accepted" in said and centre is Centre.HOLDS:
        yield "centre: records our yes", replace(world, centre=Centre.CONFIRMING).saying("confirm")
    if "callback handing back" in said:
        yield "centre: takes it back and says so", took_back.saying("acknowledge")
    if said & {"callback handed back", "callback cancelled"}:
        yield "centre: hears that it is its own", took_back
    may_let_go = centre in contract.lets_go_while or (
        centre is Centre.TOOK_BACK and not contract.stays_taken_back and "confirm" in said
    )
    if contract.lets_go_on in said and may_let_go:
        yield "centre: lets go", replace(world, centre=Centre.LET_GO)
