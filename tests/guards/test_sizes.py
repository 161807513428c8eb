"""No file grows past 300 lines without saying why."""

from tests.guards.sizes import MAY_BE_LONG, lengths, too_long


def test_no_file_is_too_long():
    assert too_long(lengths()) == []


def test_every_exception_is_still_needed():
    files = lengths()

    assert [name for name in MAY_BE_LONG if not too_long({name: files.get(name, 0)}, {})] == []


def test_a_long_file_is_seen():
    assert too_long({"app/cases/views.py": 301, "app/cases/rules.py": 300}, {}) == [
        "app/cases/views.py: 301 lines"
    ]
    assert too_long({"app/cases/views.py": 301}, {"app/cases/views.py": "one table"}) == []
