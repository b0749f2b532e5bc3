"""Commands that are imported when they are run: what is said of them, and what is imported for that."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.shell_completion import ShellComplete

from webui.cli import idflow
from webui.cli.placed import PlacedGroup

HEAVY = ("alembic", "engine.application", "flask", "lxml", "pydantic", "SpiffWorkflow", "sqlalchemy", "structlog")
SCRIPT = """
import sys
from webui.cli import main
sys.argv = ["idflow", *sys.argv[1:]]
try:
    main()
finally:
    print("imported:", *sorted(sys.modules))
"""


def groups(group: click.Command = idflow) -> Iterator[PlacedGroup]:
    if isinstance(group, PlacedGroup):
        yield group
        for command in group.commands.values():
            yield from groups(command)


def test_what_is_said_of_a_command_is_what_it_says_itself() -> None:
    found = list(groups())
    assert [each.name for each in found] == ["idflow", "instance"]
    for group in found:
        for name, command in group.commands.items():
            announced = group.get_command(click.Context(group), name)
            assert announced is not None
            assert (announced.name, command.name) == (name, name)
            for width in range(20, 200):
                assert announced.get_short_help_str(width) == command.get_short_help_str(width)


@pytest.mark.parametrize("asked", ["--version", "--help"])
def test_help_does_not_wait_for_what_commands_need(asked: str) -> None:
    said = subprocess.run([sys.executable, "-c", SCRIPT, asked], capture_output=True, text=True, check=True).stdout
    assert "idflow" in said
    assert not {*HEAVY} & {*said.rpartition("imported:")[2].split()}


def test_completion_knows_commands_wherever_they_are() -> None:
    complete = ShellComplete(idflow, {}, "idflow", "_IDFLOW_COMPLETE").get_completions
    assert [each.value for each in complete([], "ch")] == ["check"]
    assert [each.value for each in complete(["instance"], "re")] == ["record", "resume", "retry"]
    assert [each.value for each in complete(["instance", "skip"], "--allow")] == ["--allow-identity-step"]


def test_a_command_that_is_not_there_is_said_to_be_none() -> None:
    with pytest.raises(click.UsageError, match="No such command 'checks'"):
        idflow(["checks"], standalone_mode=False)
