"""What a new process token may look like."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.identity.users import MAXIMUM_EXTERNAL_ID
from engine.store.models import TokenType
from engine.tokens.records import APPLICANT, TokenInvalid, Value
from engine.variables import is_name

MAXIMUM_NAME = 50
"""In characters."""
MAXIMUM_LIMIT = 1_000_000
"""The largest number of uses of a count limited token."""
MAXIMUM_DURATION = timedelta(days=366)
"""The longest time that an instance may be given."""
DEFAULT_DURATION = timedelta(hours=48)
MAXIMUM_PARAMETERS = 50
MAXIMUM_PARAMETER_TEXT = 1000
"""In characters, of a name or a text."""
MAXIMUM_NUMBER = 2**53
"""The largest whole number that every JSON reader takes (RFC 8259, section 6)."""

_RESERVED = frozenset({"processvar", "processVar"})


@dataclass(frozen=True, slots=True)
class NewToken:
    """What a token is made from."""

    name: str
    definition_key: str
    definition_version: int | None
    type: TokenType
    limit: int
    not_before: datetime | None
    not_after: datetime | None
    maximum_duration: timedelta
    parameters: Mapping[str, Value]

    def check(self, now: datetime) -> None:
        """Do nothing for a token that can be made.

        Raises:
            TokenInvalid: for the first thing that is wrong.

        """
        name = self.name
        if not 1 <= len(name) <= MAXIMUM_NAME or name != name.strip() or not name.isprintable():
            raise TokenInvalid(
                f"The name of a process token has 1 to {MAXIMUM_NAME} visible characters and no space at its ends.",
                where="name",
            )
        if self.definition_version is not None and self.definition_version < 1:
            raise TokenInvalid(
                f"Versions of a process definition count from 1, not {self.definition_version}.", where="version"
            )
        if self.type is TokenType.COUNT and not 1 <= self.limit <= MAXIMUM_LIMIT:
            raise TokenInvalid(f"A count limited token has 1 to {MAXIMUM_LIMIT} uses, not {self.limit}.", where="limit")
        self._check_times(now)
        if len(self.parameters) > MAXIMUM_PARAMETERS:
            raise TokenInvalid(
                f"A process token has {len(self.parameters)} parameters; {MAXIMUM_PARAMETERS} are allowed.",
                where="parameters",
            )
        for key, value in self.parameters.items():
            check_parameter(key, value)

    def _check_times(self, now: datetime) -> None:
        for where, at in (("not_before", self.not_before), ("not_after", self.not_after)):
            if at is not None and at.utcoffset() is None:
                what = where.replace("_", " ")
                raise TokenInvalid(f"The time {what!r} of a process token needs a time zone.", where=where)
        if self.not_after is None:
            if self.type is TokenType.TIME:
                raise TokenInvalid(
                    "A time limited token needs a time after which it cannot be used.", where="not_after"
                )
        elif self.not_after <= now:
            raise TokenInvalid("The time after which the token cannot be used is past already.", where="not_after")
        elif self.not_before is not None and self.not_before >= self.not_after:
            raise TokenInvalid(
                "The token would end before it begins: 'not before' must be earlier than 'not after'.",
                where="not_before",
            )
        if not timedelta(seconds=1) <= self.maximum_duration <= MAXIMUM_DURATION:
            raise TokenInvalid(
                f"An instance may take from one second to {MAXIMUM_DURATION.days} days.", where="maximum_duration"
            )


def check_parameter(key: str, value: object) -> None:
    """Do nothing for a parameter that a token can have; raises `TokenInvalid`."""
    if not is_name(key) or key.startswith("_") or key in _RESERVED or len(key) > MAXIMUM_PARAMETER_TEXT:
        raise TokenInvalid(
            f"{key[:MAXIMUM_NAME]!r} cannot name a parameter of a process token: use letters, digits and underscores, "
            "beginning with a letter; processvar is taken.",
            where=f"parameters.{key}",
        )
    maximum = MAXIMUM_EXTERNAL_ID if key == APPLICANT else MAXIMUM_PARAMETER_TEXT
    match value:
        case bool():
            return
        case int() if abs(value) <= MAXIMUM_NUMBER:
            return
        case float() if math.isfinite(value):
            return
        # No database keeps a NUL in a text.
        case str() if len(value) <= maximum and "\0" not in value:
            return
    raise TokenInvalid(
        f"The parameter {key!r} of a process token must be a text of up to {maximum} characters, "
        "a number, or true or false.",
        where=f"parameters.{key}",
    )
