"""The colours can be read: every pair of roles holds in both themes, and the table says so truly."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOKENS = ROOT / "app/static/css/tokens.css"


def check(file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "script/contrast"), "--check", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_pair_of_colours_holds_and_its_table_is_fresh():
    answer = check(TOKENS)

    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        ("--ink-2: #47544c;", "--ink-2: #97a49c;", "ink-2 on ground"),
        ("--alarm: #cc352b;", "--alarm: #cc352c;", "the two dark blocks differ: alarm"),
        ("--on-due: #15211b;", "", "not in both themes: on-due"),
        ("text ink on ground", "text ink in ground", "the table is stale"),
    ],
)
def test_a_weaker_copy_is_refused(tmp_path, was, becomes, complaint):
    css = TOKENS.read_text(encoding="utf-8")
    assert was in css
    weaker = tmp_path / "tokens.css"
    weaker.write_text(css.replace(was, becomes, 1), encoding="utf-8")

    answer = check(weaker)

    assert answer.returncode == 1
    assert complaint in answer.stdout


def test_the_order_names_every_sheet_once_and_the_tokens_first():
    sheets = TOKENS.parent.glob("*.css")
    order = (TOKENS.parent / "order.txt").read_text(encoding="utf-8").split()

    assert sorted(order) == sorted(sheet.name for sheet in sheets)
    assert order[0] == "tokens.css"


def test_no_sheet_but_the_tokens_names_a_colour_or_a_side():
    physical = ("left:", "right:", "margin-left", "margin-right", "padding-left", "padding-right")
    for sheet in TOKENS.parent.glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not [word for word in physical if word in text], sheet.name
        if sheet.name not in {"tokens.css", "paper.css"}:
            assert "#" not in text.replace("url(#hatch)", ""), sheet.name
