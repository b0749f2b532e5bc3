"""What docs/testing.md shows is run."""

import re
from pathlib import Path

import click
import pytest

from webui.cli import idflow
from webui.testing import journey
from webui.testing.exploring import Kind
from webui.testing.outbox import Outbox
from webui.testing.people import People
from webui.testing.travel import Travel

DOCS = Path(__file__).parents[2] / "docs" / "testing.md"
pytest_plugins = ["pytester"]


def test_the_examples_work(pytester: pytest.Pytester) -> None:
    shown = DOCS.read_text()
    python, yaml = (re.findall(rf"```{kind}\n(.*?)```", shown, re.DOTALL) for kind in ("python", "yaml"))
    for number, each in enumerate(python):
        pytester.makepyfile(**{f"test_example_{number}": each})
    folder = Path(pytester.mkdir("totp_registration"))
    for each in (DOCS.parents[1] / "bpmn" / "totp_registration").glob("*.[bf]*[nm]"):
        (folder / each.name).write_bytes(each.read_bytes())
    for number, each in enumerate(yaml):
        (folder / f"example_{number}.journeytest.yaml").write_text(each)
    ran = pytester.runpytest_inprocess()
    written = [
        *re.findall("^def test_", "".join(python), re.MULTILINE),
        *re.findall("^name: ", "".join(yaml), re.MULTILINE),
    ]
    ran.assert_outcomes(passed=len(written))


def test_every_command_that_is_shown_is_there() -> None:
    shown = DOCS.read_text()
    commands = set(re.findall(r"^    idflow (instance \w+|\w+)", shown, re.MULTILINE))
    assert commands == {"test", "instance record", "replay", "explore"}
    for line in re.findall(r"^    idflow (.*)", shown, re.MULTILINE):
        words = line.split()
        command: click.Command = idflow
        for word in words[: 2 if words[0] == "instance" else 1]:
            assert isinstance(command, click.Group)
            command = command.commands[word]
        known = {option for each in command.params for option in each.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


def test_every_kind_of_finding_is_described() -> None:
    assert [each for each in Kind if f"`{each.value}:…`" not in DOCS.read_text()] == []


def test_everything_that_can_be_said_is_described() -> None:
    shown = DOCS.read_text()
    for kind in (journey.Journey, journey.Form, People, Travel, Outbox):
        for name in vars(kind):
            if not name.startswith("_") and name != "went_on":
                assert re.search(rf"\b{name}\b", shown), f"{kind.__name__}.{name}"
