"""What only the owner of the tables does while the app is somebody else: migrations, backups, cleaning."""

from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import text

from app import create_app
from app.accounts.permissions import Role
from app.foundation.db import db
from app.foundation.settings import Settings
from app.vault import cleaning
from app.vault.row_commands import check_rows
from tests.support.backups import run
from tests.support.owners import app_role
from tests.support.people import make_account


def test_the_owner_migrates_guards_backs_up_and_restores_for_an_app_that_owns_nothing(
    new_database_url, tmp_path
):
    for is_first in (True, False):
        owner_url, folder = new_database_url("postgresql"), tmp_path / str(is_first)
        folder.mkdir()
        with app_role(owner_url) as url:
            urls = {"database_url": url, "database_owner_url": owner_url}
            app = create_app(Settings.for_tests(**urls, instance_path=folder))
            with app.app_context():
                if is_first:
                    _fill(app, tmp_path / "backup")
                else:
                    run(app, "restore", str(tmp_path / "backup"))
                assert str(check_rows()).startswith("Rows: guarded by PostgreSQL")
                before = _file_of_keys()
                assert cleaning.clean()
                assert _file_of_keys() != before  # a role that is not the owner would only be warned
                db.session.remove()
                db.engine.dispose()


def _fill(app, file: Path) -> None:
    upgrade()
    assert run(app, "guard-rows") == "Rows: guarded anew.\n"
    make_account(Role.ANALYST)
    db.session.commit()
    run(app, "backup", str(file))


def _file_of_keys() -> int:
    return db.session.scalar(text("SELECT pg_relation_filenode('data_keys')"))
