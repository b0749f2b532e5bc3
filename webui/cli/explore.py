"""`idflow explore`."""

import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import orjson

from engine.deployment import File
from engine.errors import NotFound
from webui.cli.options import values, variables
from webui.testing.exploring import SECONDS, STEPS, Explored, Explorer, Subject, save
from webui.testing.opening import beside
from webui.testing.workshop import Wanted, Workshop

MAXIMUM_LISTED = 12
"""How many parts that were not reached are listed, unless it is JSON."""

_existing = click.Path(exists=True, path_type=Path)


class ProcessNotThere(NotFound):
    """The files hold no such process, or several."""

    code = "process-not-there"


@click.command()
@click.argument("file", type=_existing)
@click.argument("others", nargs=-1, type=_existing)
@click.option("--process", help="The id of the process, where there are several.")
@click.option("--seed", default=0, show_default=True, help="Another number does other things.")
@click.option("--steps", type=click.IntRange(1), default=STEPS, show_default=True, help="How many things are done.")
@click.option("--seconds", type=float, default=SECONDS, show_default=True, help="How long it takes at most.")
@click.option(
    "--set", "pairs", multiple=True, metavar="KEY=VALUE", help="Start with these variables only; can be repeated."
)
@click.option(
    "--answer", "answers", multiple=True, metavar="FIELD=VALUE", help="What a field takes, where that must be known."
)
@click.option("--expect", "expected", multiple=True, metavar="KEY", help="A finding that is known; can be repeated.")
@click.option(
    "--save", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write findings as journey tests here."
)
@click.option("--json", "as_json", is_flag=True, help="Say everything as JSON.")
def explore(
    file: Path,
    others: tuple[Path, ...],
    process: str | None,
    seed: int,
    steps: int,
    seconds: float,
    pairs: tuple[str, ...],
    answers: tuple[str, ...],
    expected: tuple[str, ...],
    folder: Path | None,
    as_json: bool,
) -> None:
    """Explore a process without anybody's help, and say what is wrong with it.

    FILE is a process, or a folder with one; without OTHERS, everything beside it is deployed with it. It is started by
    somebody who has everything, somebody new, and somebody unknown. Forms are filled in with right, unusual and wrong
    answers, messages are sent, the clock is moved to what is due, service tasks work, fail, and end with each error
    that they declare. Found are dead ends, incidents, loops without end, forms that nobody can send, and secrets where
    they do not belong; each with the shortest way to it. All of that happens in installations that are thrown away.

    Exit status 1 when something was found that is not expected.
    """
    paths = beside(file.resolve()) if not others else (file, *others)
    files = tuple(File.at(each) for each in paths)
    with TemporaryDirectory() as scratch:
        workshop = Workshop(lambda: Path(scratch))
        wanted = Wanted(files)
        subject = Subject(
            workshop,
            wanted,
            process or _only(workshop, wanted, file),
            variables=values(pairs) if pairs else None,
            answers=variables(answers, hint="--answer"),
        )
        found = Explorer(subject, seed=seed, steps=steps, seconds=seconds).explore()
        saved = [save(subject.runner, each, folder) for each in found.findings] if folder is not None else []
    click.echo(_json(found) if as_json else _told(found, expected))
    if saved and not as_json:
        click.echo(f"Written to {folder}: {len(saved)} journey tests")
    sys.exit(1 if any(each.key not in expected for each in found.findings) else 0)


def _only(workshop: Workshop, wanted: Wanted, file: Path) -> str:
    there = workshop.beginning(wanted, on_disk=False).processes
    own = [process.id for process, each in there.values() if file.is_dir() or each.name == file.name] or [
        process.id for process, _ in there.values()
    ]
    if len(own) != 1:
        raise ProcessNotThere(
            f"Say which process is meant with --process: {', '.join(sorted(own)) or 'there is none'}."
        )
    return own[0]


def _told(found: Explored, expected: tuple[str, ...]) -> str:
    parts = found.reached + len(found.unreached)
    lines = [
        f"{found.process}: {found.steps} steps in {found.seconds:.1f} s, {found.places} places, seed {found.seed}",
        f"reached {found.reached} of {parts} elements and flows",
    ]
    lines += [f"        not: {each.id} ({each.label}, line {each.line})" for each in found.unreached[:MAXIMUM_LISTED]]
    if len(found.unreached) > MAXIMUM_LISTED:
        lines.append(f"        … and {len(found.unreached) - MAXIMUM_LISTED} more")
    for each in found.findings:
        known = "KNOWN" if each.key in expected else "FOUND"
        lines += [f"{known}   {each.key}", f"        {each.what}", f"        {each.way}"]
    lines.append(f"{len(found.findings)} findings" if found.findings else "Nothing was found.")
    return "\n".join(lines)


def _json(found: Explored) -> str:
    findings = [
        {"key": each.key, "kind": each.kind, "element": each.element, "what": each.what, "way": each.way}
        for each in found.findings
    ]
    unreached = [asdict(each) for each in found.unreached]
    whole = {**{name: getattr(found, name) for name in ("process", "steps", "seconds", "seed", "places", "reached")}}
    return orjson.dumps({**whole, "unreached": unreached, "findings": findings}, option=orjson.OPT_INDENT_2).decode()
