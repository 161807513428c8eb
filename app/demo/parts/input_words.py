"""What invented residents wrote. Farsi and Spanish as people write on a phone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InputTold:
    """One input, what a moderator decided ("" for not yet), and the answer that it got."""

    area: str
    kind: str
    language: str
    words: str
    place: str = ""
    decision: str = ""
    published: str = ""
    answer: tuple[str, str] | None = None


TOLD = (
    InputTold(
        "Watts",
        "worry",
        "en",
        "The underpass by the station is dark again since the rain. My daughter walks there at six.",
        "the underpass by the station",
        "publish",
        "The underpass by the station is dark again since the rain. Young people walk there at six.",
        (
            "in_the_plan",
            "It is in the plan: the lights on the way from the station are mended by next month.",
        ),
    ),
    InputTold(
        "Boyle Heights",
        "worry",
        "es",
        "Los fines de semana la música no deja dormir a mis papás. Ya hablamos con ellos, pero vuelve igual.",
        "por el parque",
        "publish",
        "",
        ("done", "Una mediadora ya habló con las dos familias. La música baja a las diez."),
    ),
    InputTold(
        "Van Nuys",
        "idea",
        "fa",
        "لطفاً در کتابخانه یک شب در هفته برای گفت‌وگوی همسایه‌ها باز باشد، با کسی که فارسی بداند.",
        "کتابخانه",
        "publish",
        "",
        ("in_the_plan", "از ماه آینده چهارشنبه‌ها ساعت شش در کتابخانه، با میانجی فارسی‌زبان."),
    ),
    InputTold(
        "Watts",
        "works",
        "en",
        "The coaches at the gym know every kid by name. Whatever you do, keep the Friday nights.",
        "",
        "publish",
        "",
        ("in_the_plan", "Friday nights stay, and four young people will be paid to run them."),
    ),
    InputTold(
        "Koreatown",
        "worry",
        "en",
        "Two shops on our street are at odds over deliveries and it gets louder each week.",
        "",
        "private",
        "",
        ("done", "A mediator has called on both shops. They have a timetable now."),
    ),
    InputTold(
        "Pacoima",
        "idea",
        "es",
        "Que haya alguien del barrio en el parque por la tarde, no una patrulla.",
        "el parque",
        "publish",
        "",
        ("in_the_plan", "Está en el borrador del plan: una persona del barrio hasta las nueve."),
    ),
    InputTold(
        "Westlake",
        "worry",
        "es",
        "Vendedores y la tienda discuten por la banqueta. Nadie quiere perder su lugar.",
        "frente al mercado",
        "publish",
        "",
        ("another_office", "La oficina de banquetas los visita esta semana. Nosotros los acompañamos."),
    ),
    InputTold(
        "Boyle Heights",
        "about_plan",
        "en",
        "Objective one is right. But a week is long when it is loud every night. Could it be three days?",
        "",
        "publish",
        "",
        (
            "not_possible",
            "Not yet: with three mediators a week is what we can keep. We look again in summer.",
        ),
    ),
    InputTold("Hollywood", "worry", "en", "BEST ROOF REPAIR CALL NOW", "", "aside"),
    InputTold(
        "Watts", "worry", "en", "Cars turn around in our dead end at night and music plays.", "the dead end"
    ),
    InputTold("Boyle Heights", "idea", "es", "Una mesa con sillas en la plaza para platicar.", "la plaza"),
    InputTold(
        "Reseda",
        "worry",
        "fa",
        "همسایه‌ی بالایی هر شب دیر سروصدا دارد و من نمی‌دانم به که بگویم.",
        "آپارتمان ما",
    ),
    InputTold(
        "Leimert Park", "works", "en", "The drum circle on Sundays keeps the square calm.", "the square"
    ),
    InputTold(
        "San Pedro",
        "worry",
        "en",
        "Teenagers and fishers argue on the pier. Somebody who knows both?",
        "pier",
    ),
)
