"""The state of an instance as its row keeps it: variables and tokens, sealed and bound to the row."""

from dataclasses import dataclass
from typing import Any

import orjson

from engine import variables
from engine.identity.vault import Vault, bind

_LENGTH = 4


@dataclass(slots=True)
class State:
    """What is sealed."""

    variables: dict[str, Any]
    tasks: dict[str, Any]
    """Where the tokens stand, as `engine.spiff` saves it."""
    history: int = 0
    """How many history rows the instance has."""

    def seal(self, vault: Vault, instance_id: str) -> bytes:
        """Return the state as the instance's row keeps it."""
        table = variables.encode(self.variables)
        rest = orjson.dumps([self.history, self.tasks])
        return vault.seal(len(table).to_bytes(_LENGTH) + table + rest, bind("instance", instance_id))

    @classmethod
    def unseal(cls, vault: Vault, instance_id: str, sealed: bytes) -> "State":
        """Return the state that was sealed for this instance.

        Raises:
            SealBroken: when it was sealed for another row, or altered.

        """
        plain = vault.unseal(sealed, bind("instance", instance_id))
        end = _LENGTH + int.from_bytes(plain[:_LENGTH])
        history, tasks = orjson.loads(plain[end:])
        return cls(variables.decode(plain[_LENGTH:end]), tasks, history)
