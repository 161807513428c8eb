"""The README says what the code says: the journey's steps and every setting."""

import pytest

from app.foundation.settings import Settings
from tests.guards.layers import ROOT, STEPS
from tests.guards.readme import journey_rows, journey_table, unnamed


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_journey_table_is_the_packages_own_words(readme):
    assert journey_rows(readme) == journey_table()


def test_a_changed_docstring_is_seen(tmp_path, readme):
    for step in STEPS:
        (tmp_path / "app" / step).mkdir(parents=True)
        (tmp_path / "app" / step / "__init__.py").write_text('"""Something else."""')

    assert journey_rows(readme) != journey_table(tmp_path)


def test_every_setting_is_named(readme):
    assert unnamed(Settings.names(), readme) == []


def test_an_unnamed_setting_is_seen():
    assert unnamed(["SECRET_KEY", "DATABASE_URL"], "Set `SECRET_KEY`.") == ["DATABASE_URL"]
