"""The operators' command that screens a file of calls: its columns, its care, its refusals."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import create_app
from app.foundation.settings import Settings
from app.triage.commands import triage_group
from app.triage.policies import forget_policy, shipped_policy
from tests.support.policies import ZORPLE, make_active

CALL = {
    "id": "P1",
    "call_type": {"code": "507R", "text": "507 RADIO"},
    "priority": "NON-CODED",
    "narrative": "Loud radio from the garage next door. Asks for a mediator.",
    "modifiers": {"weapons": "none", "injuries": "none", "threats": "none", "language": "en"},
}
SHARED = Path(__file__).parents[3] / "shared" / "data" / "triage" / "examples_20.jsonl"


def predict(folder, *lines):
    """Runs the command on these lines; what it said, and the rows it wrote (None: no file)."""
    source, target = folder / "in.jsonl", folder / "out.jsonl"
    written = (
        line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() for line in lines
    )
    source.write_bytes(b"\n".join(written))
    said = CliRunner().invoke(triage_group, ["predict", str(source), str(target)])
    rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()] if target.exists() else None
    return said, rows


def with_modifiers(**changes):
    return CALL | {"modifiers": CALL["modifiers"] | changes}


def test_a_safe_call_is_an_accept_in_the_scorers_columns(tmp_path):
    said, rows = predict(tmp_path, CALL)

    assert said.output == f"1 screened by policy {shipped_policy().version}.\n"
    assert rows == [
        {
            "id": "P1",
            "decision": "accept",
            "team": "conflict_mediation",
            "flags": [],
            "reasons": [],
            "policy_version": shipped_policy().version,
        }
    ]


@pytest.mark.usefixtures("few_labelled")
def test_the_version_in_force_screens(app, tmp_path):
    version = make_active(ZORPLE)
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(CALL | {"narrative": f"{CALL['narrative']} He has a zorple."}), "utf-8")

    said = app.test_cli_runner().invoke(args=["triage", "predict", str(source), str(target)])

    assert said.exit_code == 0, said.output
    row = json.loads(target.read_text("utf-8"))
    assert (row["decision"], row["policy_version"]) == ("return", version.name)


@pytest.mark.one_database
@pytest.mark.parametrize("url", ["sqlite:///{}/empty.sqlite3", "postgresql://nobody@127.0.0.1:1/none"])
def test_without_a_database_the_policy_that_came_with_the_program_screens(tmp_path, url):
    settings = Settings.for_tests(database_url=url.format(tmp_path), instance_path=tmp_path)
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(CALL), "utf-8")
    forget_policy()

    with (created := create_app(settings)).app_context():
        said = created.test_cli_runner().invoke(args=["triage", "predict", str(source), str(target)])

    assert said.exit_code == 0, said.output
    assert "No database answers" in said.output
    assert json.loads(target.read_text("utf-8"))["policy_version"] == shipped_policy().version


def test_danger_is_seen_at_the_end_of_a_long_narrative(tmp_path):
    _, rows = predict(tmp_path, CALL | {"narrative": CALL["narrative"] * 200 + " Now he has a knife."})

    assert rows[0]["decision"] == "return"


def test_danger_is_a_return_and_says_why(tmp_path):
    _, rows = predict(tmp_path, with_modifiers(weapons="yes"))

    assert rows[0]["decision"] == "return"
    assert rows[0]["reasons"]


@pytest.mark.parametrize("question", ["weapons", "injuries", "threats"])
@pytest.mark.parametrize("answer", ["perhaps", "ask again", 7, ["no"]])
def test_an_answer_that_is_not_understood_is_never_an_accept(tmp_path, question, answer):
    _, rows = predict(tmp_path, with_modifiers(**{question: answer}))

    assert rows[0]["decision"] in {"review", "return"}


def test_lines_keep_their_order_and_empty_ones_are_passed_over(tmp_path):
    said, rows = predict(tmp_path, CALL, b"", CALL | {"id": "P2"}, b"  ")

    assert (said.exit_code, [row["id"] for row in rows]) == (0, ["P1", "P2"])


def test_a_line_separator_inside_a_text_ends_no_line(tmp_path):
    said, rows = predict(tmp_path, CALL | {"narrative": "Loud radio.\u2028Asks for\x85a mediator."})

    assert (said.exit_code, len(rows or [])) == (0, 1)


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[" * 50_000,
        b"[]",
        b"null",
        b"\xff",
        {"narrative": "Mrs Invented"},
        CALL | {"id": ""},
        CALL | {"id": 7},
        CALL,  # the second of the same id
        CALL | {"id": "P2", "call_type": "507R"},
        CALL | {"id": "P2", "call_type": {"code": 507}},
        CALL | {"id": "P2", "modifiers": ["none"]},
        CALL | {"id": "P2", "modifiers": {"language": 1}},
        CALL | {"id": "P2", "narrative": ["Mrs Invented"]},
        CALL | {"id": "P2", "priority": 3},
    ],
)
def test_a_bad_line_is_named_and_leaves_no_file(tmp_path, line):
    said, rows = predict(tmp_path, CALL, line, CALL | {"id": "P3"})

    assert (said.exit_code, rows) == (1, None)
    assert said.output.startswith("Error: in.jsonl")
    assert ", line 2: " in said.output or "not UTF-8" in said.output
    assert "Invented" not in said.output
    assert [file.name for file in tmp_path.iterdir()] == ["in.jsonl"]


def test_a_bad_line_leaves_an_earlier_result_as_it_was(tmp_path):
    predict(tmp_path, CALL)

    _, rows = predict(tmp_path, CALL | {"id": "P9"}, b"{")

    assert [row["id"] for row in rows] == ["P1"]


def test_a_folder_that_is_not_there_is_said(tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps(CALL))

    said = CliRunner().invoke(triage_group, ["predict", str(source), str(tmp_path / "none" / "out.jsonl")])

    assert said.exit_code == 1
    assert "No such file or directory" in said.output


@pytest.mark.skipif(not SHARED.is_file(), reason=f"the labelled examples are not at {SHARED}")
def test_no_critical_example_is_accepted(tmp_path):
    examples = [json.loads(line) for line in SHARED.read_text("utf-8").splitlines()]

    _, rows = predict(tmp_path, *examples)

    accepted = {row["id"] for row in rows if row["decision"] == "accept"}
    assert [row["id"] for row in rows] == [one["id"] for one in examples]
    assert not accepted & {one["id"] for one in examples if one["critical"]}
