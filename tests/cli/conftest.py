from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.application import Application
from webui import cli
from webui.cli.options import open_application, settings

Idflow = Callable[..., Result]


@pytest.fixture
def idflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Idflow:
    """Runs the command with its data in a temporary folder."""
    monkeypatch.setenv("IDFLOW_DATA", str(tmp_path / "var"))

    def run(*arguments: object, typed: str = "") -> Result:
        return CliRunner().invoke(cli.idflow, [str(each) for each in arguments], input=typed)

    return run


@pytest.fixture
def application(idflow: Idflow) -> Callable[[], object]:
    """Opens the installation that the commands work on."""

    @contextmanager
    def opened() -> Iterator[Application]:
        application = open_application(settings())
        try:
            yield application
        finally:
            application.close()

    return opened
