"""What others see of a process token, and why one is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar

from sqlalchemy import Row

from engine.audit import AuditAction
from engine.errors import Conflict, Gone, NotFound, Refused
from engine.store.models import ProcessToken, TokenStatus, TokenType

Value = str | int | float | bool
"""What a parameter of a token may be."""


APPLICANT = "externalId"
"""The parameter that says who a journey is about."""


class TokenInvalid(Refused):
    """A process token cannot be made like this."""

    code = "token-invalid"

    def __init__(self, message: str | None = None, *, where: str = "") -> None:
        super().__init__(message)
        self.where = where
        """What of the token is wrong: `name`, `version`, `limit`, `not_before`, `not_after`, `maximum_duration`,
        `parameters`, or `parameters.` with the name of one."""


class TokenUnknown(NotFound):
    """This link leads nowhere. Check that it is complete, or ask for a new one."""

    code = "token-unknown"


def missing(name: str) -> TokenUnknown:
    """Return what says that no token has this name."""
    return TokenUnknown(f"There is no process token {name[:50]!r}.")


class TokenChanged(Conflict):
    """Somebody switched or used this process token meanwhile. Nothing was done; look at it again."""

    code = "token-changed"


class TokenRefused(Gone):
    """This link cannot be used."""

    code = "token-refused"
    audit_action: ClassVar[AuditAction] = AuditAction.TOKEN_REFUSED


class TokenInactive(TokenRefused):
    """This link has been switched off. Ask the people who sent it for a new one."""

    code = "token-inactive"


class TokenSpent(TokenRefused):
    """This link has been used already. Ask the people who sent it for a new one."""

    code = "token-spent"
    audit_action = AuditAction.TOKEN_REUSED


class TokenExpired(TokenRefused):
    """This link has expired. Ask the people who sent it for a new one."""

    code = "token-expired"
    audit_action = AuditAction.TOKEN_EXPIRED


class TokenNotYetValid(TokenRefused):
    """This link cannot be used yet. Try again later."""

    code = "token-not-yet-valid"
    retry_helps = True


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A process token, without its link."""

    id: str
    name: str
    definition_key: str
    definition_version: int | None
    """None: always the newest."""
    type: TokenType
    status: TokenStatus
    limit: int | None
    """How many instances it may start, when it is count limited."""
    uses: int
    not_before: datetime | None
    not_after: datetime | None
    maximum_duration: int
    """Seconds that an instance may take."""
    parameters: Mapping[str, Value]
    """They become process variables."""
    created_at: datetime
    created_by: str | None = None
    """The name of the account that made it; None: the command line, or an older release."""
    batch_id: str | None = None
    """What it was made together with."""
    opened_at: datetime | None = None
    """When its link was opened first."""
    definition_id: str | None = None
    """What it starts, where it was found by its link; None: there is no such process, or nobody has looked."""

    @property
    def version(self) -> str:
        """What is different as soon as the token was switched or used: whoever switches it says what they saw."""
        return sha256(f"{self.status} {self.uses}".encode()).hexdigest()[:32]

    @property
    def applicant(self) -> str | None:
        """Who its journeys are about: the external ID among the parameters."""
        external_id = self.parameters.get(APPLICANT)
        return None if external_id is None else str(external_id)

    @classmethod
    def of(cls, row: ProcessToken | Row[*tuple[Any, ...]], definition_id: str | None = None) -> "TokenRecord":
        """Return what others may know of the row."""
        return cls(
            id=row.id,
            name=row.name,
            definition_key=row.definition_key,
            definition_version=row.definition_version,
            type=TokenType(row.type),
            status=TokenStatus(row.status),
            limit=row.limit,
            uses=row.uses,
            not_before=row.not_before,
            not_after=row.not_after,
            maximum_duration=row.maximum_duration,
            parameters=row.parameters,
            created_at=row.created_at,
            created_by=row.created_by,
            batch_id=row.batch_id,
            opened_at=row.opened_at,
            definition_id=definition_id,
        )


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token that was just made or renewed. Its link is nowhere else and cannot be had again."""

    id: str
    name: str
    link: str = field(repr=False)
    """43 characters of base64url (RFC 4648, section 5)."""
