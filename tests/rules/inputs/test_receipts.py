"""Receipts: the same from the same form, found however they are written, and never kept."""

import pytest

from app.inputs.receipts import fold, is_receipt, new_form_id, receipt_fingerprint, receipt_for, words_of


@pytest.fixture(autouse=True)
def keys() -> None:
    from app.vault import sealing

    sealing.load_keys(key_encryption_key=b"k" * 32, blind_index_key=b"b" * 32)


@pytest.mark.parametrize("language", ["en", "es", "fa"])
def test_each_language_has_256_words_that_cannot_be_confused(language: str) -> None:
    assert len({fold(word) for word in words_of(language)}) == 256


def test_a_form_sent_twice_has_one_receipt() -> None:
    form_id = new_form_id()
    assert receipt_for(form_id, "es") == receipt_for(form_id, "es")
    assert receipt_for(new_form_id(), "es") != receipt_for(new_form_id(), "es")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Nube  CANELA puente mañana", "nube canela puente mañana"),
        ("nube canela puente manana", "nube canela puente mañana"),
        ("كبوتر ابر گل يخ", "کبوتر ابر گل یخ"),
        ("سهشنبه ابر گل یخ", "سه‌شنبه ابر گل یخ"),
    ],
)
def test_a_receipt_is_found_however_it_is_written(written: str, meant: str) -> None:
    assert receipt_fingerprint(written) == receipt_fingerprint(meant)


def test_order_and_number_of_words_count() -> None:
    assert receipt_fingerprint("a b c d") != receipt_fingerprint("b a c d")
    assert not is_receipt("one two three")
