"""What invented responders log, and what invented neighbors promise each other.

The notes are in English, as the names are put into them; a promise stands in its own language.
"""

TALKED_ONCE = "They"

FIRST_VISIT = {
    True: (
        "{birds} told us how it began. Calmer at the end; willing to sit down with the other side.",
        "{birds} talked at the door for a while. Wants to be heard first, then talk about hours.",
        "{birds} showed us the place it is about. The other side was not home; left a card.",
        "{birds} told us from the start, in Spanish. Wants to talk with the other side at the weekend.",
        "Walked around the block with {birds}. Agreed to wait for us before going over again.",
    ),
    False: (
        "{birds} sat with us for a while, had water, knows where to go tomorrow.",
        "{birds} was glad that somebody came. We called the family together.",
        "{birds} took the list of places for tonight. We made the call to the first one.",
        "{birds} grew calm while we talked. We agreed to call tomorrow.",
    ),
}
TOGETHER = (
    "{birds} at one table. Each said what the last weeks were like. They wrote it down themselves.",
    "{birds} met in the community room. Some silence, then it went well.",
    "{birds} sat down together. They spoke in turns, in Spanish, and shook hands.",
)
LOOKED_AGAIN = (
    "Called {birds}: it holds.",
    "{birds} say it is quieter. One evening was late; they sorted it out themselves.",
    "We talked with {birds}: they are doing well.",
)
PROMISES = (
    "Music down at ten in the evening, and at nine on Sundays.",
    "The van stands on the street side, never before the gate.",
    "Ask at the door first, before calling anybody.",
    "Leaves and fruit are swept on both sides each Saturday.",
    "The dog is inside while nobody is home.",
    "Tell each other a day before a party.",
    "Bins go out on Tuesday night and come in on Wednesday.",
    "Repairs are asked for in writing and answered in three days.",
    "No words about each other online.",
    "La música baja a las diez.",
    "Cada quien lava sus platos el mismo día.",
    "Avisar un día antes si viene visita.",
)
INVENTED_NAMES = (
    "Amparo Quill", "Beto Marsh", "Celia Thorn", "Dario Wexley", "Elena Frost", "Felix Oakes",
    "Gloria Penn", "Hector Vale", "Ines Harlow", "Jonah Pike", "Kira Solano", "Luis Fenn",
    "Mirna Ashby", "Noel Cruzado", "Olga Reyna", "Pablo Stone", "Rosa Wilde", "Samir Tull",
    "Tania Brook", "Ulises Hart", "Vera Lomas", "Wendell Ruiz", "Ximena Poole", "Yusuf Dale",
)  # fmt: skip
