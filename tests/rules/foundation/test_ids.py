"""Ids sort in the order in which they were made, and are all different, in every process."""

import os
from itertools import pairwise

from app.foundation.ids import ID_LENGTH, new_id

MANY = 200


def test_ids_sort_as_they_were_made_within_a_millisecond_too():
    made = [new_id() for _ in range(5_000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {len(one) for one in made} == {ID_LENGTH}


def test_the_next_id_cannot_be_counted_to():
    made = [new_id() for _ in range(100)]

    assert all(one[:-1] != another[:-1] for one, another in pairwise(made))


def test_processes_of_one_parent_never_say_the_same():
    """Whatever random bits the parent has in hand are not a child's to use."""
    new_id()
    one, another = _made_in_a_child(), _made_in_a_child()

    assert not one & another
    assert not one & {_random_part(new_id()) for _ in range(MANY)}


def _made_in_a_child():
    """The random parts of what a child process names."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, "\n".join(_random_part(new_id()) for _ in range(MANY)).encode())
        os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read) as told:
        return set(told.read().split("\n"))


def _random_part(name):
    """The last 50 bits are random even where the moment is the same."""
    return name[-10:]
