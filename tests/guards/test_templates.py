"""Templates carry nothing dead: no import in vain, and a whole run renders every one (whole_run.py).

The kit shows every component.
"""

from tests.guards.template_imports import read_templates, unshown_components, unused_imports
from tests.support.whole_run import unused_templates


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


def test_an_unrendered_template_is_seen(tmp_path):
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases/show.html").touch()
    (tmp_path / "staff.html").touch()

    assert unused_templates(tmp_path, {"staff.html"}) == ["cases/show.html"]
