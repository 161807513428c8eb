"""The repository holds sources only, and nothing that is true of one machine."""

import pytest

from tests.guards.layers import ROOT
from tests.guards.repository import INDEX_HOST, INDEX_OPTION, problems_of, tracked


def test_only_sources_are_kept():
    files = {str(file.relative_to(ROOT)): file for file in tracked()}

    assert files
    found = [line for name, file in files.items() for line in problems_of(name, file.read_bytes())]
    assert found == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("requirements.txt", b"flask @ https://example.org/flask.whl"),
        ("script/setup", f"pip install --{INDEX_OPTION} there flask".encode()),
        ("README.md", f"see https://{INDEX_HOST}.example.org/flask".encode()),
        ("script/demo", b"cd /%s/project" % b"root"),
        ("app/translations/es/LC_MESSAGES/messages.mo", b"words"),
        ("app/static/thing", b"\0\0"),
    ],
)
def test_what_does_not_belong_is_seen(name, content):
    assert problems_of(name, content) != []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("README.md", b"see https://example.org/"),
        ("docs/home.png", b"\x89PNG\0"),
        ("app/x.py", b"'/api/v1/referrals'"),
    ],
)
def test_what_belongs_is_let_be(name, content):
    assert problems_of(name, content) == []
