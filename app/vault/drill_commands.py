"""The subpoena drill: what the most powerful operator, with all keys, could hand over today.

Twelve demands as they come: of a person, an address, a mediator, a case, a day, the whole copy. Each
answer says field by field what is there, and what is not and why. Values are printed only on
demand, to the operator's own terminal.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import Column, ColumnElement, Table, func, select

from app.assignments.models import Assignment
from app.audit.catalogue import What
from app.audit.trail import SYSTEM, record
from app.cases.contact_models import Contact
from app.cases.models import ConflictCase, Party
from app.delivery.models import OutboxMessage
from app.foundation import clock
from app.foundation.db import db
from app.foundation.office import LOS_ANGELES
from app.referrals.models import Referral, ReferralMessage
from app.vault.callbacks import fingerprints_of
from app.vault.models import DataKey
from app.vault.readable import Readable, count_unreadable, read_all


@dataclass(frozen=True)
class Asked:
    """What the demands name. What is left out is chosen from the database, so that a drill asks something."""

    phone: str = "555-0142"
    address: str = "4417 Sorrel Place"
    person: str = "Quetzalina"
    mediator_id: str | None = None
    case_id: str | None = None
    closed_case_id: str | None = None
    session_id: str | None = None
    incident_id: str | None = None
    day: datetime | None = None
    area_id: str | None = None


@dataclass(frozen=True)
class There:
    """A field that there is something in. `is_content`: a person's words, name, number or place."""

    field: str
    values: list[Any]
    is_content: bool = False


@dataclass
class Answer:
    """One demand and all that can be said to it."""

    demand: str
    there: list[There] = field(default_factory=list)
    not_there: list[str] = field(default_factory=list)

    def plain(self, name: str, values: Iterable[Any]) -> None:
        if found := [value for value in values if value is not None]:
            self.there.append(There(name, found))

    def opened(self, found: Iterable[Readable]) -> None:
        by_field: dict[str, list[Any]] = {}
        for one in found:
            by_field.setdefault(one.field, []).append(one.text)
        self.there += [There(name, texts, is_content=True) for name, texts in sorted(by_field.items())]


def answer_all(asked: Asked, now: datetime) -> list[Answer]:
    """All twelve answers, in order. Opens every sealed field that opens, once."""
    words = list(read_all())
    return [demand(asked, words, now) for demand in _DEMANDS]


def _about_phone(asked: Asked, words: list[Readable], now: datetime) -> Answer:
    answer = Answer("All records about one telephone number")
    known = Referral.callback_fingerprint.in_(fingerprints_of(asked.phone))
    answer.plain("referrals.id (by fingerprint)", db.session.scalars(select(Referral.id).where(known)))
    answer.opened(_saying(words, asked.phone))
    answer.not_there += [
        "A list of numbers: a number is sealed with its call or case and goes with it.",
        "Calls older than 90 days: their fingerprint is emptied.",
    ]
    return answer


def _at_address(asked: Asked, words: list[Readable], now: datetime) -> Answer:
    answer = Answer("Who was at one address")
    answer.opened(_saying(words, asked.address))
    answer.not_there.append("A column of addresses or points: both are sealed, outside is only the area.")
    return answer


def _of_mediator(asked: Asked, words: list[Readable], now: datetime) -> Answer:
    answer = Answer("All cases of one mediator")
    busiest = select(Assignment.account_id).group_by(Assignment.account_id).order_by(func.count().desc())
    who = asked.mediator_id or db.session.scalar(busiest.limit(1))
    theirs = select(Assignment.case_id).where(Assignment.account_id == who, Assignment.case_id.is_not(None))
    _case_rows(answer, ConflictCase.id.in_(theirs))
    _words_of_cases(answer, ConflictCase.id.in_(theirs), words)
    return answer


def _said_of_people(demand: str, *spoken: str) -> Callable[[Asked, list[Readable], datetime], Answer]:
    def answer_it(asked: Asked, words: list[Readable], now: datetime) -> Answer:
        answer = Answer(demand)
        columns = [
            f"{table.name}.{column.name}"
            for table in db.metadata.sorted_tables
            for column in table.columns
            if any(word in column.name for word in spoken)
        ]
        answer.plain("columns that ask for it", columns)
        answer.opened(one for word in spoken for one in _saying(words, word))
        answer.not_there.append("Such a column, list or mark: nobody is asked, and a test forbids it.")
        return answer

    return answer_it


def _case(demand: str, name: str) -> Callable[[Asked, list[Readable], datetime], Answer]:
    def answer_it(asked: Asked, words: list[Readable], now: datetime) -> Answer:
        answer = Answer(demand)
        of_case = ConflictCase.id == (getattr(asked, name) or db.session.scalar(_chosen(name, now)))
        _case_rows(answer, of_case)
        _words_of_cases(answer, of_case, words)
        if not any(one.is_content for one in answer.there):
            answer.not_there.append("Who, where, what was said, what was promised: the key is destroyed.")
        return answer

    return answer_it


def _chosen(name: str, now: datetime) -> Any:
    newest = select(ConflictCase.id).order_by(ConflictCase.opened_at.desc(), ConflictCase.id).limit(1)
    if name == "case_id":
        return newest.where(ConflictCase.closed_at.is_(None))
    return newest.where(ConflictCase.closed_at <= now - timedelta(days=31))


def _who_asked(asked: Asked, words: list[Readable], now: datetime) -> Answer:
    answer = Answer("Who asked for help on one day in one area")
    day = (asked.day or now - timedelta(days=1)).astimezone(LOS_ANGELES)
    begins = day.replace(hour=0, minute=0, second=0, microsecond=0)
    calls = select(Referral).where(
        Referral.received_at >= begins, Referral.received_at < begins + timedelta(days=1)
    )
    if asked.area_id:
        calls = calls.where(Referral.area_id == asked.area_id)
    found = db.session.scalars(calls.order_by(Referral.received_at, Referral.id)).all()
    for name in ("id", "received_at", "nature", "state", "area_id"):
        answer.plain(f"referrals.{name}", [getattr(one, name) for one in found])
    answer.opened(_under(words, {one.key_id for one in found}))
    answer.not_there.append("Who it was, once a day has passed since our yes or since the call ended.")
    return answer


def _session(asked: Asked, words: list[Readable], now: datetime) -> Answer:
    answer = Answer("The notes of one session")
    last = select(Contact.id).order_by(Contact.logged_at.desc(), Contact.id.desc()).limit(1)
    contact = db.session.get(Contact, asked.session_id or db.session.scalar(last) or "")
    if contact:
        for name in ("id", "at", "how", "result", "minutes"):
            answer.plain(f"contacts.{name}", [getattr(contact, name)])
        answer.opened(one for one in words if (one.table, one.row_id) == ("contacts", contact.id))
    answer.not_there.append("Recordings, transcripts, drafts: none are made.")
    return answer


def _inputs_by_person(asked: Asked, words: list[Readable], now: datetime) -> Answer:
    answer = Answer("All inputs by one person")
    answer.opened(one for one in _saying(words, asked.person) if one.table == "inputs")
    answer.not_there.append("An author: no name, no account, no device; of the receipt a fingerprint.")
    return answer


def _messages(asked: Asked, words: list[Readable], now: datetime) -> Answer:
    answer = Answer("All messages with dispatch about one incident")
    last = select(Referral.incident_id).where(Referral.client_id.is_not(None)).order_by(Referral.id.desc())
    incident = asked.incident_id or db.session.scalar(last.limit(1))
    calls = db.session.scalars(select(Referral.id).where(Referral.incident_id == incident)).all()
    theirs = db.session.scalars(select(ReferralMessage).where(ReferralMessage.referral_id.in_(calls))).all()
    for name in ("id", "kind", "received_at", "answer_status"):
        answer.plain(f"referral_messages.{name}", [getattr(one, name) for one in theirs])
    ours = select(OutboxMessage.kind).where(OutboxMessage.subject_id.in_(calls))
    answer.plain("outbox_messages.kind", db.session.scalars(ours))
    ids = {one.id for one in theirs} | set(calls)
    answer.opened(one for one in words if one.row_id in ids)
    return answer


def _everything(asked: Asked, words: list[Readable], now: datetime) -> Answer:
    answer = Answer("A copy of the whole database")
    for table in db.metadata.sorted_tables:
        count = db.session.scalar(select(func.count()).select_from(table)) or 0
        if count:
            answer.there.append(There(f"{table.name} (rows)", [count]))
    answer.opened(words)
    answer.not_there.append(f"{count_unreadable()} sealed fields whose key is destroyed.")
    return answer


_DEMANDS: tuple[Callable[[Asked, list[Readable], datetime], Answer], ...] = (
    _about_phone,
    _at_address,
    _of_mediator,
    _said_of_people("All gang members", "gang"),
    _said_of_people("All undocumented persons", "undocumented", "immigra", "nationalit"),
    _case("Everything about one open case", "case_id"),
    _case("Everything about a case closed 31 days ago", "closed_case_id"),
    _who_asked,
    _session,
    _inputs_by_person,
    _messages,
    _everything,
)


def _case_rows(answer: Answer, which: ColumnElement[bool]) -> None:
    cases = db.session.scalars(select(ConflictCase).where(which).order_by(ConflictCase.id)).all()
    for name in ("id", "title", "lane", "area_id", "state", "opened_at", "closed_at", "outcome"):
        answer.plain(f"conflict_cases.{name}", [getattr(one, name) for one in cases])
    birds = select(Party.bird).join(ConflictCase, ConflictCase.id == Party.case_id).where(which)
    answer.plain("parties.bird", db.session.scalars(birds.order_by(Party.id)))


def _words_of_cases(answer: Answer, which: ColumnElement[bool], words: list[Readable]) -> None:
    """What opens under any key of these cases: of all that belongs to them, and of their calls.

    The keys are found by what refers to them: a new kind of record is in the answer by itself.
    """
    cases = select(ConflictCase.id).where(which)
    calls = select(ConflictCase.referral_id).where(which)
    found = [
        select(column).where(which) for column in _key_columns(db.metadata.tables[ConflictCase.__tablename__])
    ]
    found += [select(Referral.key_id).where(Referral.id.in_(calls))]
    found += [
        select(column).where(table.c.case_id.in_(cases))
        for table in db.metadata.sorted_tables
        if "case_id" in table.columns
        for column in _key_columns(table)
    ]
    answer.opened(_under(words, {key_id for keys in found for key_id in db.session.scalars(keys)}))


def _key_columns(table: Table) -> list[Column[Any]]:
    """The columns in which a table names keys."""
    keys = db.metadata.tables[DataKey.__tablename__]
    return [column for column in table.columns if column.references(keys.columns.id)]


def _saying(words: Iterable[Readable], text: str) -> Iterable[Readable]:
    return (one for one in words if text.casefold() in one.text.casefold())


def _under(words: Iterable[Readable], key_ids: set[str]) -> Iterable[Readable]:
    return (one for one in words if one.key_id in key_ids)


@click.command("subpoena-drill")
@click.option("--phone", default=Asked.phone)
@click.option("--address", default=Asked.address)
@click.option("--person", default=Asked.person)
@click.option("--mediator", "mediator_id", help="Account id; the busiest when left out.")
@click.option("--case", "case_id", help="Id of an open case; the newest when left out.")
@click.option("--closed-case", "closed_case_id", help="Id of a case closed 31 days ago.")
@click.option("--session", "session_id", help="Id of a contact; the last when left out.")
@click.option("--incident", "incident_id", help="Dispatch's incident; the last when left out.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Yesterday when left out.")
@click.option("--area", "area_id", help="Id of an area; all when left out.")
@click.option("--show", is_flag=True, help="Print what was said, too: only where nobody looks on.")
@with_appcontext
def drill_command(*, show: bool, **named: Any) -> None:
    """Answer twelve demands with every key, and say what is there and what is not."""
    record(What.DRILL_RUN, actor=SYSTEM, subject_type="retention", subject_id="drill", shows_values=show)
    db.session.commit()
    for number, answer in enumerate(answer_all(Asked(**named), clock.now()), 1):
        click.echo(f"{number}. {answer.demand}")
        for one in answer.there:
            click.echo(f"   {'!' if one.is_content else ' '} {one.field}: {len(one.values)}")
            if show:
                for value in one.values:
                    click.echo(f"       {value}")
        for words in answer.not_there:
            click.echo(f"   - not there: {words}")
        if not answer.there:
            click.echo("     Nothing.")
    db.session.rollback()
