"""Invented calls, as a call taker would write them: every nature, two languages, every decision.

Nobody in here exists. Each story says what the screening is expected to make of it, and a
test holds it to that, so that the demo shows offers, reviews and returns in known shares.
"""

from dataclasses import dataclass

from app.referrals.natures import Nature
from app.triage.rules import Decision


@dataclass(frozen=True)
class Story:
    """One invented call. `answers` holds what differs from "asked, and no"."""

    nature: Nature
    code: str
    text: str
    words: str
    language: str = "en"
    answers: tuple[tuple[str, str], ...] = ()
    decision: Decision = Decision.OFFER
    eido_type: str = ""
    """The registry's code, for stories that can also come as an EIDO."""
    is_held: bool = False
    """Whether the dispatcher holds the caller on the line."""


N, D = Nature, Decision
_NEIGHBORS = (("relation", "neighbors"), ("wish", "mediator"))
_FAMILY = (("relation", "family"), ("wish", "mediator"))
_ROOMMATES = (("relation", "roommates"), ("wish", "mediator"))
_BUSINESS = (("relation", "business"),)
_ALONE = (("relation", "alone"),)
_STRANGERS = (("relation", "strangers"),)
_NOT_ASKED = (("weapons", "unknown"), ("injuries", "unknown"), ("threats", "unknown"))

CALM = (
    Story(N.NEIGHBOR, "620N", "620 NEIGHBOR",
          "Shared driveway. PR says the van next door blocks the gate every night. Both at home now, talking "
          "over the fence, no contact. PR wants somebody to sit down with them.",
          answers=_NEIGHBORS, eido_type="CDX"),
    Story(N.NEIGHBOR, "620N", "620 NEIGHBOR",
          "Fruit from a tree over the fence falls on the car. They argue each week. Verbal only. Both have "
          "gone back inside and would talk with a third person.",
          answers=_NEIGHBORS),
    Story(N.NEIGHBOR, "620N", "620 NEIGHBOR",
          "Vecinos discuten por la basura del callejón. Solo palabras, ya están cada uno en su casa. Quiere "
          "que alguien los escuche a los dos.",
          language="es", answers=_NEIGHBORS, eido_type="CDX"),
    Story(N.NEIGHBOR, "PKG", "PARKING DISPUTE NEIGHBOR",
          "Two households disagree about one parking spot. Verbal only, nobody touched anybody, both are back"
          " inside. They want somebody to help them share it.",
          answers=_NEIGHBORS, is_held=True, eido_type="PARKING"),
    Story(N.NOISE, "507R", "507 RADIO",
          "Music from the garage since the afternoon. PR asked once and heard: ten more minutes. PR works "
          "nights and wants to agree on hours.",
          answers=_NEIGHBORS, eido_type="NOISE"),
    Story(N.NOISE, "507P", "507 PARTY",
          "Birthday in the yard, about twenty people, families, music loud. PR wants the volume down and does"
          " not want anybody in trouble.",
          answers=_NEIGHBORS, eido_type="NOISE"),
    Story(N.NOISE, "507R", "507 RADIO",
          "Música fuerte en el patio de al lado cada fin de semana. Ya habló con ellos una vez. Quiere "
          "acordar una hora para bajarla.",
          language="es", answers=_NEIGHBORS, eido_type="NOISE"),
    Story(N.NOISE, "ANML", "BARKING DOG",
          "Dog barks all day while the owner is at work. PR left two notes. Wants help to talk with the owner"
          " in the evening.",
          answers=_NEIGHBORS, eido_type="ANIMAL"),
    Story(N.ROOMMATE, "620R", "620 ROOMMATE",
          "Roommates argue about dishes and rent shares. Separate rooms now. Not a couple. Both want a list "
          "of who does what.",
          answers=_ROOMMATES),
    Story(N.ROOMMATE, "620R", "620 ROOMMATE",
          "Compañeras de cuarto discuten por la renta y las visitas. Cada una en su cuarto, tranquilas. No "
          "son pareja.",
          language="es", answers=_ROOMMATES),
    Story(N.FAMILY, "620F", "620 FAMILY",
          "Adult brother and sister about who drives their mother to her visits. Raised voices, mother is "
          "fine and asks for calm. Sister went for a walk.",
          answers=_FAMILY, is_held=True),
    Story(N.FAMILY, "620F", "620 FAMILY",
          "Father and grown son about work hours and the car. Son is in the yard, father in the kitchen. They"
          " would talk with somebody there.",
          answers=_FAMILY),
    Story(N.FAMILY, "620F", "620 FAMILY",
          "Dos hermanas discuten por el cuidado de su papá. Solo palabras. El papá está bien. Piden que venga"
          " alguien a ayudarles a hablar.",
          language="es", answers=_FAMILY),
    Story(N.LANDLORD_TENANT, "620L", "620 LANDLORD TENANT",
          "Tenant says the water has been cold for a week. Landlord came to the door, they talk past each "
          "other, calm and polite. Both want somebody to help them agree.",
          answers=_BUSINESS, eido_type="CIVIL"),
    Story(N.LANDLORD_TENANT, "620L", "620 LANDLORD TENANT",
          "El dueño quiere subir la renta y el inquilino no entiende el papel. Discuten en la entrada, sin "
          "gritar.",
          language="es", answers=_BUSINESS, eido_type="CIVIL"),
    Story(N.CUSTOMER_BUSINESS, "415B", "415 CUSTOMER",
          "Customer waits at the counter for a refund and will not leave without it. Staff are with her, she "
          "sits and is calm. Manager wants a mediator.",
          answers=_BUSINESS, eido_type="TROUBLE"),
    Story(N.CUSTOMER_BUSINESS, "415B", "415 BUSINESS",
          "Laundromat: two customers over one dryer, owner wants both to stay welcome. Words only.",
          answers=_BUSINESS, is_held=True, eido_type="TROUBLE"),
    Story(N.YOUTH, "415J", "415 JUVENILES",
          "Six teenagers loud by the court after closing. Coach is with them. Two argue over the score. They "
          "know the coach well.",
          answers=_STRANGERS, eido_type="JUV"),
    Story(N.YOUTH, "JUV", "JUVENILES SCHOOL",
          "Two students had words in the hall about a post. Kept apart, both with a counselor. School asks "
          "for a circle this week.",
          answers=_STRANGERS, eido_type="SCH"),
    Story(N.PAST_HARM, "REF", "CITIZEN REQUEST",
          "Teenager painted over the neighbor's wall last week and said sorry. Owner would meet the family "
          "and agree on the repair.",
          answers=_NEIGHBORS),
    Story(N.PAST_HARM, "REF", "CITIZEN REQUEST",
          "Un joven rayó el mural de la tienda y lo reconoció. La dueña quiere hablar con él y su mamá para "
          "arreglarlo juntos.",
          language="es", answers=_NEIGHBORS),
    Story(N.MENTAL_DISTRESS, "MNTL", "MENTAL DISTRESS",
          "Man at the bus stop talks to himself and cries. Sits, awake, knows where he is. Says he wants "
          "somebody to talk to.",
          answers=_ALONE, eido_type="MNTL"),
    Story(N.MENTAL_DISTRESS, "MNTL", "MENTAL DISTRESS",
          "Señora muy nerviosa en el parque, llora, platica con la gente. Está sentada y sabe dónde está. "
          "Pide compañía.",
          language="es", answers=_ALONE, eido_type="MNTL"),
    Story(N.INTOXICATED, "390", "390 DRUNK",
          "Man asleep on the bench outside the store, woke when spoken to, walks steady, no car. Store wants "
          "him to have a ride home.",
          answers=_ALONE, eido_type="INTOX"),
    Story(N.WELFARE, "WELCK", "WELFARE CHECK",
          "Niece would like somebody to visit her uncle, who lives by himself. A neighbor saw him on the "
          "porch at noon, well and reading his paper.",
          answers=_ALONE, eido_type="WELFARE"),
    Story(N.WELFARE, "WELCK", "WELFARE CHECK",
          "Hija pide que alguien visite a su mamá. Habló con ella en la mañana y estaba bien, comió y "
          "platicó. Quiere que tenga compañía.",
          language="es", answers=_ALONE, eido_type="WELFARE"),
    Story(N.UNHOUSED, "TRESP", "TRESPASS HOMELESS",
          "Woman sleeps in the doorway of the library, awake and friendly when spoken to. Library opens in an"
          " hour. She asks about a shelter bed.",
          answers=_STRANGERS, eido_type="TRESPASS"),
    Story(N.UNHOUSED, "PHNDL", "PANHANDLING",
          "Man asks for change by the drive-through, keeps to the sidewalk, says good evening. Manager wants "
          "him to know of the meal program.",
          answers=_STRANGERS, eido_type="PHANDLE"),
    Story(N.UNHOUSED, "TRESP", "HOMELESS",
          "Una persona con sus cosas en la entrada del edificio. Tranquila. La administradora quiere que "
          "alguien le ofrezca un lugar.",
          language="es", answers=_STRANGERS, eido_type="VAG"),
    Story(N.SERVICE_NEED, "CITAS", "CITIZEN ASSISTANCE",
          "Grandmother needs rides to dialysis and does not know whom to ask. Not in danger. Wants a call "
          "back.",
          answers=_ALONE, eido_type="CITASST"),
)  # fmt: skip

UNCLEAR = (
    Story(N.NEIGHBOR, "620N", "620 NEIGHBOR",
          "Loud argument upstairs, two voices, PR cannot see anything.",
          answers=_NOT_ASKED, decision=D.REVIEW, is_held=True, eido_type="CDX"),
    Story(N.NEIGHBOR, "620N", "620 NEIGHBOR",
          "Se oyen gritos en el segundo piso. No ve nada, no sabe quiénes son.",
          language="es", answers=_NOT_ASKED, decision=D.REVIEW, is_held=True),
    Story(N.TENSION, "415G", "415 GROUP",
          "Two groups of young men stare at each other across the park since the funeral. Nobody does "
          "anything yet. PR knows a worker they listen to.",
          answers=_STRANGERS, decision=D.REVIEW),
    Story(N.TENSION, "415G", "415 GROUP",
          "Después del partido quedaron dos grupos en la esquina. Solo se miran. La vecina quiere que venga "
          "alguien que los conozca.",
          language="es", answers=_STRANGERS, decision=D.REVIEW),
    Story(N.PARTNER, "620C", "620 COUPLE",
          "Couple argues in the car park about moving out. Words only, windows down. She asks for somebody to"
          " call her when she is alone.",
          answers=(("relation", "partners"),), decision=D.REVIEW),
    Story(N.PARTNER, "620C", "620 COUPLE",
          "Pareja discute por las visitas de los hijos. Él ya se fue caminando. Ella pide hablar con alguien "
          "mañana.",
          language="es", answers=(("relation", "partners"),), decision=D.REVIEW),
    Story(N.OTHER, "MISC", "MISCELLANEOUS",
          "PR talks about the building, the manager and a letter. Hard to follow. Wants somebody to come and "
          "listen.",
          decision=D.REVIEW),
    Story(N.ROOMMATE, "620R", "620 ROOMMATE",
          "Two people in one flat argue about money. Not said how they stand to each other.",
          decision=D.REVIEW, eido_type="CDX"),
    Story(N.FAMILY, "620F", "620 FAMILY",
          "Family argument, grandmother calls, children at home, she put them to bed she thinks.",
          answers=(*_FAMILY, ("children_at_risk", "unknown")), decision=D.REVIEW, eido_type="FAM"),
    Story(N.NEIGHBOR, "620N", "620 NEIGHBOR",
          "Caller speaks Korean. Neighbor, water on the stairs, upset. Nothing more understood.",
          language="ko", answers=_NEIGHBORS, decision=D.REVIEW),
    Story(N.WELFARE, "WELCK", "WELFARE CHECK",
          "Caller speaks Armenian, asks for a visit to her aunt. Interpreter needed for the rest.",
          language="hy", answers=_ALONE, decision=D.REVIEW),
    Story(N.FAMILY, "620F", "620 FAMILY",
          "Caller speaks K'iche' and a little Spanish. Family, a loud talk about a room.",
          language="quc", answers=_FAMILY, decision=D.REVIEW),
    Story(N.NOISE, "507R", "507 RADIO",
          "Loud music.",
          answers=_NEIGHBORS, decision=D.REVIEW),
)  # fmt: skip

DANGEROUS = (
    Story(N.NEIGHBOR, "620N", "620 NEIGHBOR",
          "Neighbor came out with a bat and stands at the gate.",
          answers=(*_NEIGHBORS, ("weapons", "yes")), decision=D.RETURN, is_held=True),
    Story(N.NEIGHBOR, "620N", "620 NEIGHBOR",
          "El vecino trae un machete y grita desde la calle.",
          language="es", answers=(*_NEIGHBORS, ("weapons", "yes")), decision=D.RETURN, is_held=True,
          eido_type="CDX"),
    Story(N.FAMILY, "620F", "620 FAMILY",
          "Brothers fighting in the kitchen, one is bleeding.",
          answers=(*_FAMILY, ("injuries", "yes")), decision=D.RETURN, is_held=True, eido_type="FAM"),
    Story(N.CUSTOMER_BUSINESS, "415B", "415 CUSTOMER",
          "Customer says he will come back with his cousins and burn it down.",
          answers=(*_BUSINESS, ("threats", "yes")), decision=D.RETURN, is_held=True),
    Story(N.MENTAL_DISTRESS, "MNTL", "MENTAL DISTRESS",
          "Woman says goodbye to her sister and holds a box of pills.",
          answers=_ALONE, decision=D.RETURN, is_held=True, eido_type="MNTL"),
    Story(N.WELFARE, "WELCK", "WELFARE CHECK",
          "Vecina no contesta, se ve en el piso por la ventana, no despierta.",
          language="es", answers=_ALONE, decision=D.RETURN, is_held=True, eido_type="WELFARE"),
    Story(N.NOISE, "507P", "507 PARTY",
          "Party next door; PR says there is smoke and wants the fire truck.",
          answers=_NEIGHBORS, decision=D.RETURN, is_held=True),
    Story(N.YOUTH, "415J", "415 JUVENILES",
          "Boys by the store. PR heard one say more are on the way and wants police now.",
          answers=(*_STRANGERS, ("wish", "police")), decision=D.RETURN, is_held=True),
    Story(N.DANGER, "242", "242 BATTERY J/O",
          "Just occurred at the bus stop, one person hurt.",
          answers=(("injuries", "yes"),), decision=D.RETURN, is_held=True, eido_type="ASSAULT"),
    Story(N.ROOMMATE, "620R", "620 ROOMMATE",
          "Roommate locked the door and answers strangely; call taker typed: maybe.",
          answers=(*_ROOMMATES, ("weapons", "maybe")), decision=D.RETURN),
)  # fmt: skip

STORIES = (*CALM, *UNCLEAR, *DANGEROUS)

LATER_WORDS = {
    "en": ("Both are still at home, calmer.", "PR will wait by the gate.", "Manager can let a visitor in."),
    "es": ("Siguen en casa, más tranquilos.", "Espera en la entrada.", "El portero puede abrir."),
}
RAISED_WORDS = {
    "en": ("PR now says one of them has a knife.", "PR calls back: they are fighting.", "Somebody is hurt."),
    "es": ("Ahora dice que trae un cuchillo.", "Llama: se están peleando.", "Ya hay alguien herido."),
}
STREETS = (
    "Alder", "Bayberry", "Camellia", "Dogwood", "Elderberry", "Fern", "Ginkgo", "Hazel", "Ironbark",
    "Juniper", "Larkspur", "Mallow", "Nutmeg", "Oleander", "Poppy", "Quince", "Rosewood", "Sagebrush",
)  # fmt: skip
"""Names of plants for streets: a point on the map, an address of nobody."""
