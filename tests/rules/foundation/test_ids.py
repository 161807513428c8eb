"""Ids sort in the order in which they were made, and are all different."""

from itertools import pairwise

from app.foundation.ids import ID_LENGTH, new_id


def test_ids_sort_as_they_were_made_within_a_millisecond_too():
    made = [new_id() for _ in range(5_000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {len(one) for one in made} == {ID_LENGTH}


def test_the_next_id_cannot_be_counted_to():
    made = [new_id() for _ in range(100)]

    assert all(one[:-1] != another[:-1] for one, another in pairwise(made))
