"""Real calls as signed referrals: what a row becomes, the pace, the patience, the sum."""

import gzip
import json
import time
from functools import partial
from itertools import count

import pytest
from click.testing import CliRunner

from app import create_app
from app.delivery.signatures import check, new_secret
from app.demo.keys import FILE_NAME, DispatchKeys
from app.foundation import clock
from app.foundation.settings import Settings
from app.referrals.commands import referrals_group
from app.referrals.payloads import read_referral
from app.referrals.replay import NEEDED, Offer, Pace, Replay, offer_of
from app.referrals.sender import HookSender, Unanswered

ROW = {
    "city": "San Diego CA",
    "id": "E2301",
    "received": "2023-01-01 00:00:05",
    "call_type": "620 NEIGHBOR",
    "lat": "32.71",
    "lon": "-117.16",
    "district": "523",
    "location": "100 05TH AVE",
    "priority": "3",
    "disposition": "CAN",
    "source": "",
}
SECRET = new_secret()


def sender_to(receiver, **options):
    return HookSender(receiver.url, "client", SECRET, pause=[].append, **options)


def table_of(folder, rows, name="calls.csv.gz"):
    lines = [",".join(NEEDED), *(",".join(row[name] for name in NEEDED) for row in rows)]
    path = folder / name
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


def run(receiver, table, *options):
    arguments = ["replay", str(table), "--url", receiver.url, "--client-id", "c", "--secret", SECRET]
    return CliRunner().invoke(referrals_group, [*arguments, *options])


def test_a_row_becomes_a_call_that_the_hook_can_read():
    call = read_referral(offer_of(ROW).body, now=clock.now())

    assert call.incident_id == "San Diego CA E2301"
    assert (call.told.lat, call.told.lon) == (32.71, -117.16)
    assert call.told.place_text == "100 05TH AVE, district 523, San Diego CA"
    assert (call.call_type, call.priority) == (("", "620 NEIGHBOR"), "3")


def test_what_was_done_about_a_call_is_not_told():
    assert b"CAN" not in offer_of({**ROW, "call_type": "", "disposition": "CANCELLED"}).body


@pytest.mark.parametrize("missing", [("lat",), ("lon",), ("lat", "lon")])
def test_a_missing_point_is_left_out_and_never_zero(missing):
    place = json.loads(offer_of({**ROW, **dict.fromkeys(missing, "")}).body)["location"]

    assert place == {"address": "100 05TH AVE, district 523, San Diego CA"}


def test_a_row_without_any_place_is_sent_all_the_same():
    nowhere = dict.fromkeys(("lat", "lon", "district", "location"), "")

    assert "location" not in json.loads(offer_of({**ROW, **nowhere}).body)


def test_the_same_row_is_always_the_same_message():
    assert offer_of(ROW).message_id == offer_of(dict(ROW)).message_id
    assert offer_of(ROW).message_id != offer_of({**ROW, "priority": "2"}).message_id


def test_a_pace_is_kept():
    pace, began = Pace(100), time.monotonic()
    for _ in range(21):
        pace.wait()

    assert 0.18 <= time.monotonic() - began <= 0.5


def test_trouble_is_tried_again_under_the_same_id_and_signed_afresh(receiver):
    receiver.answers.extend([503, 500, 201])
    with sender_to(receiver) as sender:
        answer = sender.post("", b"{}", message_id="one")

    assert (answer.status, answer.tries) == (201, 3)
    assert {one.headers["webhook-id"] for one in receiver.requests} == {"one"}
    for one in receiver.requests:
        problem = check(
            SECRET,
            message_id="one",
            timestamp=one.headers["webhook-timestamp"],
            signatures=one.headers["webhook-signature"],
            body=one.body,
            now=clock.now(),
        )
        assert problem is None


def test_what_is_never_answered_was_never_handed_over(receiver):
    receiver.answers.extend([503] * 4)
    with sender_to(receiver, tries=4) as sender, pytest.raises(Unanswered, match="HTTP 503"):
        sender.post("", b"{}", message_id="one")

    assert len(receiver.requests) == 4


def test_nobody_there_is_no_answer(receiver):
    with (
        HookSender("http://127.0.0.1:9", "c", SECRET, tries=2, pause=[].append) as sender,
        pytest.raises(Unanswered, match="ConnectError"),
    ):
        sender.post("", b"{}", message_id="one")


def test_a_refusal_is_an_answer_and_not_tried_again(receiver):
    receiver.answers.append(400)
    receiver.answer_body = b'{"type": "http://x/problems/invalid-request"}'
    with sender_to(receiver) as sender:
        answer = sender.post("", b"{}", message_id="one")

    assert (answer.status, answer.slug, len(receiver.requests)) == (400, "invalid-request", 1)


def test_a_replay_reads_the_table_only_as_fast_as_it_is_answered(receiver):
    read = count()

    def offers():
        for number in read:
            yield Offer(f"replay-{number}", b"{}")

    replay = Replay(lambda: sender_to(receiver), per_second=0, concurrency=2)
    for summary in replay.run(offers()):
        if summary.sent_count == 10:
            break

    assert next(read) <= 10 + 2 * 4 + 1


def test_the_command_sums_up_what_the_hook_said(receiver, tmp_path):
    receiver.answers.extend([201, 201, 503, 201])
    receiver.answer_body = b'{"decision": "review", "state": "in_review", "reason": "no_place"}'
    table = table_of(tmp_path, [{**ROW, "id": str(number)} for number in range(3)])

    said = run(receiver, table, "--concurrency", "1")

    assert said.exit_code == 0, said.output
    assert "3 calls in" in said.output
    assert "3  HTTP 201" in said.output
    assert "3  review    in_review         no_place" in said.output
    assert "1  tried again" in said.output
    assert "0  errors in the end" in said.output


def test_the_command_fails_when_a_call_was_not_answered_in_the_end(receiver, tmp_path, monkeypatch):
    monkeypatch.setattr("app.referrals.sender.FIRST_PAUSE_SECONDS", 0)
    receiver.answers.extend([503] * 6)
    table = table_of(tmp_path, [ROW, {**ROW, "id": "2"}])

    said = run(receiver, table, "--concurrency", "1")

    assert said.exit_code == 1
    assert "1  no answer: HTTP 503" in said.output
    assert "1  HTTP 200" in said.output


def test_the_command_stops_at_once_when_the_key_is_refused(receiver, tmp_path):
    receiver.answers.extend([401] * 100)
    table = table_of(tmp_path, [{**ROW, "id": str(number)} for number in range(100)])

    said = run(receiver, table, "--concurrency", "1")

    assert said.exit_code == 1
    assert "refuses this client" in said.output
    assert len(receiver.requests) < 20


def test_the_command_says_which_columns_are_missing(receiver, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")

    assert "no column city, id" in run(receiver, path).output


def run_app(make_app, receiver, table, *options, is_demo, **environment):
    """The command as an operator runs it, in an app of its own."""
    app = make_app(is_demo=is_demo)
    with app.app_context():
        words = ["referrals", "replay", str(table), "--url", receiver.url, *options]
        return app.test_cli_runner().invoke(args=words, env=environment)


@pytest.fixture
def make_app(tmp_path):
    """An app whose instance folder holds the keys of a demo's dispatch."""

    def make(*, is_demo, has_keys=True):
        if has_keys:
            keys = DispatchKeys("demo-client", SECRET, new_secret(), 5001, ())
            keys.save(tmp_path / FILE_NAME)
        url = f"sqlite:///{tmp_path}/none.sqlite"
        return create_app(Settings.for_tests(database_url=url, instance_path=tmp_path, is_demo=is_demo))

    return make


def was_signed_by(request, client_id, secret):
    """Whether a request names this client and its signature holds."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    problem = check(
        secret,
        message_id=headers["webhook-id"],
        timestamp=headers["webhook-timestamp"],
        signatures=headers["webhook-signature"],
        body=request.body,
        now=clock.now(),
    )
    return headers["webhook-client"] == client_id and problem is None


def test_in_a_demo_the_command_signs_as_its_dispatch(make_app, receiver, tmp_path):
    said = run_app(make_app, receiver, table_of(tmp_path, [ROW]), is_demo=True)

    assert said.exit_code == 0, said.output
    assert was_signed_by(receiver.requests[0], "demo-client", SECRET)


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_environment_gives_the_key_before_the_demo(make_app, receiver, tmp_path, is_demo):
    other = new_secret()
    keys = {"REPLAY_CLIENT_ID": "other", "REPLAY_SECRET": other}

    said = run_app(make_app, receiver, table_of(tmp_path, [ROW]), is_demo=is_demo, **keys)

    assert said.exit_code == 0, said.output
    assert was_signed_by(receiver.requests[0], "other", other)


@pytest.mark.parametrize(
    ("is_demo", "has_keys", "options"),
    [
        (False, True, ()),
        (True, False, ()),
        (False, True, ("--client-id", "c")),
        (False, True, ("--secret", SECRET)),
    ],
)
def test_without_a_key_the_command_says_what_to_give(
    make_app, receiver, tmp_path, is_demo, has_keys, options
):
    table = table_of(tmp_path, [ROW])

    said = run_app(partial(make_app, has_keys=has_keys), receiver, table, *options, is_demo=is_demo)

    assert said.exit_code == 2
    assert all(
        word in said.output for word in ("--client-id", "--secret", "REPLAY_CLIENT_ID", "REPLAY_SECRET")
    )
    assert receiver.requests == []
