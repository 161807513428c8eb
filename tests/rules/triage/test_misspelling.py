"""Misspelt words: read as the danger they mean, never as calm, and never a name or a harmless word."""

import random
from collections import Counter
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.triage import misspelling
from app.triage.misspelling import Index, Speller, distance
from app.triage.policies import shipped_policy
from app.triage.policy import TOWARD_DANGER
from app.triage.reading import read
from app.triage.rules import Decision, Verdict, more_careful
from tests.support.screening import SAFE, screen

# Sentences of an else calm call, and the words that stand in them: what is meant=how it was written.
MISSPELT = {
    "He has a {} in the truck.": "weapon=weopon pistol=pistoll rifle=rifel shotgun=shotgn firearm=fierarm "
    "revolver=revolvr handgun=handgn machete=macheti",
    "The neighbor has a {}.": "knife=naife knife=knif knife=nife knife=kinfe machete=machette hammer=hamer "
    "crowbar=crobar screwdriver=screwdrver taser=tazer",
    "He was {} by his brother.": "strangled=strangeld assaulted=assulted choked=chocked",
    "His brother was {} him.": "choking=chokeing threatening=threatning stalking=stalkng following=folowing "
    "assaulting=asaulting",
    "The son is {}.": "bleeding=bleding unconscious=unconsious unresponsive=unresponsve seizing=seizzing "
    "convulsing=convulsng suicidal=suicidel overdosed=overdosd",
    "She talks of {}.": "revenge=revenje overdose=overdoes overdose=overdosse robbery=robery",
    "She left a {} note.": "suicide=sucide suicide=suiside",
    "El vecino trae un {}.": "cuchillo=cuchiyo cuchillo=kuchillo cuchillo=cuchilo cuchillo=cuchiillo "
    "machete=machet martillo=marteyo filero=filerro desarmador=desarmadro",
    "Hay una {} en la mesa.": "pistola=pistla pistola=pitsola pistola=pistolla escopeta=eskopeta "
    "navaja=nabaja navaja=nabaxa",
    "Alguien esta {}.": "sangrando=sangramdo inconciente=inconsiente desmayado=desmallado herido=erido "
    "convulsionando=conbulsionando amenazando=hamenazando",
    "Hablan de {}.": "venganza=benganza suicidio=suisidio amenazas=amenasas",
    "Lo estan {}.": "golpeando=golpiando ahorcando=aorcando amenazando=amenasando asaltando=hasaltando",
    "Ella quiere {}.": "matarse=matarce matarse=matrse suicidarse=suicidarze suicidarse=suisidarse",
    "El hermano lo {}.": "amenazo=amenaso ahorco=ahorko agredio=hagredio",
    "Hay un {} en el patio.": "incendio=insendio incendio=incedio",
}
PAIRS = [(sentence, *pair.split("=")) for sentence, pairs in MISSPELT.items() for pair in pairs.split()]
SPANISH = {sentence for sentence in MISSPELT if sentence.split()[0] not in {"He", "His", "She", "The"}}
# Rare words and names, as somebody writes them who uses no capitals: places and streets of the city,
# surnames, foods, makes, instruments, plants, dogs, things about a house, and words that look like a danger.
UNKNOWN = (  # noqa: SIM905
    "cahuenga tujunga winnetka azusa covina bellflower montebello rosemead calabasas lankershim "
    "mulholland saticoy roscoe nordhoff rinaldi kirakosyan manukyan khachatryan papazian melikyan "
    "villaraigosa bojorquez covarrubias echeverria montoya tafoya zaragoza gunderson knifong shotwell "
    "stabler killian pistone hammersmith bombardier strangeways sangster ransome bulgogi bibimbap japchae "
    "lumpia khachapuri basturma tabbouleh tlayuda huitlacoche quesillo verdolagas champurrado edamame "
    "prosciutto pancetta macchiato pistachio camry corolla hyundai infiniti bassoon vihuela tololoche "
    "bougainvillea agapanthus schnauzer rottweiler molcajete guayabera trellis pergola stucco azulejo "
    "harvest divorciada martilleo hamper feta baths palacio infierno subsidio patata aroma"
).split()


MOST_COMPARED = 60
"""With so many known words at most is one compared, on average."""
POLICY = shipped_policy()
LISTS = misspelling.lists()
NOBODY = Speller(frozenset(), frozenset(), frozenset(), Index(()), Index(()), {})


def told(*sentences: str) -> Verdict:
    return screen(replace(SAFE, narrative=" ".join((SAFE.narrative, *sentences))))


def small(danger: str, harmless: str = "", known: str = "", alone: str = "") -> Speller:
    dangers = frozenset(danger.split())
    index, beside = Index(dangers), Index(harmless.split())
    return replace(
        NOBODY,
        dangers=dangers,
        index=index,
        harmless=beside,
        known=frozenset(known.split()),
        alone=frozenset(alone.split()),
    )


@pytest.mark.parametrize(("sentence", "right", "written"), PAIRS)
def test_a_misspelt_danger_counts_as_the_danger(sentence: str, right: str, written: str) -> None:
    harmless = "escalera" if sentence in SPANISH else "ladder"

    assert told(sentence.format(harmless)).decision is Decision.OFFER
    assert told(sentence.format(right)).decision is not Decision.OFFER
    assert told(sentence.format(written)).decision is told(sentence.format(right)).decision


@pytest.mark.parametrize("word", UNKNOWN)
@pytest.mark.parametrize(
    "sentence", ["The music comes from {} next door.", "Su vecina habla de {} con calma."]
)
def test_a_harmless_word_moves_nothing(sentence: str, word: str) -> None:
    assert told(sentence.format(word)).decision is Decision.OFFER


def test_most_of_those_are_known_by_nothing_and_let_be_all_the_same() -> None:
    assert len(set(UNKNOWN) - POLICY.speller.known) > len(UNKNOWN) / 2


def test_no_real_word_of_the_list_is_read_as_a_danger_that_it_looks_like() -> None:
    real = [*LISTS["english"].split(), *LISTS["spanish"].split()]

    assert len(real) == len(set(real))
    assert [word for word in real if POLICY.speller.meant(word)] == []
    assert set(real) & POLICY.speller.dangers == set()


CONFUSED = ("fin", "bat", "short", "hire", "peel", "alma", "pastilla", "pelar", "shirt", "stroller", "fried")


@pytest.mark.parametrize("word", CONFUSED)
def test_the_pairs_that_are_known_to_be_confused_are_not(word: str) -> None:
    """triage.md 7.1: fin and gun, short and shot, fire and hire, peel and pelea, arma and alma."""
    assert POLICY.speller.meant(word) is None


@pytest.mark.parametrize("word", LISTS["misspelt"].split())
def test_a_misspelt_word_that_the_second_reader_knows_is_read_as_what_it_means(word: str) -> None:
    assert POLICY.speller.meant(word) in POLICY.speller.dangers


@pytest.mark.parametrize(
    ("speller", "word", "meant"),
    [
        (small("threat"), "thret", "threat"),
        (small("threat"), "threat", "threat"),
        (small("threat", known="thret"), "thret", None),
        (small("threat", "threaf"), "threar", None),
        (small("threat", "threads"), "threar", "threat"),
        (small("threat", "thret"), "thret", None),
        (small("threat threat2"), "thr3t", None),
        (small("shot"), "sht", None),
        (small("shot"), "shto", "shot"),
        (small("shot"), "thot", None),
        (small("overdosed"), "ovredosd", "overdosed"),
        (small("overdosed"), "opertosed", None),
        (small("overdos"), "ovrdso", None),
        (small("bottle"), "bottel", "bottle"),
        (small("botla"), "batlo", None),
        (small("stab stay"), "stax", "stab"),
        (small("stab stay", alone="stay"), "stax", "stay"),
        (small("injury"), "enjury", "injury"),
        (small("hueso"), "ueso", "hueso"),
        (small("quemar"), "kemar", "quemar"),
        (small("cuchillo"), "kuchiyo", "cuchillo"),
        (small("navaja"), "nabaga", "navaja"),
        (small("gente"), "jente", "gente"),
    ],
)
def test_the_nearest_danger_is_meant_where_no_harmless_word_is_as_near(
    speller: Speller, word: str, meant: str | None
) -> None:
    assert speller.meant(word) == meant


@pytest.mark.parametrize(
    ("sentence", "decision"),
    [
        ("He talks to Pistla about it.", Decision.OFFER),
        ("Pistla on the table.", Decision.RETURN),
        ("THERE IS A PISTLA.", Decision.RETURN),
        ("There Is A Pistla.", Decision.RETURN),
        ("There is a pistla.", Decision.RETURN),
        ("There is no pistla.", Decision.OFFER),
        ("No tiene ni cuchiyo ni pistla.", Decision.OFFER),
        ("Weopons: none.", Decision.OFFER),
        ("Maybe there is a pistla.", Decision.REVIEW),
        ("No gun, but he has a pistla.", Decision.RETURN),
        ("El senor no respirra.", Decision.RETURN),
        ("Le pone candado x fuera.", Decision.RETURN),
        ("Trae algo q brilla.", Decision.RETURN),
    ],
)
def test_how_it_is_told_counts_for_a_misspelt_word_too(sentence: str, decision: Decision) -> None:
    assert told(sentence).decision is decision


def test_the_words_are_shown_as_written_and_as_read() -> None:
    narrative = "Los vecinos discuten. Dicen que hay una pistlá ahí."
    reasons = screen(replace(SAFE, narrative=narrative)).reasons

    found = next(reason for reason in reasons if reason.read_as)
    assert narrative[found.start : found.end] == "pistlá"
    assert (found.code, found.read_as) == ("word_weapon", "pistola")


def test_a_misspelt_word_explains_nothing_and_speaks_for_no_calm() -> None:
    def explained(narrative: str) -> list[bool]:
        return [
            one.is_explained for one in read(narrative, POLICY).findings if one.phrase.rule == "named_alarm.4"
        ]

    assert explained("The car has a dead battery.") == [True]
    assert explained("The car has a dead batery.") == [False]
    calm = read("Nobody is huurt and they are calmm, no weopons.", POLICY)
    assert {one.phrase.concept.kind for one in calm.findings if one.read_as} <= TOWARD_DANGER


BESIDE = (  # noqa: SIM905
    "no not sin maybe if was but , . ; calm nobody hurt dead batery battery x q k ke Pistla PISTLA the el "
    "door him her glue toy movie game weopons seen years ago hace anos"
).split()
pieces = st.sampled_from([*(pair[2] for pair in PAIRS), *(pair[1] for pair in PAIRS), *UNKNOWN[::6], *BESIDE])


@given(words=st.lists(pieces, max_size=25) | st.text(max_size=60).map(str.split))
@example(words=["no", "pistla"])
@example(words=["dead", "batery"])
def test_reading_misspelt_words_never_lowers_a_decision(words: list[str]) -> None:
    narrative = f"{SAFE.narrative} {' '.join(words)}"
    read_so, decided = read(narrative, POLICY), screen(replace(SAFE, narrative=narrative)).decision
    with patch.object(Speller, "meant_in", return_value={}):
        as_written, before = read(narrative, POLICY), screen(replace(SAFE, narrative=narrative)).decision

    assert more_careful(before, decided) is decided
    assert [one for one in read_so.findings if not one.read_as] == list(as_written.findings)
    assert {one.phrase.concept.kind for one in read_so.findings if one.read_as} <= TOWARD_DANGER


@pytest.mark.parametrize("letters", ["bcdfglmnprstaeiou", "stcrnaei"])
def test_eight_kilobytes_of_words_that_nothing_knows_are_little_work(
    letters: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, compared = random.Random(8), Counter[str]()  # noqa: S311 - the same each time, on purpose
    words = ["".join(chance.choices(letters, k=chance.randint(4, 10))) for _ in range(1_000)]

    def counted(*them: Any) -> Any:
        compared["words"] += 1
        return distance(*them)

    monkeypatch.setattr(misspelling, "distance", counted)
    read(" ".join(words), POLICY)
    assert 0 < compared["words"] < MOST_COMPARED * len(words)


def test_the_words_are_gathered_once_for_policies_of_the_same_words() -> None:
    one = replace(POLICY, version="one")  # anew: of those from before only the last few are kept
    other = replace(POLICY, version="other", limits=replace(POLICY.limits, evidence=1))

    assert other.speller is other.speller
    assert other.speller.index is one.speller.index
