"""What an older database holds, and what becomes of it."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import select, text

from engine import form_versions, process_versions
from engine.clock import StandingClock
from engine.drafts import About, Draft, DraftEntry, DraftKind, Drafts
from engine.jobs import jobs_of
from engine.model import FormReference
from engine.store import Database
from engine.store.models import ProcessToken
from engine.tokens.openings import opened
from tests.store.older import at_revision, tables

SCHEMA = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004", "0005"])
def test_forms_of_an_older_database_are_deployed_as_they_were(tmp_path: Path, revision: str) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    contents = [b'{"id": "a", "title": "First"}', b'{"id": "a", "title": 7}', b"[]", b"\xff", b'{"title": "\\ud800"}']
    with at_revision(database, revision) as connection:
        for number, content in enumerate(contents, 1):
            values = {"id": f"f{number}", "number": number, "tag": str(number), "content": content}
            at = f"2026-01-0{number} 00:00:00.000000"
            connection.execute(
                text(
                    "INSERT INTO forms (id, name, version, version_tag, file, content, sha256, created_at)"
                    " VALUES (:id, 'a', :number, :tag, 'a.form', :content, :sha256, :at)"
                ),
                {**values, "sha256": sha256(content).hexdigest(), "at": at},
            )
    database.migrate()
    with database.read() as session:
        versions = form_versions.versions(session, "a", 10)
        assert form_versions.find(session, FormReference("a")).version == len(contents)
        assert form_versions.find(session, FormReference("a", "2")).content == contents[1]
    assert [each.title for each in reversed(versions)] == ["First", "", "", "", "?"]
    assert all(each.deployed_at == each.saved_at and each.saved_by is None for each in versions)
    assert [each.deployment for each in versions] == [5, 4, 3, 2, 1]
    with database.write() as session:
        form_versions.deploy(session, "a", 1, versions[0].saved_at)
        assert form_versions.find(session, FormReference("a")).version == 1
    database.close()


@pytest.mark.usefixtures("postgres_databases")
def test_jobs_of_an_older_database_are_procrastinates_afterwards(tmp_path: Path) -> None:
    """Those that wait, that somebody works, that were given up: each with its key, its attempts and its error."""
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    at = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
    waiting = {"task": "mail", "attempt": 0, "worker": None, "error": None, "failed_at": None, "run_at": at}
    worked = {**waiting, "attempt": 2, "worker": "w", "error": "SmtpDown: Away.", "run_at": at + timedelta(minutes=1)}
    failed = {**waiting, "attempt": 10, "error": "SmtpDown: Away.", "failed_at": at + timedelta(hours=1)}
    insert = text(
        "INSERT INTO jobs (task, arguments, key, run_at, attempt, worker, error, failed_at, created_at)"
        " VALUES (:task, :arguments, :key, :run_at, :attempt, :worker, :error, :failed_at, :run_at)"
    )
    with at_revision(database, "0020") as connection:
        for number, row in enumerate((waiting, worked, failed), 1):
            connection.execute(insert, {**row, "key": f"m:{number}", "arguments": f'{{"mail": "{number}"}}'.encode()})
    database.migrate()
    clock = StandingClock(at)
    jobs = jobs_of(database, clock)
    with database.read() as session:
        found = {each.key: each for each in jobs.find(session, prefix="m:")}
        stats = jobs.stats(session)
        (given_up,) = jobs.failed(session)
        assert session.scalar(text("SELECT count(*) FROM jobs")) == 0
    assert [each.arguments["mail"] for each in found.values()] == ["1", "3", "2"]
    assert (found["m:2"].attempts, found["m:2"].error, found["m:2"].run_at) == (2, "SmtpDown: Away.", worked["run_at"])
    assert (stats.due, stats.later, stats.failed) == (1, 1, 1)
    assert (given_up.key, given_up.attempts, given_up.created_at, given_up.failed_at) == (
        "m:3",
        10,
        at,
        failed["failed_at"],
    )
    database.close()


def test_the_schema_of_procrastinate_is_the_one_that_the_migration_was_written_for() -> None:
    """A newer one needs a migration of ours, and this one the schema as it was; see migration 0022."""
    assert sha256(SchemaManager.get_schema().encode()).hexdigest() == SCHEMA


def tagged(*processes: str, beside: str = "") -> bytes:
    zeebe, model = "http://camunda.org/schema/zeebe/1.0", "http://www.omg.org/spec/BPMN/20100524/MODEL"
    return f'<definitions xmlns="{model}" xmlns:z="{zeebe}">{"".join(processes)}{beside}</definitions>'.encode()


def process(key: str, tags: str) -> str:
    said = f'<z:properties><z:property value="{tags}" name="tags"/></z:properties>'
    return f'<process id="{key}"><extensionElements>{said}</extensionElements></process>'


def test_drafts_of_forms_stay_and_processes_get_their_tags(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    contents = {
        "a": tagged(process("other", "no"), process("a", " x,  y z ,,x")),
        "none": tagged(process("other", "no"), '<process id="none"/>'),
        "many": tagged(process("many", ",".join(f"tag {number}" for number in range(1000)))),
        "broken": b'<a name="tags"',
        "bomb": b'<!DOCTYPE a [<!ENTITY b "c">]><a name="tags">&b;</a>',
        "bytes": b'\xff name="tags"',
    }
    with at_revision(database, "0007") as connection:
        for key, content in contents.items():
            connection.execute(
                text(
                    "INSERT INTO definitions (id, key, version, name, file, content, sha256, created_at)"
                    " VALUES (:key, :key, 1, :key, 'a.bpmn', :content, '', '2026-01-01 00:00:00.000000')"
                ),
                {"key": key, "content": content},
            )
        for name, draft, revision in (("Kept", b"{", 7), ("Gone", None, 3)):
            connection.execute(
                text(
                    "INSERT INTO form_drafts (name, content, title, sha256, revision, saved_at, saved_by)"
                    " VALUES (:name, :draft, 'A title', 'digest', :revision, '2026-01-02 00:00:00.000000', 'admin')"
                ),
                {"name": name, "draft": draft, "revision": revision},
            )
    database.migrate()
    forms, processes = (Drafts(kind, lambda _, __: About()) for kind in (DraftKind.FORM, DraftKind.PROCESS))
    with database.read() as session:
        at = datetime(2026, 1, 2, tzinfo=UTC)
        assert forms.find(session, "Kept") == Draft("Kept", b"{", 7, at, "admin")
        assert forms.find(session, "Gone") == Draft("Gone", None, 3, at, "admin")
        assert forms.overview(session) == [DraftEntry("Kept", "A title", "digest", at, "admin")]
        assert processes.find(session, "Kept") == Draft("Kept", None, 0)
        versions = {each.key: each for each in process_versions.all_versions(session)}
    assert {key: each.tags for key, each in versions.items() if key not in {"a", "many"}} == {
        "none": (),
        "broken": (),
        "bomb": (),
        "bytes": (),
    }
    assert versions["a"].tags == ("x", "y z")
    assert versions["many"].tags[:2] == ("tag 0", "tag 1")
    assert versions["a"].deployed_by is None
    # The same name may be of both kinds.
    with database.write() as session:
        processes.save(session, "Kept", b"<a/>", seen=0, by="admin", now=at)
        assert forms.find(session, "Kept").content == b"{"
    assert "form_drafts" not in tables(database)
    database.close()


def test_what_instances_are_found_by_is_noted_of_those_that_are_there(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    token = (
        "INSERT INTO process_tokens"
        " (id, name, digest, definition_key, type, status, uses, maximum_duration, parameters, created_at)"
        " VALUES (:id, :id, :digest, 'p', 'unlimited', 'ACTIVE', 0, 60, :parameters, :at)"
    )
    instance = (
        "INSERT INTO instances (id, definition_id, token_id, status, revision, state, applicant, created_at)"
        " VALUES (:id, 'd', :token, 'ACTIVE', 1, :state, :applicant, :at)"
    )
    at = "2026-01-01 00:00:00.000000+00:00"
    with at_revision(database, "0020") as connection:
        connection.execute(
            text(
                "INSERT INTO definitions (id, key, version, name, file, content, sha256, created_at, tags)"
                " VALUES ('d', 'p', 1, 'P', 'p.bpmn', :content, '', :at, '')"
            ),
            {"content": b"", "at": at},
        )
        known = {"a": b'{"firstName": "ANNA", "age": 7, "vip": true, "note": " "}', "b": b"{}", "c": b"broken"}
        for identifier, parameters in known.items():
            about = {"id": identifier, "digest": identifier.encode(), "parameters": parameters, "at": at}
            connection.execute(text(token), about)
        for identifier, of, applicant in (("i", "a", "Anna"), ("j", None, "Stra\u00dfe"), ("k", None, None)):
            whose = {"token": of, "applicant": applicant}
            connection.execute(text(instance), {"id": identifier, "state": b"", "at": at, **whose})
    database.migrate()
    with database.read() as session:
        of_tokens = session.execute(text("SELECT token_id, name, key FROM token_parameters ORDER BY name")).all()
        of_instances = session.execute(text("SELECT instance_id, name, key FROM instance_parameters")).all()
    assert list(map(tuple, of_tokens)) == [("a", "age", "7"), ("a", "firstName", "anna"), ("a", "vip", "true")]
    assert list(map(tuple, of_instances)) == [("j", "externalId", "strasse")]
    database.close()


def test_whoever_has_begun_with_a_token_has_opened_it(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    token = (
        "INSERT INTO process_tokens"
        " (id, name, digest, definition_key, type, status, uses, maximum_duration, parameters, created_at)"
        " VALUES (:id, :id, :digest, 'p', 'unlimited', 'ACTIVE', :uses, 60, :parameters, :at)"
    )
    instance = (
        "INSERT INTO instances (id, definition_id, token_id, status, revision, state, binding, created_at)"
        " VALUES (:id, 'd', :token, 'ACTIVE', 1, :state, :binding, :at)"
    )
    first = datetime(2026, 1, 1, tzinfo=UTC)
    moment = "{:%Y-%m-%d %H:%M:%S}.000000+00:00".format
    with at_revision(database, "0022") as connection:
        connection.execute(
            text(
                "INSERT INTO definitions (id, key, version, name, file, content, sha256, created_at, tags)"
                " VALUES ('d', 'p', 1, 'P', 'p.bpmn', :content, '', :at, '')"
            ),
            {"content": b"", "at": moment(first)},
        )
        for identifier, uses in (("a", 60), ("b", 0)):
            about = {"id": identifier, "digest": identifier.encode(), "uses": uses, "parameters": b"{}"}
            connection.execute(text(token), {**about, "at": moment(first)})
        rows = [
            {"id": f"i{number:02}", "binding": bytes([number]), "at": moment(first + timedelta(minutes=number))}
            for number in range(60)
        ]
        connection.execute(text(instance), [{"token": "a", "state": b"", **row} for row in rows])
    database.migrate()
    with database.read() as session:
        found = opened(session, "a")
        at = dict(session.execute(select(ProcessToken.id, ProcessToken.opened_at)).all())
    assert [each.number for each in found.entries] == [*range(60, 10, -1), 1]
    assert (found.entries[-1].at, found.entries[-1].begun) == (first, True)
    assert at == {"a": first, "b": None}
    database.close()
