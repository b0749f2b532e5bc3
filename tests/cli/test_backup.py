import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from threading import Event, Thread

import pytest

from engine.application import Application
from engine.identity.kek import key_encryption_key
from tests.cli.conftest import Idflow
from webui.cli.options import open_application, settings

pytestmark = pytest.mark.sqlite("a backup has a copy of its file")

Opened = Callable[[], AbstractContextManager[Application]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def file(tmp_path: Path, idflow: Idflow, application: Opened) -> Path:
    """A backup with its key, of an installation with a token that nobody else has."""
    with application() as opened:
        new_store(opened, "kept")
    assert idflow("backup", tmp_path / "b.tar", "--with-key").exit_code == 0
    return tmp_path / "b.tar"


def new_store(application: Application, name: str) -> None:
    with application.write() as session:
        application.identity.create_store(session, name)


def stores(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "idflow.sqlite3")) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM identity_stores ORDER BY name")]


def refused(idflow: Idflow, *arguments: object) -> str:
    """Return the code with which a command is refused."""
    result = idflow(*arguments)
    assert result.exit_code == 1
    code: str = result.exception.code  # type: ignore[union-attr]
    return code


@pytest.fixture
def written(application: Opened) -> Iterator[Callable[[], int]]:
    """An installation that is written to all the time; call it to stop, and learn how much was written."""
    stop, many, count = Event(), Event(), 0

    def write() -> None:
        nonlocal count
        with application() as opened:
            while not stop.is_set():
                new_store(opened, f"store-{count}")
                count += 1
                if count == 20:
                    many.set()

    writer = Thread(target=write)
    writer.start()
    assert many.wait(60)

    def ended() -> int:
        stop.set()
        writer.join()
        return count

    yield ended
    ended()


def test_a_backup_made_while_a_server_writes_is_one_moment_and_can_be_verified(
    idflow: Idflow, written: Callable[[], int], tmp_path: Path, data: Path
) -> None:
    made = idflow("backup", tmp_path / "b.tar", "--with-key")
    assert made.exit_code == 0, made.output
    total, other = written(), tmp_path / "other"
    restored = idflow("restore", tmp_path / "b.tar", "--data", other)
    assert restored.exit_code == 0, restored.output
    found = len(stores(other))
    assert 20 <= found <= total
    verified = idflow("audit", "verify", "--data", other)
    assert "The chain is whole." in verified.output
    # The store and its event are written together: neither is there without the other.
    events = [
        line for line in idflow("audit", "export", "--data", other).output.splitlines() if "store_created" in line
    ]
    assert len(events) == found
    assert not list(other.glob(".idflow*"))
    assert all(path.stat().st_mode & 0o077 == 0 for path in other.rglob("*") if path.is_file())


def test_the_key_is_only_in_it_when_it_is_asked_for(idflow: Idflow, file: Path, tmp_path: Path, data: Path) -> None:
    plain = idflow("backup", tmp_path / "plain.tar")
    assert str(data / "keys" / "kek") in plain.output
    for each, has in ((file, True), (tmp_path / "plain.tar", False)):
        assert each.stat().st_mode & 0o077 == 0
        with tarfile.open(each) as archive:
            assert ("kek" in archive.getnames()) is has
        assert ((data / "keys" / "kek").read_bytes().strip() in each.read_bytes()) is has
    other = tmp_path / "other"
    assert refused(idflow, "restore", tmp_path / "plain.tar", "--data", other) == "key-missing"
    assert not (other / "idflow.sqlite3").exists()


def test_another_key_restores_nothing(
    idflow: Idflow, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDFLOW_KEY", "A" * 43 + "=")
    assert refused(idflow, "restore", file, "--data", tmp_path / "other") == "vault-key-wrong"
    assert not (tmp_path / "other" / "idflow.sqlite3").exists()


def test_an_installation_that_has_gone_on_is_not_replaced_unless_it_is_forced(
    idflow: Idflow, file: Path, data: Path, application: Opened
) -> None:
    # Commands leave what they have opened to the end of their process, which here goes on.
    with application() as opened:
        new_store(opened, "later")
    assert refused(idflow, "restore", file) == "installation-newer"
    assert stores(data) == ["kept", "later"]
    forced = idflow("restore", file, "--force")
    assert forced.exit_code == 0, forced.output
    assert stores(data) == ["kept"]
    (aside,) = data.glob("idflow.sqlite3.replaced-*")
    assert str(aside) in forced.output
    with closing(sqlite3.connect(aside)) as connection:
        assert connection.execute("SELECT count(*) FROM identity_stores").fetchone() == (2,)
    assert "The chain is whole." in idflow("audit", "verify").output
    assert '"event":"backup_restored"' in idflow("audit", "export").output


def test_another_installation_is_not_replaced_unless_it_is_forced(
    idflow: Idflow, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    monkeypatch.setenv("IDFLOW_DATA", str(other))
    another = open_application(settings())
    another.accounts.make_first()
    key = key_encryption_key(another.settings)
    another.close()
    assert refused(idflow, "restore", file) == "installation-other"
    assert key_encryption_key(another.settings) == key
    assert idflow("restore", file, "--force").exit_code == 0
    assert stores(other) == ["kept"]
    assert key_encryption_key(another.settings) != key
    assert len(list((other / "keys").glob("kek.replaced-*"))) == 1


def test_an_installation_that_runs_is_not_replaced(idflow: Idflow, file: Path, application: Opened) -> None:
    with application():
        assert refused(idflow, "restore", file, "--force") == "installation-running"


@pytest.mark.parametrize("what", ["cut", "flipped", "text", "path"])
def test_a_backup_that_was_damaged_is_refused(idflow: Idflow, file: Path, tmp_path: Path, what: str) -> None:
    content = file.read_bytes()
    if what == "cut":
        content = content[: len(content) // 2]
    elif what == "flipped":
        content = content[:9000] + bytes([content[9000] ^ 1]) + content[9001:]
    elif what == "text":
        content = b"not a backup"
    else:
        content = content.replace(b"audit-checkpoints.jsonl", b"../dit-checkpoints.json")
    file.write_bytes(content)
    assert refused(idflow, "restore", file, "--data", tmp_path / "other") == "backup-invalid"
    assert not (tmp_path / "other" / "idflow.sqlite3").exists()


def test_a_trail_that_was_forged_is_refused(idflow: Idflow, file: Path, data: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(data / "idflow.sqlite3")) as connection, connection:
        connection.execute("UPDATE audit_events SET event = 'user_created' WHERE event = 'store_created'")
    assert idflow("backup", tmp_path / "forged.tar", "--with-key").exit_code == 0
    other = tmp_path / "other"
    assert refused(idflow, "restore", tmp_path / "forged.tar", "--data", other) == "trail-broken"
    assert idflow("restore", tmp_path / "forged.tar", "--data", other, "--force").exit_code == 0


def test_no_file_is_overwritten(idflow: Idflow, file: Path, tmp_path: Path) -> None:
    before = file.read_bytes()
    assert refused(idflow, "backup", file) == "backup-exists"
    assert refused(idflow, "backup", tmp_path / "nowhere" / "b.tar") == "folder-missing"
    assert file.read_bytes() == before
