"""Common Ground: the working platform of a city's Office of Violence Prevention."""

import gc

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from app import cli, navigation
from app.accounts import access, files, sign_in
from app.accounts import admin_views as accounts_door
from app.accounts import retention as accounts_kept
from app.assignments import views as assignments_door
from app.audit import views as audit_trail_door
from app.board import act_views as board_door
from app.cases import retention as cases_kept
from app.cases import views as cases_door
from app.delivery import retention as delivery_kept
from app.delivery import views as delivery_door
from app.demo import kit
from app.developers import views as developers_door
from app.directory import views as directory_door
from app.foundation import assets, http, i18n, logs, office, owner, reader
from app.foundation.cookies import SESSION_COOKIE, cookie_name
from app.foundation.db import db, prepare_engine
from app.foundation.settings import Settings
from app.handoffs import partner_views as handoffs_door
from app.handoffs import retention as handoffs_kept
from app.inputs import retention as inputs_kept
from app.inputs import views as inputs_door
from app.maps import views as maps_door
from app.plans import views as plans_door
from app.referrals import asking_api as referrals_hook
from app.referrals import conveyance_api as conveyance_door
from app.referrals import eido_api as eido_door
from app.referrals import retention as referrals_kept
from app.referrals import views as referrals_door
from app.referrals.api import incidents
from app.reports import views as reports_door
from app.roster import views as roster_door
from app.triage import explained_views as explained_door
from app.triage import policy_views as policy_door
from app.triage import screening
from app.vault import erasures, keyring, period_keys
from app.vault import views as vault_door
from app.vault.records import take_over

DOORS = (
    referrals_hook.bp,
    incidents,
    referrals_hook.intake_door,
    conveyance_door.bp,
    eido_door.bp,
    referrals_door.bp,
    policy_door.bp,
    explained_door.bp,
    assignments_door.bp,
    cases_door.bp,
    handoffs_door.bp,
    inputs_door.bp,
    plans_door.bp,
    roster_door.bp,
    directory_door.bp,
    board_door.bp,
    maps_door.bp,
    reports_door.bp,
    audit_trail_door.bp,
    vault_door.bp,
    delivery_door.bp,
    accounts_door.bp,
    navigation.bp,
    developers_door.bp,
    kit.bp,
)
KEPT_FOR_A_TIME = (
    *referrals_kept.RECORDS,
    *cases_kept.RECORDS,
    *handoffs_kept.RECORDS,
    *inputs_kept.RECORDS,
    *delivery_kept.RECORDS,
    *accounts_kept.RECORDS,
    *period_keys.RECORDS,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The table of contents: settings, machinery, then every door in the order of the journey."""
    settings = settings or Settings.from_environment()
    app = Flask(__name__, template_folder="../templates", instance_path=str(settings.instance_path))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SESSION_COOKIE_NAME=cookie_name(SESSION_COOKIE, is_secure=settings.secure_cookies),
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        WTF_CSRF_TIME_LIMIT=None,  # bound to the session: a long shift or a slow writer must not lose words
    )
    app.extensions["settings"] = settings
    office.name_office(settings.public_url)
    keyring.load_keys(
        key_encryption_key=settings.key_encryption_key,
        blind_index_key=settings.blind_index_key,
        old_key_encryption_keys=settings.old_key_encryption_keys,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    logs.prepare_logs(app)
    take_over(KEPT_FOR_A_TIME)
    prepare_database(app)
    i18n.prepare_languages(app)
    http.prepare_http(app)  # before any question who it is: what came in the clear is not even read
    files.prepare_files(app)  # before the forgery check, which reads the form
    access.prepare_access(app)
    assets.prepare_assets(app)
    navigation.prepare_navigation(app)
    for blueprint in DOORS:
        app.register_blueprint(blueprint)
    cli.prepare_commands(app)
    prepare_process()
    return app


def create_ready_app(settings: Settings | None = None) -> Flask:
    """The same for a process that serves: the first call that it takes waits for nothing to be loaded."""
    app = create_app(settings)
    with app.app_context():  # the version in force stands in the database
        screening.make_ready()
    sign_in.nobodys_hash()
    prepare_process()  # what was loaded lives as long as the process too
    return app


def prepare_process() -> None:
    """Collect less garbage.

    Almost nothing that a request makes refers to itself, so looking for such things every 700
    objects is time lost: a twelfth of a call to the hook.
    """
    gc.set_threshold(20_000, 20, 20)
    gc.collect()
    gc.freeze()  # what lives as long as the process is not looked through again at every collection


def prepare_database(app: Flask) -> None:
    """Bind the tables to their database, and migrations to `migrations/`."""
    db.init_app(app)
    Migrate(app, db, render_as_batch=True)
    with app.app_context():
        for engine in db.engines.values():
            prepare_engine(engine)
            reader.prepare_engine(engine)
        settings: Settings = app.extensions["settings"]
        owner.use_owner(settings.database_owner_url)
        erasures.use_ledger(settings.ledger_path, blind_index_key=settings.blind_index_key)
