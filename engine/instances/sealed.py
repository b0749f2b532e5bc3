"""The state of an instance as its row keeps it: variables and tokens, sealed and bound to the row."""

from dataclasses import dataclass, field
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
    called: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The variables of the processes that are called at this moment."""
    seen: list[str] = field(default_factory=list)
    """The names of the variables that the element at which the instance stopped could see."""

    def seal(self, vault: Vault, instance_id: str) -> bytes:
        """Return the state as the instance's row keeps it."""
        table = variables.encode({"": self.variables, **self.called} if self.called else self.variables)
        rest = orjson.dumps([self.history, self.tasks, bool(self.called), self.seen])
        return vault.seal(len(table).to_bytes(_LENGTH) + table + rest, bind("instance", instance_id))

    @classmethod
    def unseal(cls, vault: Vault, instance_id: str, sealed: bytes) -> "State":
        """Return the state that was sealed for this instance.

        Raises:
            SealBroken: when it was sealed for another row, or altered.

        """
        plain = vault.unseal(sealed, bind("instance", instance_id))
        end = _LENGTH + int.from_bytes(plain[:_LENGTH])
        # The first release wrote neither of the last two.
        history, tasks, several, seen = (*orjson.loads(plain[end:]), False, [])[:4]
        table = variables.decode(plain[_LENGTH:end])
        return cls(table.pop("") if several else table, tasks, history, table if several else {}, seen)
