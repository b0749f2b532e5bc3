"""What is stored of an instance is read again, also as the first release wrote it."""

from typing import Any

import orjson
import pytest

from engine import variables
from engine.identity.vault import bind
from engine.instances.sealed import State
from engine.variables import SecretReference

REFERENCE = SecretReference("totp-secret", "1", "i")
STATES = [
    State({"a": 1}, {"version": 2}, 3),
    State({"": 1, "secret": REFERENCE}, {}, 0, {"child": {"a": [REFERENCE]}, "other": {}}),
    State({}, {}, 7, {}, ["a", "b"]),
]


@pytest.mark.parametrize("state", STATES)
def test_a_state_survives(installation: Any, state: State) -> None:
    vault = installation.open()._vault
    assert State.unseal(vault, "i", state.seal(vault, "i")) == state


def test_a_state_of_the_first_release_is_read(installation: Any) -> None:
    vault = installation.open()._vault
    table = variables.encode({"a": REFERENCE})
    plain = len(table).to_bytes(4) + table + orjson.dumps([5, {"version": 1}])
    assert State.unseal(vault, "i", vault.seal(plain, bind("instance", "i"))) == State(
        {"a": REFERENCE}, {"version": 1}, 5
    )
