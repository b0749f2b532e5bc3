"""What the row of a sandbox holds: a database, and beside it what no table of it knows."""

import zlib
from dataclasses import asdict, dataclass, field, fields
from hashlib import blake2b
from typing import Any, Self

import orjson

from engine.errors import Refused
from engine.identity import Vault
from engine.identity.vault import bind
from engine.store.models import Base

MAXIMUM_BYTES = 8 * 1024 * 1024
"""How large a sandbox may be, compressed."""

_FAST = 1
_LENGTH = 4


class SandboxFull(Refused):
    """The sandbox has become too large. Start it again."""

    code = "sandbox-full"


class ContentsOutdated(Exception):
    """Another version of Idflow, with other tables, has written this."""


@dataclass(slots=True)
class Contents:
    """Everything about one sandbox. JSON values, but for the image."""

    key: str
    """The id of the process that is tried."""
    draft: str
    """The file."""
    given: dict[str, Any]
    """The variables that it was started with."""
    clock: str
    """ISO 8601."""
    began: str
    """What the clock said when the process was started."""
    binding: str
    """In hexadecimal."""
    instance_id: str = ""
    """Empty until an event starts the process."""
    results: dict[str, Any] = field(default_factory=dict)
    """What service tasks come to, by element."""
    results_given: dict[str, Any] = field(default_factory=dict)
    """Those that were set when the process was started."""
    steps: list[str] = field(default_factory=list)
    """What was done, as lines of a journey test."""
    mails: list[dict[str, str]] = field(default_factory=list)
    recovery_codes: list[str] = field(default_factory=list)
    """Those of the sample users that were not used yet."""
    image: bytes = b""

    def seal(self, vault: Vault, sandbox_id: str) -> bytes:
        """Return what the row holds; raises `SandboxFull`."""
        values = {name: value for name, value in asdict(self).items() if name != "image"}
        head = orjson.dumps([_TABLES, values])
        packed = zlib.compress(len(head).to_bytes(_LENGTH) + head + self.image, _FAST)
        if len(packed) > MAXIMUM_BYTES:
            raise SandboxFull
        return vault.seal(packed, _bound_to(sandbox_id))

    @classmethod
    def unseal(cls, vault: Vault, sandbox_id: str, sealed: bytes) -> Self:
        """Return what was sealed.

        Raises:
            SealBroken: when it was altered, or sealed for another sandbox.
            ContentsOutdated: when its tables are not those of this program.

        """
        plain = zlib.decompress(vault.unseal(sealed, _bound_to(sandbox_id)))
        end = _LENGTH + int.from_bytes(plain[:_LENGTH])
        tables, values = orjson.loads(plain[_LENGTH:end])
        if tables != _TABLES or set(values) != _NAMES:
            raise ContentsOutdated
        return cls(**values, image=plain[end:])


def _bound_to(sandbox_id: str) -> bytes:
    return bind("sandbox", sandbox_id)


def _tables() -> str:
    said = [
        (table.name, [(each.name, str(each.type)) for each in table.columns]) for table in Base.metadata.sorted_tables
    ]
    return blake2b(orjson.dumps(said), digest_size=8).hexdigest()


_TABLES = _tables()
_NAMES = {each.name for each in fields(Contents)} - {"image"}
