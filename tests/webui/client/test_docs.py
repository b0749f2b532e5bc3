"""What docs/api.md says of the client and of the command line works as it stands."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.webui.client.conftest import Server
from webui import cli

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def block(heading: str, language: str) -> str:
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)
    return found[0]


def test_the_program_works(server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("URL", server.address)
    monkeypatch.setenv("KEY", server.key)
    exec(compile(block("From Python", "python"), "api.md", "exec"), {})  # noqa: S102 - what the page tells people to run
    printed = capsys.readouterr().out
    assert f"{server.address}/t/" in printed
    assert "\n['alice']\n" in printed
    assert "\nname-taken There is an identity store 'bank' already" in printed


def test_the_commands_work(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".idflow-key").write_text(server.key)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(ROOT)
    printed = []
    for line in filter(None, block("From the command line", "sh").splitlines()):
        first, *words = shlex.split(line)
        if first == "export":
            name, _, value = words[0].partition("=")
            monkeypatch.setenv(name, server.address if name == "IDFLOW_URL" else str(Path(value).expanduser()))
            continue
        done = CliRunner().invoke(cli.idflow, words)
        assert (first, done.exit_code) == ("idflow", 0), done.output
        printed.append(done.output)
    assert "2 files, 0 errors, 0 warnings\n" in printed[0]
    assert f"Link: {server.address}/t/" in printed[2]
