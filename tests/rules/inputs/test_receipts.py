"""Receipts: the same from the same form, found however they are written, and never kept."""

import pytest

from app.inputs.receipts import (
    LEAST_WORDS,
    fold,
    is_receipt,
    new_form_id,
    receipt_fingerprint,
    receipts_for,
    words_of,
)
from app.vault import keyring


@pytest.fixture(autouse=True)
def keys() -> None:

    keyring.load_keys(key_encryption_key=b"k" * 32, blind_index_key=b"b" * 32)


@pytest.mark.parametrize("language", ["en", "es", "fa"])
def test_four_words_hold_forty_bits_and_no_two_can_be_confused(language: str) -> None:
    words = words_of(language)

    assert len({fold(word) for word in words}) == len(words) >= LEAST_WORDS
    assert all(fold(word).isalpha() for word in words)


def test_a_form_sent_twice_has_one_receipt() -> None:
    form_id = new_form_id()

    assert next(receipts_for(form_id, "es")) == next(receipts_for(form_id, "es"))
    assert next(receipts_for(new_form_id(), "es")) != next(receipts_for(new_form_id(), "es"))


def test_a_form_has_more_receipts_for_when_one_is_taken() -> None:
    offered = receipts_for(new_form_id(), "fa")

    assert len({next(offered) for _ in range(20)}) == 20


def test_receipts_use_the_whole_list() -> None:
    drawn = {word for _ in range(2_000) for word in next(receipts_for(new_form_id(), "en"))}

    assert len(drawn) > 0.95 * len(words_of("en"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Nube  CANELA puente mañana", "nube canela puente mañana"),
        ("nube canela puente manana", "nube canela puente mañana"),
        ("1 nube, 2 canela, 3 puente, 4 mañana.", "nube canela puente mañana"),
        ("ｎｕｂｅ canela puente mañana", "nube canela puente mañana"),
        ("۱. باران ۲. آبى ۳. پنجره ۴. یخ", "باران آبی پنجره یخ"),
        ("بــاران ابی پنجره یخ", "باران آبی پنجره یخ"),
        ("كبوتر ابر گل يخ", "کبوتر ابر گل یخ"),
        ("سهشنبه ابر گل یخ", "سه‌شنبه ابر گل یخ"),
    ],
)
def test_a_receipt_is_found_however_it_is_written(written: str, meant: str) -> None:
    assert receipt_fingerprint(written) == receipt_fingerprint(meant)


def test_order_and_number_of_words_count() -> None:
    assert receipt_fingerprint("a b c d") != receipt_fingerprint("b a c d")
    assert not is_receipt("one two three")
