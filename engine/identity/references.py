"""What secret references stand for."""

from enum import StrEnum

from engine.errors import Gone


class SecretGone(Gone):
    """This secret can no longer be shown."""

    code = "secret-gone"


class SecretKind(StrEnum):
    """What is behind a secret reference; `reveal` opens it.

    A registration that is under way has kinds of its own: a page that was to complete it shows nothing afterwards,
    when the policy decides about showing the secret again.
    """

    URI = "totp-uri"
    SECRET = "totp-secret"  # noqa: S105 - a kind, not a password
    REGISTRATION_URI = "totp-registration-uri"
    REGISTRATION_SECRET = "totp-registration-secret"  # noqa: S105 - a kind, not a password
    RECOVERY_CODE = "recovery-code"
