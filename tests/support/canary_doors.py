"""Canaries brought in by every door that seals: the hook, residents' forms, the pages of a case."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.accounts.permissions import Role
from app.cases.models import ConflictCase, Party
from app.delivery.models import Destination
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.handoffs.models import Handoff
from app.handoffs.rules import day_of
from app.places.models import Area
from app.roster.lanes import Lane
from tests.support.canaries import Canaries
from tests.support.cases import make_case
from tests.support.directory import make_partner, make_service
from tests.support.inputs import filled
from tests.support.people import PersonClient, make_account
from tests.support.places import make_area
from tests.support.plans import make_neighborhood
from tests.support.referrals import INSIDE, SAFE_ANSWERS, Dispatch, call, make_covering_team
from tests.support.roster import make_responder

ASK = dict.fromkeys(("weapons", "injuries", "threats", "couple", "children_at_risk"), "no")
CALM = "Argument about a fence, both calm, want to talk it over."


class Carrier:
    """Brings canaries in, and remembers every answer that should hold none."""

    def __init__(self, app: Flask, client_as: Callable[..., PersonClient], resident: PersonClient) -> None:
        self.app, self.client_as, self.resident = app, client_as, resident
        self.canaries = Canaries()
        self.answers: list[bytes] = []
        make_area()
        self.area: Area = make_neighborhood(lat=33.97)
        _, self.responder = make_covering_team(Lane.MEDIATION)
        self.keeper = make_responder(role=Role.MEDIATOR)
        partner = make_partner()
        self.service_id = make_service(partner=partner).id
        make_account(Role.COUNTY_PARTNER, organization_id=partner.id)
        db.session.commit()

    def bring_all(self) -> None:
        """Some five hundred, through every door."""
        dispatch = self._register()
        for _ in range(40):
            self.bring_call(dispatch)
        for _ in range(20):
            self.bring_request()
        for _ in range(30):
            self.bring_input()
        case = make_case(keeper=self.keeper, area=self.area)
        db.session.commit()
        self.bring_case_words(case)
        self.bring_accepted_call(dispatch)

    def _register(self) -> Dispatch:
        dispatch = Dispatch(self.app, "https://cad.example.gov/callbacks")
        self.canaries.others += [
            secret.removeprefix("whsec_") for secret in (dispatch.secret, dispatch.callback_secret) if secret
        ]
        assert db.session.scalar(select(Destination.id))
        return dispatch

    def _told(self) -> dict[str, Any]:
        new = self.canaries.new
        return call(
            narrative=f"{CALM} {new()}",
            callback=new()[:24],
            location={**INSIDE, "address": f"{new()} Street"},
            call_type={"code": "620N", "text": f"620 NEIGHBOR {new()}"},
            answers={**SAFE_ANSWERS, "wish": new(), "relation": new()},
        )

    def bring_call(self, dispatch: Dispatch) -> str:
        answer = dispatch.offer(self._told())
        assert answer.status_code == 201
        more = dispatch.tell(
            answer.json["id"], "updates", {"version": 2, "narrative": f"{CALM} {self.canaries.new()}"}
        )
        bad = dispatch.offer({**self._told(), "kind": self.canaries.new()})
        assert bad.status_code == 400
        self.answers += [one.data for one in (answer, more, bad)]
        return str(answer.json["id"])

    def bring_request(self) -> None:
        new = self.canaries.new
        told = {"words": f"{CALM} {new()}", "place": new(), "reach": new(), "when": new(), "language": "en"}
        answer = self.resident.post("/ask", data={"form_id": new_id(), "nature": "neighbor", **ASK, **told})
        assert answer.status_code == 200
        self.answers.append(answer.data)

    def bring_input(self) -> None:
        new = self.canaries.new
        answer = self.resident.post(
            f"/neighborhoods/{self.area.slug}/tell-us", data=filled(words=new(), place=new())
        )
        assert "receipt__words" in answer.text
        self.answers.append(answer.data)

    def bring_case_words(self, case: ConflictCase) -> None:
        """Who they are, what was said, what was promised, and what a partner may read."""
        keeper, new = self.client_as(self.keeper), self.canaries.new
        today = day_of(clock.now())
        for side in ("asked", "other") * 6:
            self._sent(
                keeper, f"/cases/{case.id}/people/new", side=side, language="en", name=new(), contact=new()
            )
        for _ in range(40):
            told = {"result": "talked", "heat": "calmer", "how": "visit", "again": "0", "words": new()}
            at = (clock.now() - timedelta(hours=12)).strftime("%Y-%m-%dT%H:%M")
            self._sent(keeper, f"/cases/{case.id}/contacts/new", client_key=new_id(), at=at, **told)
        for _ in range(20):
            self._sent(keeper, f"/cases/{case.id}/agreements/new", text=new(), reached_on=today.isoformat())
        self._bring_handoffs(case, keeper)

    def _bring_handoffs(self, case: ConflictCase, keeper: PersonClient) -> None:
        new, until = self.canaries.new, (day_of(clock.now()) + timedelta(days=30)).isoformat()
        party_id = db.session.scalars(select(Party.id).where(Party.case_id == case.id)).first()
        for _ in range(10):
            self._sent(
                keeper,
                f"/cases/{case.id}/service-referrals/new",
                party_id=party_id,
                service_id=self.service_id,
                need=new(),
                name=new(),
                contact=new(),
                how="aloud",
                said_by="person",
                shares=["need", "name", "contact"],
                until_on=until,
            )
        for handoff_id in list(db.session.scalars(select(Handoff.id))):
            self._sent(keeper, f"/service-referrals/{handoff_id}/send")

    def bring_accepted_call(self, dispatch: Dispatch) -> None:
        """A call that becomes ours, and its exact place with it."""
        new, coordinator = self.canaries.new, self.client_as(Role.COORDINATOR)
        told = call(callback=new(), location={**INSIDE, "address": f"{new()} Street, gate {new()}"})
        referral_id = dispatch.offer(told).json["id"]
        self.answers.append(coordinator.post(f"/board/{referral_id}/accept").data)
        assert dispatch.tell(referral_id, "confirm").json["custody"] == "office"
        self._sent(coordinator, f"/board/{referral_id}/send", account_id=self.responder.id)

    def _sent(self, client: PersonClient, path: str, **data: Any) -> None:
        answer = client.post(path, data=data)
        assert answer.status_code in {302, 303}, answer.text
        self.answers.append(answer.data + str(answer.headers).encode())
