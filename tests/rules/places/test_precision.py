"""A block is a fixed square: the same for everyone in it, so asking again tells nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.places.precision import block_of


@pytest.mark.parametrize(
    ("point", "block"),
    [
        ((34.0451, -118.2435), (34.045, -118.243)),
        ((34.0459, -118.2421), (34.045, -118.243)),
        ((34.046, -118.242), (34.047, -118.241)),
        ((-34.0451, 118.2435), (-34.045, 118.243)),
    ],
)
def test_a_point_is_told_as_the_middle_of_its_block(point, block):
    assert block_of(*point) == block


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_the_block_is_near_and_of_itself(lat, lon):
    block = block_of(lat, lon)

    assert max(abs(block[0] - lat), abs(block[1] - lon)) <= 0.001 + 1e-6
    assert block_of(*block) == block
