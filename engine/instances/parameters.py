"""What an instance was started with where no token started it: by a program, a message, a signal, the command line.

Such variables are sealed in the database, and stay so: what is kept for the search is an HMAC of each value, by which
only whoever knows the whole value finds the instance. The external ID is the exception, as every list shows it.
"""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.folding import LONGEST_KEY, folded, key_of
from engine.store.models import InstanceParameter
from engine.tokens.records import APPLICANT
from engine.typed_text import written

MAXIMUM_NOTED = 50
"""How many variables of one instance are noted: the first by name."""

MAXIMUM_DEPTH = 4
"""How deep inside of others they may be: `customer.address.city` is three."""

SEALED = ""
"""The name in the row of a digest."""


@dataclass(frozen=True, slots=True)
class Digests:
    """Stands for values that are kept sealed."""

    key: bytes = field(repr=False)

    def of(self, name: str, value: str) -> str:
        """Return what stands for a value under a name; under an empty name, for the value wherever it is."""
        return hmac.digest(self.key, f"{name}\0{folded(value)}".encode(), "sha256").hex()

    def note(self, session: Session, instance_id: str, variables: Mapping[str, Any]) -> None:
        """Write what an instance was started with; its row is there already."""
        rows = [
            {"instance_id": instance_id, "name": name, "key": key}
            for name, key in sorted({row for each in _some(variables) for row in self._rows(*each)})
        ]
        if rows:
            session.execute(insert(InstanceParameter), rows)

    def _rows(self, name: str, value: str) -> Iterator[tuple[str, str]]:
        if not folded(value):
            return
        if name == APPLICANT:
            yield name, key_of(value)
        else:
            yield SEALED, self.of(name, value)
            yield SEALED, self.of("", value)


def _some(variables: Mapping[str, Any]) -> list[tuple[str, str]]:
    return sorted(_flat(variables, ""))[:MAXIMUM_NOTED]


def _flat(variables: Mapping[str, Any], within: str, depth: int = 1) -> Iterator[tuple[str, str]]:
    for name, value in variables.items():
        path = f"{within}{name}"
        if isinstance(value, Mapping):
            if depth < MAXIMUM_DEPTH:
                yield from _flat(value, f"{path}.", depth + 1)
        elif (text := written(value)) and len(path) <= LONGEST_KEY:
            yield path, text
