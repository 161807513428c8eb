"""What only a run of the whole suite can tell: whether every template was rendered by some test.

The test processes tell the main one which templates they used; it compares them with
the folder when everything was run and passed.
"""

from pathlib import Path

import pytest

from tests.support import templates

TEMPLATES = Path(__file__).parents[2] / "templates"


def unused_templates(folder: Path, used: set[str]) -> list[str]:
    """Templates of the folder that no test has used."""
    return sorted(
        str(file.relative_to(folder))
        for file in folder.rglob("*.*")
        if str(file.relative_to(folder)) not in used
    )


def is_whole(config: pytest.Config) -> bool:
    """Whether nothing was left out: no path, no name, no mark was chosen."""
    chosen = config.option.keyword or config.option.markexpr or config.option.collectonly
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not chosen


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """A test process has ended: take over what it saw."""
    templates.used.update(getattr(node, "workeroutput", {}).get("templates", []))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In a test process hand over; in the main one judge."""
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["templates"] = sorted(templates.used)
        return
    if exitstatus != 0 or not is_whole(config):
        return
    if unused := unused_templates(TEMPLATES, templates.used):
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        for name in unused:
            reporter.write_line(f"templates/{name} is rendered by no test", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
