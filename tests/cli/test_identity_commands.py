import json
import re
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.errors import IdflowError
from engine.identity.key_uri import parse
from engine.identity.pskc import Protection, read
from tests.cli.conftest import Idflow
from webui.cli.options import open_application, settings


@pytest.fixture
def people(idflow: Idflow) -> Idflow:
    """A store with two users, and a policy."""
    assert idflow("store", "new", "Customers", "--locale", "de-AT").exit_code == 0
    assert idflow("user", "new", "alice", "--store", "Customers", "--set", "team=blue").exit_code == 0
    assert idflow("user", "new", "bob", "--store", "Customers").exit_code == 0
    assert idflow("policy", "new", "Default", "--issuer", "Example Bank", "--digits", 8).exit_code == 0
    return idflow


@pytest.fixture
def registered(people: Idflow) -> Idflow:
    application = open_application(settings())
    identity = application.identity
    with application.write() as session:
        store, policy = identity.store(session, "Customers"), identity.policy(session, "Default")
        for name in ("alice", "bob"):
            identity.register_totp(session, identity.user_by_external_id(session, store, name), policy)
    application.close()
    return people


COMMANDS = {
    "store": ("new", "list", "show"),
    "user": ("new", "list", "show", "lock", "unlock", "disable", "delete"),
    "policy": ("new", "list", "show", "set"),
    "totp": ("list", "revoke", "export", "import"),
    "keys": ("list", "rotate", "prune"),
    "audit": ("verify", "checkpoint", "export"),
}


@pytest.mark.parametrize("command", [f"{noun} {verb}" for noun, verbs in COMMANDS.items() for verb in ("", *verbs)])
def test_every_command_has_help(idflow: Idflow, command: str) -> None:
    result = idflow(*command.split(), "--help")
    assert result.exit_code == 0
    assert result.output.startswith("Usage: ")


def test_stores_are_listed_and_shown(people: Idflow) -> None:
    assert people("store", "list").output == "Customers  ACTIVE  2 users\n"
    shown = people("store", "show", "Customers").output
    assert "Locale: de-AT\nTime zone: UTC\n" in shown
    assert isinstance(people("store", "show", "Nobody").exception, IdflowError)
    assert isinstance(people("store", "new", "Customers").exception, IdflowError)


def test_users_are_listed_by_the_beginning_of_their_external_id(people: Idflow) -> None:
    people("user", "new", "b%b", "--store", "Customers")
    listed = people("user", "list", "--store", "Customers").output.splitlines()
    assert [line.split()[-1] for line in listed] == ["alice", "b%b", "bob"]
    assert people("user", "list", "--store", "Customers", "--prefix", "al").output.split()[-1] == "alice"
    assert people("user", "list", "--store", "Customers", "--prefix", "b%").output.split()[-1] == "b%b"
    assert not people("user", "list", "--store", "Customers", "--prefix", "_").output


def test_a_user_is_locked_unlocked_disabled_and_deleted(people: Idflow) -> None:
    shown = people("user", "show", "alice", "--store", "Customers").output
    assert 'Attributes: {"team":"blue"}' in shown
    identifier = re.search(r"^ID: (\w+)$", shown, re.MULTILINE)
    assert identifier is not None
    assert people("user", "lock", "alice", "--store", "Customers", "--reason", "lost").output == "alice: LOCKED\n"
    by_id = people("user", "unlock", identifier[1], "--by-id", "--store", "Customers")
    assert by_id.output == "alice: ACTIVE\n"
    people("user", "disable", "alice", "--store", "Customers")
    assert "Status: DISABLED" in people("user", "show", "alice", "--store", "Customers").output
    assert people("user", "delete", "alice", "--store", "Customers", typed="n\n").exit_code == 1
    assert people("user", "delete", "alice", "--store", "Customers", typed="y\n").exit_code == 0
    assert isinstance(people("user", "show", "alice", "--store", "Customers").exception, IdflowError)


def test_the_options_of_a_policy_are_its_settings(people: Idflow) -> None:
    assert people("policy", "list").output == "Default  Example Bank  0 registrations\n"
    assert people("policy", "set", "Default", "--period", 60, "--redisplay", "never").exit_code == 0
    shown = people("policy", "show", "Default").output
    assert "period: 60\n" in shown
    assert "digits: 8\n" in shown
    assert "redisplay: never\n" in shown
    assert isinstance(people("policy", "set", "Default", "--digits", 7).exception, IdflowError)
    assert people("policy", "new", "Other").exit_code == 2


def test_a_registration_is_listed_and_revoked(registered: Idflow) -> None:
    listed = registered("totp", "list", "--store", "Customers").output
    assert re.fullmatch(r"(\w+  ACTIVE    Default  SHA1/8/30  \d{4}-\d\d-\d\d  (alice|bob)\n){2}", listed)
    arguments = ("totp", "revoke", "alice", "--store", "Customers", "--policy", "Default")
    assert registered(*arguments).output == "Revoked: alice\n"
    assert isinstance(registered(*arguments).exception, IdflowError)
    assert registered("policy", "list").output == "Default  Example Bank  1 registrations\n"


EXPORT = ("totp", "export", "--store", "Customers", "--policy", "Default", "--format")
IMPORT = ("--store", "Elsewhere", "--policy", "Default", "--format")


def make_elsewhere(idflow: Idflow) -> None:
    idflow("store", "new", "Elsewhere")
    for name in ("alice", "bob"):
        idflow("user", "new", name, "--store", "Elsewhere")


def test_uris_go_to_a_file_for_its_owner_alone_and_come_back(registered: Idflow, tmp_path: Path) -> None:
    file = tmp_path / "uris"
    assert "2 registrations" in registered(*EXPORT, "otpauth", "--output", file).output
    assert file.stat().st_mode & 0o777 == 0o600
    assert [parse(line).external_id for line in file.read_text().splitlines()] == ["alice", "bob"]
    assert isinstance(registered(*EXPORT, "otpauth", "--output", file).exception, FileExistsError)
    make_elsewhere(registered)
    assert "2 registrations" in registered("totp", "import", file, *IMPORT, "otpauth").output
    assert registered("totp", "list", "--store", "Elsewhere").output.count("ACTIVE") == 2
    assert isinstance(registered("totp", "import", file, *IMPORT, "otpauth").exception, IdflowError)
    events = [json.loads(line)["event"] for line in registered("audit", "export").output.splitlines()]
    assert (events.count("totp_exported"), events.count("totp_imported")) == (2, 2)


def test_pskc_goes_out_and_comes_back_under_a_key(registered: Idflow, tmp_path: Path) -> None:
    file, key = tmp_path / "keys.xml", tmp_path / "key"
    key.write_text("000102030405060708090a0b0c0d0e0f\n")
    key.chmod(0o644)
    assert "chmod 600" in str(registered(*EXPORT, "pskc", "--output", file, "--key-file", key).exception)
    key.chmod(0o600)
    assert isinstance(registered(*EXPORT, "pskc", "--output", file).exception, IdflowError)
    assert not file.exists()
    assert registered(*EXPORT, "pskc", "--user", "bob", "--output", file, "--key-file", key).exit_code == 0
    assert [each.external_id for each in read(file.read_bytes(), Protection(key=bytes(range(16))))] == ["bob"]
    make_elsewhere(registered)
    assert registered("totp", "import", file, *IMPORT, "pskc", "--key-file", key).exit_code == 0
    assert "bob" in registered("totp", "list", "--store", "Elsewhere").output


def test_secrets_are_not_printed_on_a_terminal(registered: Idflow, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "otpauth://" in registered(*EXPORT, "otpauth").output
    monkeypatch.setattr(sys.modules["webui.cli.totp"], "on_terminal", lambda: True)
    refused = registered(*EXPORT, "otpauth")
    assert "--to-terminal" in str(refused.exception)
    assert "otpauth://" not in refused.output
    assert "otpauth://" in registered(*EXPORT, "otpauth", "--to-terminal").output


def test_an_import_of_nothing_or_of_too_short_a_secret_is_refused(registered: Idflow, tmp_path: Path) -> None:
    file = tmp_path / "uris"
    file.write_text("# nothing\n")
    assert isinstance(registered("totp", "import", file, *IMPORT, "otpauth").exception, IdflowError)
    file.write_text("otpauth://totp/E:alice?secret=GEZDGNBVGY3TQOJQ\n")
    assert "rotate" in str(registered("totp", "import", file, *IMPORT, "otpauth").exception)


def test_keys_are_rotated_listed_and_pruned(registered: Idflow) -> None:
    made = registered("keys", "rotate")
    assert made.output.endswith("Made data key 2: 2 values.\n")
    listed = registered("keys", "list").output.splitlines()
    assert listed[0].endswith("  0 values")
    assert listed[1].endswith("  2 values  seals new values")
    assert "can be deleted from" in str(registered("keys", "prune").exception)
    assert "otpauth://" in registered(*EXPORT, "otpauth").output


def test_the_key_encryption_key_is_replaced(registered: Idflow, tmp_path: Path) -> None:
    file = tmp_path / "var" / "keys" / "kek"
    before = file.read_text()
    assert "a new one" in registered("keys", "rotate", "--kek").output
    assert file.read_text() != before
    assert "otpauth://" in registered(*EXPORT, "otpauth").output
    assert registered("keys", "rotate", "--new-key-file", file).exit_code == 2


def test_a_key_in_the_environment_is_replaced(
    registered: Idflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kek = tmp_path / "var" / "keys" / "kek"
    monkeypatch.setenv("IDFLOW_KEY", kek.read_text())
    kek.unlink()
    assert isinstance(registered("keys", "rotate", "--kek").exception, IdflowError)
    new = tmp_path / "new"
    new.touch(mode=0o600)
    new.write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    assert "Set IDFLOW_KEY" in registered("keys", "rotate", "--kek", "--new-key-file", new).output
    assert isinstance(registered("keys", "list").exception, IdflowError)
    monkeypatch.setenv("IDFLOW_KEY", new.read_text())
    assert registered("keys", "list").exit_code == 0


def test_a_whole_trail_is_verified(people: Idflow, tmp_path: Path) -> None:
    assert people("audit", "verify").output.endswith("The chain is whole.\n")
    made = people("audit", "checkpoint")
    assert json.loads(made.stdout)["count"] > 3
    assert "Public key" in made.stderr
    assert not people("audit", "checkpoint", "--when-due").output
    kept = (tmp_path / "var" / "audit-checkpoints.jsonl").read_text()
    assert kept == made.stdout
    assert people("audit", "verify").exit_code == 0


def test_a_broken_trail_says_where_and_has_exit_status_1(people: Idflow, tmp_path: Path) -> None:
    elsewhere = tmp_path / "kept"
    elsewhere.write_text(people("audit", "checkpoint").stdout)
    last = json.loads(elsewhere.read_text())["id"]
    application = open_application(settings())
    with application.write() as session:
        session.execute(text("DELETE FROM audit_events WHERE id = :last"), {"last": last})
        session.execute(text("DELETE FROM audit_checkpoints"))
    application.close()
    (tmp_path / "var" / "audit-checkpoints.jsonl").unlink()
    assert people("audit", "verify").exit_code == 0
    found = people("audit", "verify", "--checkpoint", elsewhere)
    assert found.exit_code == 1
    assert f"missing: Event {last} is missing at the end" in found.output


def test_the_trail_is_exported_with_its_hashes(people: Idflow) -> None:
    lines = [json.loads(line) for line in people("audit", "export").output.splitlines()]
    assert [line["id"] for line in lines] == list(range(1, len(lines) + 1))
    assert all(re.fullmatch("[0-9a-f]{64}", line["hash"]) for line in lines)
    csv = people("audit", "export", "--format", "csv").output.splitlines()
    assert csv[0] == "id,at,event,instance_id,token_id,user_id,detail,hash"
    assert len(csv) == len(lines) + 1
    assert not people("audit", "export", "--until", "2020-01-01T00:00Z").output
