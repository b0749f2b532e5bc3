"""The examples in docs/deploy name what there is: commands, settings, paths."""

import configparser
import inspect
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
import yaml

from engine import database_settings
from engine.config import Settings
from webui.cli import idflow

FOLDER = Path(__file__).parents[2] / "docs" / "deploy"
CONTAINERFILE = (FOLDER / "Containerfile").read_text()


@pytest.fixture(scope="module", params=["compose.yaml", "compose.postgres.yaml"])
def compose(request: pytest.FixtureRequest) -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load((FOLDER / request.param).read_text())
    return table


@pytest.fixture
def secrets(compose: dict[str, Any], tmp_path: Path) -> dict[str, str]:
    """The files that the secrets of the services are in, by the paths that they have there."""
    given = {}
    for name in compose.get("secrets", {}):
        file = tmp_path / name
        file.write_text(f"{'A' * 43}=\n")
        given[f"/run/secrets/{name}"] = str(file)
    return given


@pytest.fixture(scope="module")
def unit() -> dict[str, list[str]]:
    settings: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", (FOLDER / "idflow.service").read_text(), re.MULTILINE):
        settings.setdefault(name, []).append(value)
    return settings


def test_every_command_that_is_named_exists() -> None:
    words = re.compile(r"(?:idflow\"?,? \"?|bin/idflow )(run|backup|restore|migrate)\b(?:\"?,? \"?(--[a-z-]+))?")
    found = [each for path in FOLDER.iterdir() for each in words.findall(path.read_text())]
    assert {"run", "backup", "migrate"} <= {command for command, _ in found}
    for command, option in found:
        options = {name for each in idflow.commands[command].params for name in (*each.opts, *each.secondary_opts)}
        assert not option or option in options


def test_every_setting_that_is_named_can_be_used(
    compose: dict[str, Any], unit: dict[str, list[str]], secrets: dict[str, str]
) -> None:
    given = dict(re.findall(r"(IDFLOW_\w+)=(\S+)", CONTAINERFILE + unit["Environment"][0]))
    given |= {name: value.split(":?")[0] for name, value in compose["services"]["idflow"]["environment"].items()}
    known = {f"IDFLOW_{name.upper()}" for name in Settings.__slots__} | {"IDFLOW_KEEP_INSTANCES", "IDFLOW_KEY_FILE"}
    known |= set(re.findall(r"`(IDFLOW_DATABASE_[A-Z_]+)`", inspect.getsource(database_settings)))
    assert given.keys() <= known
    given = {name: secrets.get(value, value) for name, value in given.items()}
    settings = Settings.from_environment({**given, "IDFLOW_PUBLIC_URL": "https://id.example"})
    assert settings.retention.instances is not None
    assert bool(settings.postgres) is bool(settings.key) is ("database" in compose["services"])
    subnet = compose["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert [str(each) for each in settings.proxies] == [subnet]


def test_the_container_runs_as_nobody_and_is_asked_whether_it_is_ready(compose: dict[str, Any]) -> None:
    final = CONTAINERFILE.rpartition("\nFROM ")[2]
    instructions = re.findall(r"^([A-Z]+) (.*)$", final, re.MULTILINE)
    assert [value for name, value in instructions if name == "USER"] == ["idflow"]
    probe = re.findall(r"HEALTHCHECK .*?CMD (\[.*?\])$", final, re.MULTILINE | re.DOTALL)
    assert "/readyz" in orjson.loads(probe[0])[2]
    compile(orjson.loads(probe[0])[2], "probe", "exec")
    assert orjson.loads(dict(instructions)["CMD"])[0] == "idflow"
    service = compose["services"]["idflow"]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert (FOLDER / service["build"]["context"] / service["build"]["dockerfile"]).samefile(FOLDER / "Containerfile")
    assert set(service["networks"]) <= set(compose["networks"])


def test_the_tables_are_made_once_before_anybody_needs_them() -> None:
    compose = yaml.safe_load((FOLDER / "compose.postgres.yaml").read_text())
    services = compose["services"]
    database, migrate, web = services["database"], services["migrate"], services["idflow"]
    assert database["healthcheck"]["test"][1] == "pg_isready"
    assert migrate["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert web["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert migrate["command"][1] in idflow.commands
    assert migrate["environment"] == web["environment"]
    address = urlsplit(web["environment"]["IDFLOW_DATABASE_URL"])
    assert address.hostname in services
    assert (address.username, address.path) == (
        database["environment"]["POSTGRES_USER"],
        f"/{database['environment']['POSTGRES_DB']}",
    )
    # Nobody but Idflow reaches the database, and it reaches nobody.
    assert database["networks"] == ["storage"]
    assert compose["networks"]["storage"] == {"internal": True}
    assert "storage" not in services["proxy"]["networks"]
    assert not {"ports", "expose"} & database.keys()
    for service in (database, migrate, web):
        assert service["read_only"] is True
        assert set(service["secrets"]) <= set(compose["secrets"])
        assert not [value for name, value in service["environment"].items() if name.endswith("PASSWORD")]


def test_the_unit_can_be_read_and_keeps_its_rights_small(unit: dict[str, list[str]]) -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read(FOLDER / "idflow.service")
    assert parser.sections() == ["Unit", "Service", "Install"]
    assert unit["ProtectSystem"] == ["strict"]
    assert f"/var/lib/{unit['StateDirectory'][0]}" in unit["Environment"][0]
