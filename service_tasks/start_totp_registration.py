"""Start TOTP Registration: makes a new secret for a user, who has yet to prove that an authenticator holds it."""

from collections.abc import Mapping
from typing import Self

from engine.activity import Context, Written
from engine.declare import parameter
from engine.errors import Problem
from engine.identity import PolicyNotFound, StoreNotFound, TotpAlreadyRegistered, UserLocked, UserNotFound
from engine.model import Element
from service_tasks._for_totp import ForTotp
from service_tasks._kept import STORE, check_key, key_problems

_WRITES = Written(
    f"{STORE}.totpRegistrations.{{totpRegistrationKey}}",
    {
        **dict.fromkeys(("id", "status"), "text"),
        **dict.fromkeys(("qrCodeString", "secret"), "secret"),
        **dict.fromkeys(("expiresAt", "issuer", "accountName"), "text"),
        **dict.fromkeys(("digits", "period"), "number"),
        "algorithm": "text",
    },
    help="The registration that was started.",
)


class StartTotpRegistration(ForTotp):
    """Starts the registration of an authenticator, for a form to show its QR code and key."""

    type = "start-totp-registration"
    name = "Start TOTP Registration"
    icon = "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM17 14v6M14 17h6"
    errors = (StoreNotFound, UserNotFound, PolicyNotFound, UserLocked, TotpAlreadyRegistered)
    writes = (_WRITES,)

    totp_registration_key: str = parameter(
        "TOTP Registration Key", default="totpReg1", help="The name under which the process keeps the registration."
    )

    @classmethod
    def read(cls, values: Mapping[str, object]) -> Self:
        """Return the activity with its parameters; see `ForUser.read`.

        Raises:
            KeyInvalid: when the TOTP Registration Key cannot name a variable.

        """
        ready = super().read(values)
        check_key("TOTP Registration Key", ready.totp_registration_key)
        return ready

    @classmethod
    def check(cls, element: Element) -> list[Problem]:
        """Return what is wrong with the keys and identifiers that are drawn as plain text."""
        return [*super().check(element), *key_problems("TOTP Registration Key", "totpRegistrationKey", element)]

    def run(self, context: Context) -> object:
        """Write the registration; its secret and its QR code are references that only the end user's page opens."""
        user, policy = self.user_and_policy(context)
        started = context.identity.start_registration(context.session, user, policy, context.instance_id)
        context.assign(
            f"{STORE}.totpRegistrations.{self.totp_registration_key}",
            {
                "id": started.id,
                "status": "STARTED",
                "qrCodeString": started.uri,
                "secret": started.secret,
                "expiresAt": started.expires_at.isoformat(),
                "issuer": started.issuer,
                "accountName": started.account_name,
                "digits": started.digits,
                "period": started.period,
                "algorithm": started.algorithm.value,
            },
        )
        return None
