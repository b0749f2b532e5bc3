"""Installations that earlier versions made, for `test_upgrade.py`: run a version of the past, and keep what it stored.

    python -m tests.upgrade.make COMMIT FOLDER

writes `<newest migration>.sql.gz` and `.json` beside this file, from the code of COMMIT, checked out in FOLDER. That
version serves the first journey; one browser goes through it, another one stops at the form. What is there is never
made again.
"""

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import connect

import httpx

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
COMMAND = (sys.executable, "-c", "from webui.cli import main; main()")


def main(commit: str, folder: Path) -> None:
    """Make one."""
    code, data = folder / "code", folder / "var"
    subprocess.run(["git", "worktree", "add", "--detach", code, commit], cwd=ROOT, check=True)  # noqa: S607
    environment = {**os.environ, "PYTHONPATH": str(code), "IDFLOW_DATA": str(data), "IDFLOW_PORT": "0"}
    try:
        with _running(code, environment) as link, httpx.Client() as first:
            page = _begin(first, link)
            _submit(first, page)
        with _running(code, environment) as link, httpx.Client() as second:
            page = _begin(second, link)
            cookies = {each.name: each.value for each in second.cookies.jar}
        newest = max(path.name[:4] for path in code.glob("engine/store/migrations/versions/0*.py"))
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", code], cwd=ROOT, check=True)  # noqa: S607
    with closing(connect(data / "idflow.sqlite3")) as connection:
        dump = "\n".join(connection.iterdump())
    (HERE / f"{newest}.sql.gz").write_bytes(gzip.compress(dump.encode(), mtime=0))
    kept = {
        "made_by": commit,
        "page": httpx.URL(page).path,
        "cookies": cookies,
        # Of this installation alone, which holds nothing but what this script has put there.
        "key": (data / "keys" / "kek").read_text().strip(),
    }
    (HERE / f"{newest}.json").write_text(json.dumps(kept, indent=1) + "\n")


@contextmanager
def _running(code: Path, environment: dict[str, str]) -> Iterator[str]:
    """Serve that version, and yield the link to its journey."""
    with subprocess.Popen([*COMMAND, "run"], cwd=code, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield next(line.split()[1] for line in process.stdout if line.startswith("Journey: "))
        process.terminate()


def _begin(browser: httpx.Client, link: str) -> str:
    landing = browser.get(link).raise_for_status().text
    begun = browser.post(link, data=_hidden(landing))
    return str(httpx.URL(link).join(begun.headers["Location"]))


def _submit(browser: httpx.Client, page: str) -> None:
    form = browser.get(page).raise_for_status().text
    browser.post(page, data=_hidden(form), follow_redirects=True).raise_for_status()


def _hidden(page: str) -> dict[str, str]:
    fields = re.findall(r"<input[^>]*>", page)
    found = [dict(re.findall(r'(\w+)="([^"]*)"', each)) for each in fields]
    return {each["name"]: each.get("value", "") for each in found if each.get("type") == "hidden"}


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
