"""The examples in docs/deploy name what there is: commands, settings, paths."""

import configparser
import re
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from engine.config import Settings
from webui.cli import idflow

FOLDER = Path(__file__).parents[2] / "docs" / "deploy"
CONTAINERFILE = (FOLDER / "Containerfile").read_text()


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    return table


@pytest.fixture(scope="module")
def unit() -> dict[str, list[str]]:
    settings: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", (FOLDER / "idflow.service").read_text(), re.MULTILINE):
        settings.setdefault(name, []).append(value)
    return settings


def test_every_command_that_is_named_exists() -> None:
    words = re.compile(r"(?:idflow\"?,? \"?|bin/idflow )(run|backup|restore)\b(?:\"?,? \"?(--[a-z-]+))?")
    found = [each for path in FOLDER.iterdir() for each in words.findall(path.read_text())]
    assert {"run", "backup"} <= {command for command, _ in found}
    for command, option in found:
        options = {name for each in idflow.commands[command].params for name in (*each.opts, *each.secondary_opts)}
        assert not option or option in options


def test_every_setting_that_is_named_can_be_used(compose: dict[str, Any], unit: dict[str, list[str]]) -> None:
    given = dict(re.findall(r"(IDFLOW_\w+)=(\S+)", CONTAINERFILE + unit["Environment"][0]))
    given |= {name: value.split(":?")[0] for name, value in compose["services"]["idflow"]["environment"].items()}
    known = {f"IDFLOW_{name.upper()}" for name in Settings.__slots__} | {"IDFLOW_KEEP_INSTANCES"}
    assert given.keys() <= known
    settings = Settings.from_environment({**given, "IDFLOW_PUBLIC_URL": "https://id.example"})
    assert settings.retention.instances is not None
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


def test_the_unit_can_be_read_and_keeps_its_rights_small(unit: dict[str, list[str]]) -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read(FOLDER / "idflow.service")
    assert parser.sections() == ["Unit", "Service", "Install"]
    assert unit["ProtectSystem"] == ["strict"]
    assert f"/var/lib/{unit['StateDirectory'][0]}" in unit["Environment"][0]
