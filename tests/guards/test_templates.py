"""Templates carry nothing dead: no import in vain, and a whole run renders every one (whole_run.py).

The kit shows every component.
"""

import re

from tests.guards.template_imports import read_templates, telling_titles, unshown_components, unused_imports
from tests.support.whole_run import unused_templates

WORDS_ARE_SEALED = (
    "cases/form.html",
    "handoffs/_form.html",
    "inputs/find.html",
    "inputs/own.html",
    "inputs/read.html",
    "policy/try.html",
    "referrals/ask.html",
)
"""Their words are sealed here, so a browser may not keep them in its own files, unsealed."""


def kept_by_browsers(source):
    """Forms with fields of their own that a browser fills in again, and so writes to its disk."""
    forms = re.findall(r'<form class="stack[^>]*>', source)
    assert forms
    return [form for form in forms if 'autocomplete="off"' not in form]


def test_no_browser_keeps_what_was_typed_where_words_are_sealed():
    templates = read_templates()

    assert [name for name in WORDS_ARE_SEALED if kept_by_browsers(templates[name])] == []


def test_a_form_that_a_browser_would_keep_is_seen():
    assert kept_by_browsers('<form class="stack-5" method="post" novalidate>')


def test_no_template_imports_in_vain():
    assert unused_imports(read_templates()) == []


def test_an_import_in_vain_is_seen():
    templates = {
        "a.html": '{% from "components/tag.html" import tag, lane as lane_tag %}{{ tag("open") }}',
        "b.html": '{% import "components/tag.html" as tags %}{{ tags.tag("open") }}',
    }

    assert unused_imports(templates) == ["a.html imports lane_tag in vain"]


def test_the_kit_shows_every_component():
    assert unshown_components(read_templates()) == []


def test_a_component_that_the_kit_leaves_out_is_seen():
    templates = {
        "components/person.html": "{% macro who() %}{% endmacro %}{% macro person() %}{% endmacro %}",
        "components/tag.html": "{% macro tag(words) %}{% endmacro %}",
        "kit/words.html": '{% from "components/person.html" import person as row %}{{ row() }}',
        "cases/case.html": '{% from "components/tag.html" import tag %}{{ tag("open") }}',
    }

    assert unshown_components(templates) == [
        "components/person.html: who is not in the kit",
        "components/tag.html: tag is not in the kit",
    ]


def test_no_title_tells_whose_case_it_is():
    assert telling_titles(read_templates()) == []


def test_a_title_that_tells_is_seen():
    templates = {
        "cases/case.html": "{% block title %}{{ case.title }}{% endblock %}",
        "handoffs/show.html": '{% block title %}{{ _("Work") }} · {{ bird }}{% endblock %}',
        "assignments/today.html": '{% block title %}{{ _("Work") }}{% endblock %}',
        "assignments/slip.html": "<title>Mediation</title>",
        "plans/plan.html": "{% block title %}{{ plan.name }}{% endblock %}",
    }

    assert [one.split(":")[0] for one in telling_titles(templates)] == [
        "cases/case.html",
        "handoffs/show.html",
        "assignments/slip.html",
    ]


def test_an_unrendered_template_is_seen(tmp_path):
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases/show.html").touch()
    (tmp_path / "staff.html").touch()

    assert unused_templates(tmp_path, {"staff.html"}) == ["cases/show.html"]
