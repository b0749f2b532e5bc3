"""The page of the command line."""

from collections.abc import Iterator
from inspect import cleandoc

import click

from webui.cli import idflow
from webui.reference.table import table

_HEAD = """# The command line

`idflow COMMAND --help` says the same. With `IDFLOW_URL` and `IDFLOW_API_KEY` many commands work [at a
server](../api.md#from-the-command-line). This page is made from the declarations: `python -m webui.reference`.
"""


def page() -> str:
    """Return the page in Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _HEAD
    for name in sorted(idflow.commands):
        yield from _command(idflow.commands[name], f"idflow {name}", 2)


def _command(command: click.Command, path: str, depth: int) -> Iterator[str]:
    yield f"{'#' * depth} {path}\n"
    yield f"{cleandoc(command.help or '')}\n"
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from _command(command.commands[name], f"{path} {name}", depth + 1)
        return
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    options = [each for each in command.params if isinstance(each, click.Option)]
    places = [each.make_metavar(_context(command)) for each in arguments]
    yield f"    {' '.join((path, *(['[OPTIONS]'] if options else []), *places))}\n"
    if options:
        yield from table(("option", "meaning"), (_option(each, command) for each in options))


def _option(option: click.Option, command: click.Command) -> tuple[str, str]:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    value = "" if option.is_flag or option.count else f" `{option.make_metavar(_context(command))}`"
    default = option.show_default and option.default not in {None, ""} and not callable(option.default)
    said = f" Default: `{option.default}`." if default and not option.is_flag else ""
    return names + value, f"{option.help or ''}{said}"


def _context(command: click.Command) -> click.Context:
    return click.Context(command)
