"""A TOTP secret on its way from one system to another: what `otpauth` URIs and PSKC files say alike."""

from dataclasses import dataclass, field

from engine.errors import Refused
from engine.identity.policies import Algorithm, PolicySettings
from engine.identity.texts import check_line

MINIMUM_SECRET_BYTES = 14
"""112 bits: RFC 4226, section 4, R6 asks for 128, but many issuers have made 112."""
MAXIMUM_SECRET_BYTES = 128
"""The block of SHA-512: HMAC would hash a longer one first (RFC 2104)."""
MAXIMUM_ACCOUNT_NAME = 255
"""In characters."""


class ImportRefused(Refused):
    """A secret of another system cannot be taken over."""

    code = "import-refused"


@dataclass(frozen=True, slots=True)
class OtpKey:
    """One secret with its parameters. Its `repr` does not show it."""

    external_id: str
    """The user's."""
    issuer: str
    account_name: str
    secret: bytes = field(repr=False)
    algorithm: Algorithm
    digits: int
    period: int
    """Seconds."""

    def __post_init__(self) -> None:
        """Check everything but the user.

        Raises:
            ImportRefused, IdentityInvalid: when it cannot be a TOTP credential here; never with the secret.

        """
        if len(self.secret) < MINIMUM_SECRET_BYTES:
            raise ImportRefused(
                f"The secret of {self.account_name!r} has {len(self.secret) * 8} bits, fewer than "
                f"{MINIMUM_SECRET_BYTES * 8}: rotate it, that is, have the user register a new one."
            )
        if len(self.secret) > MAXIMUM_SECRET_BYTES:
            raise ImportRefused(f"The secret of {self.account_name!r} has more than {MAXIMUM_SECRET_BYTES} bytes.")
        # What a policy may say is what a device may have.
        PolicySettings(issuer=self.issuer, algorithm=self.algorithm, digits=self.digits, period=self.period)
        check_line("An account name", self.account_name, MAXIMUM_ACCOUNT_NAME)
        if ":" in self.account_name:
            raise ImportRefused(f"The account name {self.account_name!r} has a colon.")
