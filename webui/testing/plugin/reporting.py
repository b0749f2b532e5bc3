"""Coverage in pytest: collected from tests and from other processes, said at the end, and written into a folder."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from webui.testing.coverage import Coverage, Diagram
from webui.testing.coverage.choice import Choice
from webui.testing.coverage.folder import write
from webui.testing.coverage.table import table

_SENT = "idflow_coverage"


class Reporting:
    """What is registered when coverage or a report is asked for."""

    def __init__(self, config: pytest.Config) -> None:
        """Begin a run."""
        self._config = config
        self._coverage = Coverage()
        self._limit: float | None = config.option.bpmn_cov_fail_under
        self._choice = Choice([Path(each) for each in config.option.bpmn_cov if each], config.rootpath)

    def take(self, test: str, reached: Iterable[tuple[Diagram, Counter[str]]]) -> None:
        """Add what a test has reached."""
        for diagram, hits in reached:
            self._coverage.add(test, diagram, hits)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ARG002 - the hook's own
        """Take over what a process of pytest-xdist has collected."""
        if (sent := getattr(node, "workeroutput", {}).get(_SENT)) is not None:
            self._coverage.load(sent)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send what was collected to the process that tells it, or write it down and compare it with the limit."""
        if (output := getattr(self._config, "workeroutput", None)) is not None:
            output[_SENT] = self._coverage.dump()
            return
        self._coverage = self._choice.of(self._coverage)
        if (folder := self._config.option.bpmn_report) is not None:
            write(self._coverage, folder)
        if self._fell_short() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was reached, and what is missing."""
        terminalreporter.section("coverage of diagrams")
        for line in table(self._coverage):
            terminalreporter.line(line)
        if self._config.option.bpmn_report is not None:
            terminalreporter.line(f"Written to {self._config.option.bpmn_report / 'index.html'}")
        if self._fell_short():
            share = self._coverage.total()
            terminalreporter.line(
                f"{share.percent:.1f} % were reached, which is less than {self._limit:g} %.", red=True, bold=True
            )

    def _fell_short(self) -> bool:
        return self._limit is not None and (not self._coverage.diagrams or self._coverage.total().percent < self._limit)
