"""`idflow replay`."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import orjson

from engine.application import Application
from engine.deployment import File
from engine.dialect import read
from engine.errors import IdflowError, NotFound
from engine.instances.search import Wanted
from engine.store.models import Definition
from service_tasks import ACTIVITIES
from webui.cli.options import data_option, installation
from webui.testing.recording import Recorder, Replayed, failed, replay
from webui.testing.workshop import Workshop

LIMIT = 20
"""How many instances are replayed unless somebody says so."""

MAXIMUM = 1000


class NothingToReplay(NotFound):
    """There is nothing that could be replayed."""

    code = "nothing-to-replay"


@click.command("replay")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--definition", metavar="KEY", help="The id of the process. [default: the one in FILES]")
@click.option("--from", "version", type=int, metavar="VERSION", help="Whose instances. [default: the newest]")
@click.option("--to", "target", type=int, metavar="VERSION", help="Another deployed version, instead of FILES.")
@click.option("--limit", type=click.IntRange(1, MAXIMUM), default=LIMIT, show_default=True, help="The newest so many.")
@click.option("--json", "as_json", is_flag=True, help="Say everything as JSON.")
@data_option
def replay_(
    files: tuple[Path, ...],
    definition: str | None,
    version: int | None,
    target: int | None,
    limit: int,
    as_json: bool,
    data: Path | None,
) -> None:
    """Run instances of an older version against new FILES, before they are deployed, and say what differs.

    FILES are a process and what has changed with it: forms, decisions. The newest instances of the version are
    recorded, whatever became of them, and gone through twice: in their own version, and with FILES. That happens in
    installations that are thrown away: the real one is only read, no mail is sent, nothing outside is called.

    Exit status 1 when something differs.
    """
    with installation(data) as application, TemporaryDirectory() as scratch:
        workshop = Workshop(lambda: Path(scratch))
        given = [File.at(path) for path in files]
        key = definition or _only(given)
        new = given or [_deployed(application, key, target)]
        with application.database.read() as session:
            record = application.definitions.find(session, key, version)
        rows = application.views.search(Wanted(key, record.version), limit=limit).rows
        if not rows:
            raise NothingToReplay(f"There is no instance of {key}, version {record.version}.")
        recorder, results = Recorder(application, workshop), []
        for row in rows:
            try:
                recorded = recorder.record(row.id, keep_texts=True)
            except IdflowError as error:
                results.append(failed(row.id, row.status.value, error))
                continue
            results.append(replay(workshop, recorded, new))
    differ = any(each.differences for each in results)
    click.echo(_json(key, record.version, results) if as_json else "\n".join(_told(key, record.version, results)))
    sys.exit(1 if differ else 0)


def _only(files: Sequence[File]) -> str:
    found = [each.id for file in files for each in read(file.content, file.name, ACTIVITIES).processes]
    if len(found) != 1:
        raise NothingToReplay("Say which process is meant with --definition, and what it is compared with.")
    return found[0]


def _deployed(application: Application, key: str, version: int | None) -> File:
    if version is None:
        raise NothingToReplay("Name the new files, or a version with --to.")
    with application.database.read() as session:
        row = session.get_one(Definition, application.definitions.find(session, key, version).id)
        return File(row.file, row.content)


def _told(key: str, version: int, results: Sequence[Replayed]) -> Iterator[str]:
    for each in results:
        how = f"{len(each.differences)} differences" if each.differences else "the same"
        how = how if each.exact else f"{how}, as far as it could be recorded" if each.then else "not recorded"
        now = f" → {each.now}" if each.now != each.then else ""
        yield f"{each.instance_id}  {each.status:9}  {each.then}{now}: {how}"
        yield from (f"        {difference.kind:9}  {difference.what}" for difference in each.differences)
        if not each.exact:
            yield from (f"        note       {note}" for note in each.notes)
    differing = sum(bool(each.differences) for each in results)
    part = sum(not each.exact for each in results)
    same = len(results) - differing
    yield f"{len(results)} instances of {key}, version {version}: {same} the same, {differing} differ"
    if part:
        yield f"{part} of them could be recorded in part only."


def _json(key: str, version: int, results: Sequence[Replayed]) -> str:
    whole = {"definition": key, "version": version, "instances": [asdict(each) for each in results]}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2).decode()
