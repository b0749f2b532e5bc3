"""*.journeytest.yaml as tests of pytest: one each, run as `idflow test` runs them."""

from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Any

import pytest

from engine.journey_test import JourneyTest, JourneyTestInvalid
from webui.testing import files
from webui.testing.failures import OutsideCall
from webui.testing.plugin import REPORTING, WORKSHOP
from webui.testing.workshop import Workshop


class Differs(AssertionError):
    """A journey is not as its file says."""


class JourneyTestFile(pytest.File):
    """A file."""

    def collect(self) -> Iterator[pytest.Item]:
        """Return the tests in it."""
        try:
            tests = files.read(self.path)
        except JourneyTestInvalid as invalid:
            raise self.CollectError(invalid.message) from None
        for test in tests:
            yield JourneyTestItem.of(self, test)


class JourneyTestItem(pytest.Item):
    """A test."""

    test: JourneyTest

    @classmethod
    def of(cls, parent: JourneyTestFile, test: JourneyTest) -> "JourneyTestItem":
        """Return the item of a test."""
        made: JourneyTestItem = cls.from_parent(parent, name=test.name)
        made.test = test
        return made

    def runtest(self) -> None:
        """Run it."""
        config = self.config
        if WORKSHOP not in config.stash:
            config.stash[WORKSHOP] = Workshop(self._folder)
        ran = files.run(config.stash[WORKSHOP], self.test, self.path)
        if (reporting := config.stash.get(REPORTING, None)) is not None:
            reporting.take(self.nodeid, ran.reached)
        if not ran.outcome.ok:
            place = f"{self.path}:{ran.outcome.line or self.test.line}"
            told = f"{place}: {self.test.name}\n{ran.sentences}"
            picture = ran.picture(self._folder())
            raise Differs(f"{told}\ndiagram: {picture}" if picture else told)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what is said of a failure: of one that the file explains, no program."""
        if isinstance(excinfo.value, Differs | OutsideCall):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[PathLike[str], int | None, str]:
        """Return where it is."""
        return self.path, max(self.test.line - 1, 0), self.name

    def _folder(self) -> Path:
        asked: Path | None = self.config.option.bpmn_report
        if asked is not None:
            return asked.absolute()
        factory: pytest.TempPathFactory = self.config._tmp_path_factory  # type: ignore[attr-defined]  # noqa: SLF001 - a file has no fixtures
        return factory.getbasetemp() / "journeys"
