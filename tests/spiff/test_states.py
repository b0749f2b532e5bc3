"""Every format of a stored state that was ever written is read, and its instances go on to their ends."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from engine.spiff import state_1
from engine.spiff.state import VERSION
from tests.spiff import states
from tests.spiff.states import SCENARIOS, folder, load, made, to_the_end

# Those of the first version were made before there was a command for it: test_state_1.py goes on with them.
STORED = [
    path for version in range(state_1.VERSION + 1, VERSION + 1) for path in sorted(folder(version).glob("*.json"))
]


def read(path: Path) -> Any:
    return orjson.loads(path.read_bytes())


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_every_version_has_states_that_it_has_stored(version: int) -> None:
    stored = [read(path) for path in folder(version).glob("*.json")]
    assert stored, f"Nothing was stored of version {version}: run python -m {states.__name__} and add its files."
    assert {each.get("state", each)["version"] for each in stored} == {version}


def test_the_present_version_has_every_state_that_can_be_made() -> None:
    there = {path.stem for path in folder(VERSION).glob("*.json")}
    assert there == set(SCENARIOS), f"Run python -m {states.__name__} and add its files."


@pytest.mark.parametrize("path", STORED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_stored_instance_goes_on_to_its_end(path: Path) -> None:
    file = read(path)
    run = load(file)
    assert list(to_the_end(run)) == file["rest"]
    assert run.completed


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_present_version_still_means_the_same(name: str) -> None:
    # The names of tokens are new each time, and nothing else.
    now, then = made(name), read(folder(VERSION) / f"{name}.json")
    assert _shape(now["state"]) == _shape(then["state"]), "Other states are written: raise VERSION, and keep these."
    assert now["rest"] == then["rest"]


def _shape(value: Any) -> Any:
    """Return what a state is made of: its keys, and the kinds of its values."""
    if isinstance(value, dict):
        return sorted((("id" if _is_id(key) else key), str(_shape(each))) for key, each in value.items())
    if isinstance(value, list):
        return [_shape(each) for each in value]
    return "id" if isinstance(value, str) and _is_id(value) else type(value).__name__


def _is_id(text: str) -> bool:
    return len(text) == 32 and all(each in "0123456789abcdef" for each in text)
