"""Loading the invented city: what is there stays, so that it can be loaded again at any time."""

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import select

from app.accounts.actions import create_account
from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.audit.trail import SYSTEM
from app.demo.calls import new_dice
from app.demo.keys import FILE_NAME
from app.demo.los_angeles import OFFICE, PEOPLE, load_city, load_people
from app.demo.parts.dispatch_client import find_spots, put_client
from app.demo.parts.handoffs import Connector, load_handoffs
from app.demo.parts.inputs import Reader, load_inputs, show_receipt
from app.demo.parts.past_calls import fill_past_shifts, has_past_calls, load_past_calls, past_for
from app.demo.parts.plans import Writer, load_plans
from app.demo.parts.services import load_services
from app.demo.parts.waiting_calls import leave_waiting
from app.foundation import clock
from app.foundation.db import db
from app.places.queries import NEIGHBORHOOD, list_areas
from app.roster.models import Organization

SEED = 2026
SIGN_IN_FILE = "demo-sign-in.json"
DEMO_DOMAIN = "@demo.example"
WATCH_EMAIL = f"watch{DEMO_DOMAIN}"


@dataclass(frozen=True)
class Size:
    """How much of a city: calls in ninety days, and places where calls come from."""

    call_count: int
    spot_count: int
    input_count: int
    handoff_count: int


SIZES = {"small": Size(300, 60, 28, 8), "city": Size(3000, 300, 280, 80)}
OTHER_UNITS = 6


@dataclass(frozen=True)
class SignIn:
    """What somebody who tries the demo signs in with."""

    role: str
    email: str
    password: str


class Loader:
    """One load of a city. Iterate `run()`; afterwards `sign_ins` holds who can sign in."""

    def __init__(self, size: Size, folder: Path, callback_port: int) -> None:
        self._size, self._folder, self._port = size, folder, callback_port
        self.unit_count = size.call_count + size.input_count + OTHER_UNITS
        self.sign_ins: list[SignIn] = []
        self.receipt = ""

    def run(self) -> Iterator[int]:
        """Load part after part, each kept before the next; yields how many units are done now."""
        password = keep_password(self._folder / SIGN_IN_FILE)
        load_city(password)
        people = load_people(password)
        self.sign_ins = [SignIn(role, email, password) for email, role in people]
        watch = _put_watch()
        db.session.commit()
        yield 2
        fill_past_shifts(clock.now())
        dice = new_dice(SEED)
        keys_path = self._folder / FILE_NAME
        client, keys = put_client(keys_path, self._port, find_spots(dice, self._size.spot_count))
        db.session.commit()
        keys.save(keys_path)
        yield 2
        past = past_for(client, watch, keys.spots, dice, _visitors())
        if has_past_calls(client.id):
            yield self._size.call_count
        else:
            for _ in load_past_calls(past, self._size.call_count):
                yield 1
        leave_waiting(past)
        db.session.commit()
        yield 1
        for _ in self._residents(dice):
            yield 1
        self.receipt = show_receipt()
        db.session.commit()
        load_services(_person(Role.COUNTY_PARTNER))
        load_handoffs(Connector(_person(Role.COUNTY_PARTNER), dice, clock.now()), self._size.handoff_count)
        db.session.commit()
        yield 1

    def _residents(self, dice: Random) -> Iterator[None]:
        """What residents told us, and the plans that came of it."""
        office, areas = actor_of(_person(Role.OFFICE_STAFF)), list_areas(NEIGHBORHOOD)
        ids = {area.name: area.id for area in areas}
        load_plans(Writer(office, ids, clock.now()))
        yield from load_inputs(Reader(office, ids, dice, clock.now()), self._size.input_count)


def keep_password(path: Path) -> str:
    """The password of all invented people: made once, kept for their owner's eyes."""
    if not path.exists():
        path.touch(mode=0o600)
        password = os.environ.get("DEMO_PASSWORD") or f"demo-{secrets.token_hex(4)}"
        path.write_text(json.dumps({"password": password}), encoding="utf-8")
    return str(json.loads(path.read_text(encoding="utf-8"))["password"])


def has_real_people() -> bool:
    """Whether anybody works here who is not invented: then no invented city is put among them."""
    real = select(Account.id).where(Account.email.not_like(f"%{DEMO_DOMAIN}"))
    return db.session.scalar(real.limit(1)) is not None


def _visitors() -> list[Account]:
    emails = [person.email for person in PEOPLE]
    return list(db.session.scalars(select(Account).where(Account.email.in_(emails)).order_by(Account.email)))


def _person(role: Role) -> Account:
    """The visitor with this role."""
    return next(account for account in _visitors() if account.role is role)


def _put_watch() -> Account:
    """The coordinator who kept watch before the visitor came. Nobody signs in as them."""
    known = db.session.scalars(select(Account).where(Account.email == WATCH_EMAIL)).one_or_none()
    return known or create_account(
        email=WATCH_EMAIL,
        name="Noor Haidari",
        role=Role.COORDINATOR,
        password=secrets.token_urlsafe(32),
        actor=SYSTEM,
        organization_id=db.session.scalar(select(Organization.id).where(Organization.name == OFFICE)),
    )
