"""`idflow doctor`: each thing that it can find, found."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.store import DatabaseBusy
from tests.receiver import Receiver, Reply
from webui import cli
from webui.cli.options import open_application, settings
from webui.doctor import Finding, Level, Machine, parts
from webui.doctor import machine as machines

pytestmark = pytest.mark.sqlite("looks at a file of SQLite")

GOOD = Machine((3, 11, 7), (3, 40, 1), True, 50 * 1024**3, datetime(2026, 7, 1, tzinfo=UTC))


@dataclass
class Doctor:
    """Runs the command on a folder."""

    data: Path
    status: int = 0

    def found(self, *options: str) -> dict[str, tuple[str, str]]:
        """Return level and texts of what is not as it should be, by check; of several, the last."""
        result = CliRunner().invoke(cli.idflow, ["doctor", "--json", *options])
        self.status = result.exit_code
        # In a process of its own, the log goes to standard error.
        said = json.loads(result.stdout[result.stdout.index("{\n") :])
        assert said["ok"] == (result.exit_code == 0)
        each = [finding for finding in said["findings"] if finding["level"] != "ok"]
        assert all(finding["remedy"] for finding in each)
        return {one["check"]: (one["level"], f"{one['message']} {one['remedy']}") for one in each}

    def change(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.data / "idflow.sqlite3")) as connection:
            for each in statements:
                connection.execute(each)
            connection.commit()


@pytest.fixture
def doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """For an installation that is as it should be."""
    monkeypatch.setenv("IDFLOW_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("IDFLOW_PORT", "0")
    application = open_application(settings())
    with application.write() as session:
        application.identity.create_store(session, "people")
    application.audit_office.sign()
    application.close()
    return Doctor(tmp_path / "var")


def test_an_installation_that_is_well_is_said_to_be_so_check_by_check(doctor: Doctor) -> None:
    result = CliRunner().invoke(cli.idflow, ["doctor"])
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.output.splitlines() if line.startswith(("  ok ", "  warning "))]
    said = {check: level for level, check, *_ in lines}
    checks = "python sqlite disk-space clock settings address port outgoing bundles documentation languages "
    assert [*said] == (checks + "data-folder key journal database migrations clock-order vault audit jobs").split()
    del said["bundles"], said["documentation"]  # a machine may have left them out
    assert set(said.values()) == {"ok"}
    assert "Idflow can do its work here" in result.output


def test_where_nothing_is_yet_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDFLOW_DATA", str(tmp_path / "new"))
    assert not {*Doctor(tmp_path).found()} - {"bundles", "documentation", "port"}
    assert not (tmp_path / "new").exists()


def test_a_key_that_others_can_read_is_an_error_and_so_is_none(doctor: Doctor) -> None:
    key = doctor.data / "keys" / "kek"
    key.chmod(0o644)
    level, text = doctor.found()["key"]
    assert (doctor.status, level) == (1, "error")
    assert "chmod 600" in text
    key.unlink()
    level, text = doctor.found()["key"]
    assert (level, "is missing" in text) == ("error", True)
    assert not key.exists()


def test_another_key_than_the_databases_does_not_open_the_vault(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDFLOW_KEY", "QUFB" * 10 + "QUE=")
    assert doctor.found()["vault"][0] == "error"
    monkeypatch.setenv("IDFLOW_KEY", "short")
    found = doctor.found()
    assert found["key"][0] == "error"
    assert "short" not in found["key"][1]


def test_a_rotation_that_was_interrupted_is_seen(doctor: Doctor) -> None:
    key = doctor.data / "keys" / "kek"
    key.with_name("kek.new").write_bytes(key.read_bytes())
    assert "keys rotate --kek" in doctor.found()["key-rotation"][1]


def test_a_folder_that_others_can_read_is_a_warning(doctor: Doctor) -> None:
    doctor.data.chmod(0o755)
    level, text = doctor.found()["data-folder"]
    assert (doctor.status, level, "chmod 700" in text) == (0, "warning", True)


def test_a_folder_that_cannot_be_made_is_an_error(doctor: Doctor) -> None:
    (doctor.data / "file").touch()
    assert doctor.found("--data", str(doctor.data / "file" / "var"))["data-folder"][0] == "error"


def test_a_file_that_is_no_database_is_an_error(doctor: Doctor) -> None:
    (doctor.data / "idflow.sqlite3").write_text("Nothing that SQLite could read. " * 100)
    level, text = doctor.found()["database"]
    assert (level, "not a database" in text) == ("error", True)


def test_a_file_that_another_process_has_for_itself_is_said_to_be_so(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store.backend.WAIT_SECONDS", 0)
    with closing(sqlite3.connect(doctor.data / "idflow.sqlite3", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        level, text = doctor.found()["database"]
        assert (level, "for itself" in text) == ("error", True)
        refused = CliRunner().invoke(cli.idflow, ["token", "list"])
        assert isinstance(refused.exception, DatabaseBusy)


def test_a_server_that_does_not_answer_is_an_error_without_the_password(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDFLOW_DATABASE_URL", "postgresql://idflow:geheim@127.0.0.1:1/idflow")
    level, text = doctor.found()["database"]
    assert (level, "IDFLOW_DATABASE_URL" in text, "geheim" in text) == ("error", True, False)


def test_tables_of_another_version_are_seen(doctor: Doctor) -> None:
    doctor.change("UPDATE alembic_version SET version_num = '0003'")
    assert "idflow migrate" in doctor.found()["migrations"][1]
    assert doctor.status == 0
    doctor.change("UPDATE alembic_version SET version_num = '9999'")
    level, text = doctor.found()["migrations"]
    assert (level, "lets this one work on them" in text, doctor.status) == ("warning", True, 0)
    doctor.change("UPDATE schema_floor SET revision = '9998'")
    assert "newer version" in doctor.found()["migrations"][1]
    assert doctor.status == 1


def test_another_journal_than_write_ahead_is_a_warning(doctor: Doctor) -> None:
    doctor.change("PRAGMA journal_mode = DELETE")
    assert doctor.found()["journal"][0] == "warning"
    # Whoever only looks leaves it as it is.
    assert doctor.found()["journal"][0] == "warning"


def test_an_event_that_was_changed_is_an_error(doctor: Doctor) -> None:
    doctor.change("UPDATE audit_events SET event = 'other' WHERE id = 1")
    assert doctor.found()["audit"][0] == "error"


def test_the_end_of_the_trail_may_not_be_cut_off(doctor: Doctor) -> None:
    doctor.change("DELETE FROM audit_events")
    assert "missing" in doctor.found()["audit"][1]


def test_jobs_that_nobody_does_and_those_that_were_given_up_are_seen(doctor: Doctor) -> None:
    job = (
        "INSERT INTO jobs (task, arguments, run_at, attempt, created_at, failed_at)"
        " VALUES ('timer', x'7b7d', '2026-01-01 00:00:00', 1, '2026-01-01 00:00:00', {})"
    )
    doctor.change(job.format("'2026-01-02 00:00:00'"))
    level, text = doctor.found()["jobs"]
    assert (level, "idflow job list --failed" in text) == ("warning", True)
    doctor.change(job.format("NULL"))
    level, text = doctor.found()["jobs"]
    assert (level, "idflow worker" in text, doctor.status) == ("warning", True, 0)


def test_an_event_of_tomorrow_says_that_the_clock_is_wrong(doctor: Doctor) -> None:
    doctor.change("UPDATE audit_events SET at = '2999-01-01 00:00:00.000000'")
    assert doctor.found()["clock-order"][0] == "error"


@pytest.mark.parametrize(
    ("variables", "check", "text"),
    [
        ({"IDFLOW_PROT": "9000"}, "settings", "Did you mean IDFLOW_PORT?"),
        ({"IDFLOW_TIME_ZONE": "Nowhere"}, "settings", "IDFLOW_TIME_ZONE"),
        ({"IDFLOW_HOST": "0.0.0.0"}, "address", "IDFLOW_PUBLIC_URL"),  # noqa: S104 - looked at, not bound to
        ({"IDFLOW_PUBLIC_URL": "http://id.example"}, "address", "in the clear"),
        ({"IDFLOW_PUBLIC_URL": "https://id.example?x"}, "address", "cannot begin with that"),
        ({"IDFLOW_TRUSTED_HOSTS": "id.example"}, "address", "does nothing"),
        ({"IDFLOW_PUBLIC_URL": "https://id.example"}, "proxy", "IDFLOW_TRUSTED_PROXY"),
        ({"IDFLOW_TRUSTED_PROXY": "10.0.0.7"}, "proxy", "IDFLOW_PUBLIC_URL"),
        ({"IDFLOW_TRUSTED_PROXY": "0.0.0.0/0", "IDFLOW_PUBLIC_URL": "https://a.example"}, "proxy", "too many"),
        ({"IDFLOW_OUTGOING_ALLOW": "::/0"}, "outgoing", "nearly everything"),
        ({"IDFLOW_OUTGOING_ALLOW": "169.254.169.254"}, "outgoing", "this machine itself"),
    ],
)
def test_settings_that_do_not_fit_are_seen(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str], check: str, text: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert text in doctor.found()[check][1]


@pytest.mark.parametrize(("answer", "said"), [(b"ok", None), (b"Something else", "Another program")])
def test_who_has_our_port_is_seen(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, answer: bytes, said: str | None
) -> None:
    other = Receiver()
    other.replies = [Reply(200, body=answer)]
    monkeypatch.setenv("IDFLOW_PORT", str(other.port))
    found = doctor.found().get("port")
    other.stop()
    assert (found is None) if said is None else (found is not None and said in found[1])


@pytest.mark.parametrize(
    ("machine", "check", "level"),
    [
        (replace(GOOD, python=(3, 10, 2)), "python", Level.ERROR),
        (replace(GOOD, python=(3, 99, 0)), "python", Level.WARNING),
        (replace(GOOD, sqlite=(3, 34, 1)), "sqlite", Level.ERROR),
        (replace(GOOD, is_threadsafe=False), "sqlite", Level.ERROR),
        (replace(GOOD, free=200 * 1024**2), "disk-space", Level.WARNING),
        (replace(GOOD, free=1024), "disk-space", Level.ERROR),
        (replace(GOOD, now=datetime(1970, 1, 2, tzinfo=UTC)), "clock", Level.ERROR),
    ],
)
def test_a_machine_that_will_not_do_is_said_to_be_so(machine: Machine, check: str, level: Level) -> None:
    assert {each.level for each in machines.examine(GOOD)} == {Level.OK}
    (found,) = (each for each in machines.examine(machine) if each.level is not Level.OK)
    assert (found.check, found.level, bool(found.remedy)) == (check, level, True)


def test_what_the_build_left_out_or_lost_is_seen(tmp_path: Path) -> None:
    def seen() -> dict[str, Finding]:
        return {each.check: each for each in parts.examine(tmp_path)}

    def levels() -> str:
        return " ".join(f"{check}:{each.level}" for check, each in seen().items())

    bundles, site = tmp_path / "static" / "dist", tmp_path / "manual" / "site"
    texts = tmp_path / "translations" / "de" / "LC_MESSAGES"
    for folder in (bundles, site, texts):
        folder.mkdir(parents=True)
    (texts / "messages.po").touch()
    assert levels() == "bundles:warning documentation:warning languages:warning"
    for left_out in ("bundles", "documentation"):
        assert "without IDFLOW_SKIP_FRONTEND" in seen()[left_out].remedy
    names = ("builder", "designer", "diagram")
    (bundles / "manifest.json").write_text(json.dumps({f"{name}.js": f"{name}-1.js" for name in names}))
    (site / "index.html").touch()
    (texts / "messages.mo").touch()
    assert levels() == "bundles:error documentation:ok languages:ok"
    for name in names:
        (bundles / f"{name}-1.js").touch()
    assert levels() == "bundles:ok documentation:ok languages:ok"
