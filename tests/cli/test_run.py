"""`idflow run` as a newcomer starts it: a process of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

import pytest

import bpmn
from engine.application import Application
from engine.config import Settings
from engine.deployment import File
from engine.errors import IdflowError
from engine.store.models import InstanceStatus
from tests import stored
from tests.cli.conftest import Idflow
from tests.conftest import Demonstration
from tests.instances.drawing import drawn
from webui.cli.options import open_application

COMMAND = [sys.executable, "-c", "from webui.cli import main; main()"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "IDFLOW_DATA": str(tmp_path / "var"), "IDFLOW_PORT": "0", "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def started(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [*COMMAND, "run"],
        cwd=bpmn.FOLDER.parent,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


@pytest.fixture
def installed(tmp_path: Path, demonstration: Demonstration) -> Iterator[Application]:
    """An installation that has run before."""
    demonstration.copy(tmp_path / "var")
    application = open_application(Settings(data=tmp_path / "var"))
    yield application
    application.close()


def journey(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Journey: "):
            return line.removeprefix("Journey: ").strip()
    assert process.stderr is not None
    raise AssertionError(process.stderr.read())


def test_one_command_serves_the_first_journey_and_stops_when_told(
    started: subprocess.Popen[str], tmp_path: Path
) -> None:
    link = journey(started)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/t/[A-Za-z0-9_-]{43}", link)
    with urlopen(link) as response:  # noqa: S310 - our own server
        assert "Get Current TOTP Registration" in response.read().decode()
    assert (tmp_path / "var" / "idflow.sqlite3").exists()
    key = tmp_path / "var" / "keys" / "kek"
    assert key.stat().st_mode & 0o077 == 0
    started.send_signal(signal.SIGTERM)
    assert started.wait(timeout=60) == 0


@pytest.mark.parametrize("options", [[], ["--no-demo"]])
def test_the_first_run_prints_how_to_sign_in_and_no_other_does(environment: dict[str, str], options: list[str]) -> None:
    said = []
    for _ in range(2):
        with subprocess.Popen(
            [*COMMAND, "run", *options], cwd=bpmn.FOLDER.parent, env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            said.append(next(line for line in process.stdout if line.startswith("Backoffice: ")))
            process.kill()
    address = r"Backoffice: http://127\.0\.0\.1:\d+/backoffice/"
    assert re.fullmatch(address + r" — sign in as admin, one-time password [a-z2-9]{5}(-[a-z2-9]{5}){3}\n", said[0])
    assert re.fullmatch(address + r"\n", said[1])


@pytest.mark.sqlite("the program that runs has a file")
def test_it_works_the_jobs_that_are_due(started: subprocess.Popen[str], tmp_path: Path) -> None:
    journey(started)
    application = open_application(Settings(data=tmp_path / "var"))
    parts = ("start s", "throw t message M", "wait m message M", "end e", "s -> t", "t -> m", "m -> e")
    application.deploy([File("p.bpmn", drawn({"p": parts}))])
    instance_id = application.journeys.start("p", {"key": "k"}, b"b" * 32)
    until = monotonic() + 60
    while application.views.show(instance_id).record.status is InstanceStatus.ACTIVE and monotonic() < until:
        sleep(0.05)
    assert application.views.show(instance_id).record.status is InstanceStatus.COMPLETED
    application.close()


def refused(environment: dict[str, str]) -> str:
    """Run it where it ends by itself, and return what it says of that."""
    result = subprocess.run(
        [*COMMAND, "run"],
        cwd=bpmn.FOLDER.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "Journey" not in result.stdout
    return result.stderr


def test_a_wrong_key_refuses_to_start(installed: Application, environment: dict[str, str]) -> None:
    wrong = {**environment, "IDFLOW_KEY": "A" * 43 + "="}
    assert "[vault-key-wrong]" in refused(wrong | stored.environment(installed.database))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IDFLOW_PORT", "http"),
        ("IDFLOW_THREADS", "0"),
        ("IDFLOW_PUBLIC_URL", "ftp://x"),
        ("IDFLOW_TIME_ZONE", "Mars/Olympus"),
        ("IDFLOW_TRUSTED_PROXY", "proxy.example"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    idflow: Idflow, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    refused = idflow("run").exception
    assert isinstance(refused, IdflowError)
    assert name in refused.message


def test_a_port_that_is_taken_is_a_clear_error(installed: Application, environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        taking = {**environment, "IDFLOW_PORT": port} | stored.environment(installed.database)
        assert f"port {port}:" in refused(taking)
