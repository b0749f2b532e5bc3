"""What commands cannot do at a server, and what they say when it cannot be asked."""

import re
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from engine.accounts import Permission
from tests.certificate import Certificate
from tests.cli.at_server.places import Place
from tests.receiver import Receiver, Reply
from tests.webui.api.conftest import new_key
from webui import cli


@pytest.mark.parametrize(
    "command",
    ["run", "backup x", "account list", "keys list", "totp list --store x", "audit export", "event condition",
     "webhook list", "audit verify --checkpoint README.md", "instance files x", "user list --store Customers",
     "mail test me@example.com", "token import README.md --process p"],
)  # fmt: skip
def test_what_a_server_does_not_do_says_so_in_one_line(server: Place, command: str) -> None:
    status, said = server.run(*command.split())
    assert (status, len(said.splitlines())) == (2, 1), said
    assert "IDFLOW_URL is set, and a server does not do" in said


def test_what_needs_no_installation_is_as_ever(server: Place) -> None:
    assert server.run("templates")[0] == 0


def test_a_folder_and_a_server_are_not_both_meant(server: Place, tmp_path: Path) -> None:
    status, said = server.run("instance", "list", "--data", tmp_path)
    assert (status, "Leave one of them out." in said) == (2, True)


def test_what_does_not_work_says_why_in_one_line(
    server: Place, tmp_path: Path, receive: Callable[..., Receiver], certificate: Certificate
) -> None:
    def said(**environment: str) -> str:
        status, text = Place({**server.environment, **environment}, server.opened).run("store", "new", "Other")
        assert (status, len(text.splitlines())) == (1, 2), text
        return text

    assert "Look at Settings > API keys" in said(IDFLOW_API_KEY="idflow_wrong")
    with server.opened() as application:
        reader = new_key(application, Permission.STORES_VIEW, name="reader")
    assert "It needs stores.edit." in said(IDFLOW_API_KEY=reader)
    assert "cannot be reached" in said(IDFLOW_URL="http://127.0.0.1:1")
    assert "must be: make a key" in said(IDFLOW_API_KEY="")
    assert "Use https://" in said(IDFLOW_URL="http://idflow.example.com")
    secure, busy = receive(tls=certificate.server), receive()
    assert "SSL_CERT_FILE" in said(IDFLOW_URL=f"https://localhost:{secure.port}")
    many = {"status": 429, "type": "", "title": "", "detail": "Too many.", "code": "too-many", "request": "r"}
    busy.replies = [Reply(429, {"Retry-After": "60"}, orjson.dumps(many))]
    assert "Wait 60 seconds." in said(IDFLOW_URL=f"http://127.0.0.1:{busy.port}")
    latin = tmp_path / "latin.form"
    latin.write_bytes(b"\xe9")
    assert "Save it as UTF-8" in server.run("deploy", latin)[1]
    assert "maximum_duration" in server.run("token", "new", "--definition", "p", "--hours", 9999)[1]


def test_the_key_may_be_in_a_file(server: Place, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(server.environment["IDFLOW_API_KEY"] + "\n")
    place = Place({**server.environment, "IDFLOW_API_KEY": "", "IDFLOW_API_KEY_FILE": str(file)}, server.opened)
    assert place.run("mail", "list") == (0, "")


def test_an_error_of_the_server_is_one_clear_text_and_exit_status_1(
    server: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {**server.environment, "IDFLOW_API_KEY": "idflow_wrong"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["idflow", "store", "list"])
    monkeypatch.setattr(cli, "_begin", None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (1, "")
    assert re.fullmatch(r"[^\n]+ at IDFLOW_API_KEY\.\n\[[a-z-]+\]\n", said.err)
