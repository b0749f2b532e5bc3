"""The examples in docs/deploy name what there is: commands, settings, paths."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
import yaml

from engine import declared_settings
from engine.config import Settings
from engine.jobs.lease import LEASE
from tests.webui.conftest import Site
from webui.app import create_watched
from webui.cli import idflow
from webui.server import STOP_SECONDS

FOLDER = Path(__file__).parents[2] / "docs" / "deploy"
CONTAINERFILE = (FOLDER / "Containerfile").read_text()
OF_ONE = {"Description", "Wants", "After", "ExecStart", "EnvironmentFile", "TimeoutStopSec", "WantedBy"}
"""What units do not have in common."""


@pytest.fixture(scope="module", params=["compose.yaml", "compose.postgres.yaml"])
def compose(request: pytest.FixtureRequest) -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load((FOLDER / request.param).read_text())
    return table


def web(compose: dict[str, Any]) -> dict[str, Any]:
    """Return the service that people are sent to."""
    services: dict[str, dict[str, Any]] = compose["services"]
    return services["web" if "web" in services else "idflow"]


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


def commands() -> dict[str, list[str]]:
    """Return what is started, by the file that says so, and the service in it."""
    found = {"Containerfile": orjson.loads(re.findall(r"^CMD (.*)$", CONTAINERFILE, re.MULTILINE)[-1])}
    for file in FOLDER.glob("*.service"):
        [line] = re.findall(r"^ExecStart=/opt/idflow/bin/(.*)$", file.read_text(), re.MULTILINE)
        found[file.name] = line.replace("%i", "8001").split()
    for file in FOLDER.glob("compose*.yaml"):
        for name, service in yaml.safe_load(file.read_text())["services"].items():
            if service.get("command", [""])[0] == "idflow":
                found[f"{file.name}: {name}"] = service["command"]
    return found


@pytest.mark.parametrize("where", commands())
def test_every_command_can_be_run_as_it_is_written(where: str) -> None:
    program, name, *rest = commands()[where]
    assert program == "idflow"
    # Reads and checks the options, and runs nothing.
    idflow.commands[name].make_context(name, rest)


def test_each_kind_of_process_is_there() -> None:
    started = {where: command[1] for where, command in commands().items()}
    assert started == {
        "Containerfile": "run",
        "idflow.service": "run",
        "idflow-migrate.service": "migrate",
        "idflow-serve@.service": "serve",
        "idflow-worker@.service": "worker",
        "compose.postgres.yaml: migrate": "migrate",
        "compose.postgres.yaml: web": "serve",
        "compose.postgres.yaml: worker": "worker",
    }
    words = re.compile(r"\bidflow (backup|migrate)\b")
    assert set(words.findall((FOLDER / "README.md").read_text())) <= idflow.commands.keys()


def test_every_variable_that_is_named_is_a_setting() -> None:
    files = [each for each in FOLDER.rglob("*") if each.is_file() and "secrets" not in each.parts]
    named = {name for each in files for name in re.findall(r"\bIDFLOW_[A-Z_]+", each.read_text())}
    # The name of the site is a variable of the compose files themselves.
    assert named - declared_settings.known() == {"IDFLOW_DOMAIN"}


def test_every_setting_that_is_named_can_be_used(
    compose: dict[str, Any], unit: dict[str, list[str]], secrets: dict[str, str]
) -> None:
    given = dict(re.findall(r"(IDFLOW_\w+)=(\S+)", CONTAINERFILE + unit["Environment"][0]))
    given |= {name: value.split(":?")[0] for name, value in web(compose)["environment"].items()}
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
    service = web(compose)
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert (FOLDER / service["build"]["context"] / service["build"]["dockerfile"]).samefile(FOLDER / "Containerfile")
    assert set(service["networks"]) <= set(compose["networks"])


def test_the_tables_are_made_once_before_anybody_needs_them() -> None:
    compose = yaml.safe_load((FOLDER / "compose.postgres.yaml").read_text())
    services = compose["services"]
    database, migrate, *others = (services[name] for name in ("database", "migrate", "web", "worker"))
    assert database["healthcheck"]["test"][1] == "pg_isready"
    assert migrate["depends_on"] == {"database": {"condition": "service_healthy"}}
    for each in others:
        assert each["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
        assert each["environment"] == migrate["environment"]
        assert each["deploy"]["replicas"] > 1
    address = urlsplit(migrate["environment"]["IDFLOW_DATABASE_URL"])
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
    for service in (database, migrate, *others):
        assert service["read_only"] is True
        assert set(service["secrets"]) <= set(compose["secrets"])
        assert not [value for name, value in service["environment"].items() if name.endswith("PASSWORD")]


def test_the_proxy_sends_people_to_whoever_serves_and_to_another_when_one_refuses(site: Site) -> None:
    services = yaml.safe_load((FOLDER / "compose.postgres.yaml").read_text())["services"]
    proxy, file = services["proxy"], (FOLDER / "Caddyfile").read_text()
    assert "./Caddyfile:/etc/caddy/Caddyfile:ro" in proxy["volumes"]
    assert set(re.findall(r"\{\$(\w+)\}", file)) == proxy["environment"].keys()
    [(name, port)] = re.findall(r"dynamic a (\w+) (\d+)", file)
    assert {"lb_try_duration", "lb_policy"} <= set(re.findall(r"^\t\t(\w+) ", file, re.MULTILINE))
    assert proxy["depends_on"] == {name: {"condition": "service_healthy"}}
    assert f"IDFLOW_PORT={port}" in CONTAINERFILE
    assert port in services["worker"]["command"]
    assert set(services[name]["networks"]) & set(proxy["networks"])
    probe = services[name]["healthcheck"]["test"][-1]
    [(asked, path)] = re.findall(r"127\.0\.0\.1:(\d+)(/\w+)", probe)
    assert asked == port
    assert probe == services["worker"]["healthcheck"]["test"][-1]
    for app in (site.app, create_watched(site.application)):
        assert app.test_client().get(path).status_code == 200


def test_who_is_told_to_stop_has_the_time_that_it_takes() -> None:
    longest = {"serve": STOP_SECONDS, "worker": LEASE.total_seconds(), "run": LEASE.total_seconds()}
    for path in FOLDER.glob("*.service"):
        command = commands()[path.name][1]
        given = re.findall(r"^TimeoutStopSec=(\d+)$", path.read_text(), re.MULTILINE)
        assert command == "migrate" or int(given[0]) > longest[command]
    services = yaml.safe_load((FOLDER / "compose.postgres.yaml").read_text())["services"]
    for name, command in (("web", "serve"), ("worker", "worker")):
        assert int(services[name]["stop_grace_period"].removesuffix("s")) > longest[command]


def test_the_unit_can_be_read_and_keeps_its_rights_small(unit: dict[str, list[str]]) -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read(FOLDER / "idflow.service")
    assert parser.sections() == ["Unit", "Service", "Install"]
    assert unit["ProtectSystem"] == ["strict"]
    assert f"/var/lib/{unit['StateDirectory'][0]}" in unit["Environment"][0]


def test_many_processes_have_the_same_rights_as_one(unit: dict[str, list[str]]) -> None:
    common = (FOLDER / "idflow-.service.d" / "common.conf").read_text()
    lines = common.splitlines()
    rights = {name: values for name, values in unit.items() if name not in OF_ONE}
    assert rights
    for name, values in rights.items():
        assert all(f"{name}={value}" in lines for value in values)
    # The credentials that systemd hands over are those that the settings name.
    handed = re.findall(r"^LoadCredential=([\w-]+):", common, re.MULTILINE)
    assert sorted(re.findall(r"IDFLOW_\w+_FILE=%d/([\w-]+)", common)) == sorted(handed)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "idflow-.service.d", tmp_path / "idflow-.service.d")
    for path in FOLDER.glob("*.service"):
        # It looks whether the program is there.
        (tmp_path / path.name).write_text(path.read_text().replace("/opt/idflow/bin/idflow", sys.executable))
    units = ["idflow.service", "idflow-serve@8001.service", "idflow-worker@9001.service", "idflow-migrate.service"]
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],  # noqa: S607
        cwd=tmp_path,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:", "SYSTEMD_LOG_LEVEL": "warning"},
        capture_output=True,
        text=True,
        check=False,
    )
    mine = [line for line in verified.stderr.splitlines() if "idflow" in line]
    assert (verified.returncode, mine) == (0, [])
