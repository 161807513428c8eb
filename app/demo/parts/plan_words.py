"""What the invented plans say. The neighborhoods are real; not a sentence is anybody's promise."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PromiseTold:
    """One action: what, who, by when from today, and how it went: days ago, state, a line."""

    words: str
    owner: str
    due_in_days: int
    moves: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True)
class ObjectiveTold:
    """What shall be different; the numbers that tell (name, from, to, source); the promises."""

    title: str
    numbers: tuple[tuple[str, str, str, str], ...]
    promises: tuple[PromiseTold, ...]


@dataclass(frozen=True)
class PlanTold:
    """A plan as somebody would write it."""

    area: str
    title: str
    sections: dict[str, str]
    objectives: tuple[ObjectiveTold, ...]


_CALLS = "Calls of the office"
_ROOMS = ObjectiveTold(
    "Young people have somewhere to be after school and at night",
    (("Evenings with an open room, a week", "2", "5", "Office, weekly log"),),
    (
        PromiseTold("Open the gym three evenings a week", "Recreation and Parks", 90),
        PromiseTold("Pay four young people to run the Friday nights", "Office of Violence Prevention", 150),
    ),
)

WATTS = PlanTold(
    "Watts",
    "Watts safety plan",
    {
        "summary": "People told us of three things: nights without anywhere to go, quarrels over parking and "
        "music that grow, and the walk to the train. This plan says who does what about them, and by when.",
        "problems": "Of the calls we could answer, most are between neighbors, and most come after eight in "
        "the evening. Many people do not call anybody, because they want it settled and not punished.",
        "strengths": "Churches, coaches and grandmothers who know every family. A gym with lights. A street "
        "fair that has been calm for six years because neighbors look after it.",
    },
    (
        ObjectiveTold(
            "Quarrels between neighbors are settled before they grow",
            (("Days from a request to the first talk, in the middle", "19", "7", _CALLS),),
            (
                PromiseTold(
                    "Two mediators of the neighborhood, on duty in the evening",
                    "Office of Violence Prevention",
                    -20,
                    ((55, "started", "Both are found."), (24, "done", "On duty since this week.")),
                ),
                PromiseTold(
                    "A room for talks at the library, with no form to fill in",
                    "Watts branch library",
                    40,
                    ((30, "started", "The room is promised for Tuesdays."),),
                ),
                PromiseTold(
                    "Cards with our number in five languages at every shop",
                    "Merchants of 103rd Street",
                    -9,
                    ((50, "started", "Printed."),),
                ),
            ),
        ),
        ObjectiveTold(
            "The walk from the train is safe and lit",
            (("Street lights that work between station and school", "61 %", "95 %", "City, lights survey"),),
            (
                PromiseTold(
                    "Mend the lights on the way from the station",
                    "Bureau of Street Lighting",
                    25,
                    ((48, "started", "11 of 28 work again."),),
                ),
                PromiseTold(
                    "Grown-ups who walk along at half past three",
                    "Parents of 103rd Street School",
                    -30,
                    ((52, "started", "Nine have signed up."), (33, "done", "Every school day since.")),
                ),
                PromiseTold(
                    "A camera at the underpass",
                    "City",
                    60,
                    ((28, "stopped", "Most people who wrote to us did not want it."),),
                ),
            ),
        ),
        _ROOMS,
    ),
)

BOYLE_HEIGHTS = PlanTold(
    "Boyle Heights",
    "Boyle Heights safety plan",
    {
        "summary": "People asked for somebody who comes and talks before a quarrel grows, in the "
        "language of the house.",
        "problems": "Noise and parking bring most calls. Families say they wait weeks for anybody to come.",
        "strengths": "Vendors who watch over the corner, a strong parents' circle, two youth orchestras.",
    },
    (
        ObjectiveTold(
            "Whoever asks for a mediator talks with one within a week",
            (("Days from a request to the first talk, in the middle", "31", "7", _CALLS),),
            (
                PromiseTold("Three mediators who speak Spanish at home", "Office of Violence Prevention", 80),
                PromiseTold("Evening hours at the plaza, twice a week", "Parents' circle", 60),
            ),
        ),
        _ROOMS,
    ),
)

PACOIMA = PlanTold(
    "Pacoima",
    "Pacoima safety plan",
    {"summary": "Written this month with the people who came to the first two meetings."},
    (
        ObjectiveTold(
            "Parks are used in the evening again",
            (),
            (PromiseTold("A coach in the park until nine", "", 120),),
        ),
    ),
)
