"""`idflow doctor`."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import click
import orjson

from engine.clock import SystemClock
from engine.setting import SettingInvalid
from webui.cli.options import data_option, settings
from webui.doctor import Finding, Level, Machine, examine
from webui.doctor.finding import error

_MARKS = {Level.OK: "  ok     ", Level.WARNING: "  warning", Level.ERROR: "  ERROR  "}


@click.command()
@click.option("--mail", "with_mail", is_flag=True, help="Also talk to the mail server; nothing is sent.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@data_option
def doctor(with_mail: bool, as_json: bool, data: Path | None) -> None:
    """Look at this installation and its machine, and say what to do. Nothing is changed.

    Exit status 1 when something keeps Idflow from its work; warnings alone leave it at 0.
    """
    found = []
    try:
        chosen, clock = settings(data=data), SystemClock()
    except SettingInvalid as wrong:
        found.append(error("settings", wrong.message, "Correct this variable; nothing else was looked at."))
        _say(found[-1], quiet=as_json)
    else:
        machine = Machine.this(chosen.data, clock.now())
        for each in examine(chosen, os.environ, machine, clock, with_mail=with_mail):
            found.append(each)
            _say(each, quiet=as_json)
    if as_json:
        click.echo(orjson.dumps({"ok": not _failed(found), "findings": found}, option=orjson.OPT_INDENT_2))
    else:
        _sum_up(found)
    sys.exit(1 if _failed(found) else 0)


def _say(finding: Finding, *, quiet: bool) -> None:
    if quiet:
        return
    click.echo(f"{_MARKS[finding.level]} {finding.check:<13} {finding.message}")
    if finding.remedy:
        click.echo(f"{'':24} → {finding.remedy}")


def _sum_up(found: list[Finding]) -> None:
    counts = {level: sum(each.level is level for each in found) for level in Level}
    if counts[Level.ERROR]:
        click.echo(f"\n{counts[Level.ERROR]} to mend, {counts[Level.WARNING]} to look at.")
    else:
        click.echo(f"\nIdflow can do its work here; {counts[Level.WARNING] or 'nothing'} to look at.")


def _failed(found: Iterable[Finding]) -> bool:
    return any(each.level is Level.ERROR for each in found)
