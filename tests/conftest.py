"""The world of the tests: fixtures live in tests/support, by noun."""

import os
import sys

# Some machines tell Python to keep nothing that it has compiled. Each process of the suite would then
# compile every test anew, which takes longer than finding the tests.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

import hypothesis  # noqa: E402
import pytest  # noqa: E402

from app.foundation import disk  # noqa: E402

pytest.register_assert_rewrite("tests.support")

pytest_plugins = [
    "tests.support.passwords",
    "tests.support.databases",
    "tests.support.backups",
    "tests.support.people",
    "tests.support.browser",
    "tests.support.counting",
    "tests.support.city",
    "tests.support.migrating",
    "tests.support.policies",
    "tests.support.referrals",
    "tests.support.receiver",
    "tests.support.whole_run",
]

hypothesis.settings.register_profile("ours", deadline=None, max_examples=50)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=50, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "ours")

disk.ENOUGH_FOR_CALLS = 0.0  # the hook is tested on machines whose disk is nearly full too


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first: no process is still busy with one when all others have run out of work."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
