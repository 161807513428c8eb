"""The words of a note are found whatever markup stands between them, and nothing said is dropped."""

from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.referrals.eido_notes import TAGS, words_of
from app.referrals.eido_parts import MAX_MARKUP, Notes
from app.referrals.payloads import InvalidPayload
from app.triage.policies import shipped_policy
from app.triage.policy import Then
from app.triage.reading import read
from tests.support.eido import changed
from tests.support.eido_reading import offered, read_document

COMMENTS = "/notesComponent/0/notesActionComments"
OF_HTML = st.sampled_from(sorted(TAGS - {"script", "style"}))
MADE_UP = st.from_regex(r"x[a-z]{2,8}", fullmatch=True).filter(lambda name: name not in TAGS)
ATTRIBUTES = st.sampled_from(["", ' class="a"', " id=b", " title='calm words'", ' href="/x" data-n="1"'])
FORMS = st.sampled_from(["<{0}{1}>", "</{0}>", "<{0}{1}/>", "<{0}{1} />", "<{0}{1}></{0}>", "<{0}\n{1}>"])


def words_in(html: str) -> str:
    return read_document(changed(offered(), COMMENTS, html)).told.narrative


def dangers_in(html: str) -> set[str]:
    """The danger words that a reader of the notes meets."""
    reading = read(words_in(html), shipped_policy())
    against = [one for one in reading.findings if one.then is not Then.NOTHING]
    return {word.folded for one in against for word in reading.words[one.first : one.last]}


@st.composite
def markup(draw: st.DrawFn) -> str:
    """Anything that stands between two words in the notes of some system."""
    names = draw(st.lists(OF_HTML | OF_HTML.map(str.upper) | MADE_UP, min_size=1, max_size=3))
    return "".join(draw(FORMS).format(name, draw(ATTRIBUTES)) for name in names)


@given(before=markup(), between=markup(), after=markup())
def test_two_words_are_found_whatever_tags_stand_between_them(before: str, between: str, after: str) -> None:
    assert dangers_in(f"{before}knife{between}bleeding{after}") >= {"knife", "bleeding"}


@pytest.mark.parametrize(
    "html",
    [
        "calm now at the fence<p>knife in his hand",
        "<td>Both calm</td><td>knife in his hand</td>",
        "<dl><dt>Note<dd>knife in his hand</dl>",
        "<ul><li>parking<li>knife</ul>",
        "parking<hr>knife",
        "<pre>parking</pre>knife",
        "<section>parking</section>knife",
        "calm<!-- typed by hand -->knife",
        "calm<![CDATA[knife]]>",
        "Both are calm <script>knife in his hand",
        "Both are calm <style><p>knife in his hand",
        "Both are calm <!-- knife in his hand",
        "Both are calm <textarea>knife",
        "Both are calm <title>knife",
        "Male with <knife> at the fence",
        "Male with < knife at the fence",
        "Male with <a knife> at the fence",
        "Male with <b knife in his hand",
        "Male with <i title=a knife> at the fence",
        "3 < 4 people, one > 2 knife",
        "kn<b>ife</b> at the fence",
        "k<span class='x'>ni</span><i>fe</i> at the fence",
        "kn<wbr>ife at the fence",
    ],
)
def test_no_markup_hides_a_danger(html: str) -> None:
    assert "knife" in dangers_in(html)


@pytest.mark.parametrize(
    "html",
    [
        "Are they calm? No<p>weapons seen",
        "<td>Calm: no</td><td>weapons seen</td>",
        "<li>Calm? No<li>weapons seen",
        "Calm? No<br/>weapons seen",
    ],
)
def test_an_answer_does_not_run_from_one_line_into_the_next(html: str) -> None:
    assert "weapons" in dangers_in(html)


def test_what_is_no_word_is_not_kept() -> None:
    html = (
        '<p class="note">Two are <b>loud</b>.</p><script>knife()</script>'
        "<STYLE type='text/css'>p{}</STYLE><img src=x onerror=knife()>&lt;i&gt;&nbsp;&amp; more"
    )
    assert words_in(html) == "Two are loud.\n<i>\xa0& more"


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a",
        '<a x="',
        "<a x=1 ",
        "<a ",
        "<script>",
        "<!--",
        "&lt",
        "a<b>b</b>",
        "\ue000",
        "x",
        " ",
        "<p>\n",
    ],
)
def test_a_hostile_note_takes_no_longer_than_another(piece: str) -> None:
    """As long as a note may be. Were any piece of it read twice for every other, this took minutes."""
    note = Notes.model_validate(
        offered()["notesComponent"][0] | {"notesActionComments": piece * (MAX_MARKUP // len(piece))}
    )
    started = process_time()
    with suppress(InvalidPayload):
        words_of([note])
    assert process_time() - started < 3
