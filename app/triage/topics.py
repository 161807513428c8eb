"""What kind of trouble a call is: by its type, and by its words where the type leaves it open."""

from collections import Counter

from app.referrals.natures import Nature
from app.triage.policy import Kind
from app.triage.reading import Reading
from app.triage.signs import Signs

# A call about these is answered by those who know them, whatever else it is about (triage.md 4).
_TAKES_OVER: dict[Nature, frozenset[Nature]] = {
    Nature.UNHOUSED: frozenset({Nature.MENTAL_DISTRESS, Nature.INTOXICATED, Nature.WELFARE, Nature.OTHER}),
    Nature.PAST_HARM: frozenset(
        {
            Nature.YOUTH,
            Nature.NEIGHBOR,
            Nature.CUSTOMER_BUSINESS,
            Nature.FAMILY,
            Nature.ROOMMATE,
            Nature.OTHER,
        }
    ),
    Nature.SERVICE_NEED: frozenset({Nature.WELFARE, Nature.OTHER}),
}


def nature_of(signs: Signs, reading: Reading) -> Nature:
    """The nature of a call. A danger or a couple by its type is never made milder by its words."""
    told = Counter(Nature(one.phrase.concept.reason) for one in reading.of(Kind.TOPIC))
    for nature, natures in _TAKES_OVER.items():
        if told[nature] and signs.nature in natures:
            return nature
    if signs.nature is Nature.OTHER and signs.is_open_type and told:
        return max(told, key=lambda nature: (told[nature], -list(Nature).index(nature)))
    return signs.nature
