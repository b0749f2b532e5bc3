"""What a newcomer can run into on the way to the first journey: each is said in one line that says what to do."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from engine.store import Database
from webui import cli

ROOT = Path(__file__).parents[2]
MAKEFILE = ("Makefile", "pyproject.toml", "constraints.txt")

OLD = 'case "$2" in *version_info*) exit 1;; esac'
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; esac'
OFFLINE = """if [ "$2" = venv ]; then
    mkdir -p "$3/bin" && printf "#!/bin/sh\\nexit 1" > "$3/bin/python" && chmod +x "$3/bin/python"
fi"""


def refused(*arguments: object) -> str:
    """Return what the command says, as its users see it, and fail when it works."""
    result = CliRunner().invoke(cli.idflow, [str(each) for each in arguments])
    assert result.exception is not None
    said = str(result.exception)
    assert "\n" not in said
    return said


@pytest.mark.sqlite("files of SQLite that cannot be used")
def test_a_data_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be made" in refused("run", "--data", tmp_path / "file" / "var")
    (tmp_path / "idflow.sqlite3").write_text("This was never a database. " * 100)
    assert "is no database of SQLite" in refused("run", "--data", tmp_path)


@pytest.mark.sqlite("the data folder of a file of SQLite")
def test_a_key_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys").touch()
    said = refused("run", "--data", tmp_path)
    assert said.startswith(f"The key file {tmp_path / 'keys' / 'kek'} cannot be used: ")


@pytest.mark.sqlite("a file of SQLite that somebody has upgraded")
def test_a_database_of_a_much_newer_version_is_said_to_be_one(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'idflow.sqlite3'}")
    database.migrate()
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.execute(text("UPDATE schema_floor SET revision = '9998'"))
    database.close()
    assert "9999" in refused("run", "--data", tmp_path)


@pytest.mark.sqlite("a file of SQLite that is not there")
def test_a_folder_without_an_installation_is_named_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert f"There is no installation in {tmp_path / 'var'}. " in refused("instance", "list")


def test_a_port_that_is_taken_is_said_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused("run", "--data", tmp_path / "var", "--port", port)
    assert said.startswith(f"The server cannot listen on 127.0.0.1, port {port}: ")
    assert said.endswith(" in use. Choose others by --host and --port.")


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
@pytest.mark.parametrize(
    ("python", "said"),
    [
        (None, "There is no nowhere/python."),
        (OLD, "Idflow needs Python 3.11 or newer"),
        (WITHOUT_VENV, "apt install python3-venv"),
        (OFFLINE, "PIP_FIND_LINKS"),
    ],
)
def test_make_says_what_the_machine_lacks(tmp_path: Path, python: str | None, said: str) -> None:
    for name in MAKEFILE:
        shutil.copy(ROOT / name, tmp_path)
    interpreter = "nowhere/python"
    if python is not None:
        stub = tmp_path / "python"
        stub.write_text(f"#!/bin/sh\n{python}\nexit 0\n")
        stub.chmod(0o755)
        interpreter = str(stub)
    assert said in made_line(tmp_path, f"PYTHON={interpreter}")


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_make_says_where_nothing_can_be_written() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for each in MAKEFILE:
            shutil.copy(ROOT / each, folder)
        folder.chmod(0o555)
        # Root could write there anyway.
        said = made_line(folder, **({"user": "nobody"} if os.geteuid() == 0 else {}))
        folder.chmod(0o755)
    assert said.startswith(f"Nothing can be written to {folder}, where the environment and the data go. ")


def made_line(folder: Path, *arguments: str, **options: Any) -> str:
    """Return the one line that `make run` says besides what make says itself."""
    done = subprocess.run(
        ["make", "run", *arguments],  # noqa: S607 - the machine's own
        cwd=folder,
        env={**os.environ, "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        check=False,
        **options,
    )
    assert done.returncode != 0
    line: str
    (line,) = (each for each in done.stderr.splitlines() if not each.startswith("make"))
    return line
