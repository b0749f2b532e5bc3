"""Complete TOTP Registration: takes the first code of an authenticator, and the registration becomes current."""

from engine.activity import Context, Written
from engine.declare import parameter
from engine.errors import Failure
from engine.identity import TotpCodeInvalid, TotpRegistrationExpired, UserLocked
from service_tasks._kept import STORE, kept
from service_tasks._takes_code import TakesCode


class RegistrationNotStarted(Failure):
    """The process has started no TOTP registration under this key."""

    code = "registration-not-started"


class CompleteTotpRegistration(TakesCode):
    """Completes the registration of an authenticator, with a code that it shows."""

    type = "complete-totp-registration"
    name = "Complete TOTP Registration"
    icon = "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM13 17l3 3 5-6"
    errors = (TotpCodeInvalid, TotpRegistrationExpired, UserLocked)
    writes = (
        Written(
            f"{STORE}.totpRegistrations.{{totpRegistrationKey}}",
            {"status": "text", "qrCodeString": "secret", "secret": "secret"},
            help="The registration is COMPLETED; its QR code and its secret are null from now on.",
        ),
    )

    totp_registration_key: str = parameter(
        "TOTP Registration Key", required=True, help="The key that Start TOTP Registration was given."
    )

    def run(self, context: Context) -> object:
        """Write the status COMPLETED; the QR code and the secret can no longer be shown."""
        key = self.totp_registration_key
        registration_id = kept(context, "totpRegistrations", key, "id")
        if not isinstance(registration_id, str):
            raise RegistrationNotStarted(
                f"This process has started no TOTP registration under the key {key!r}. Put a Start TOTP Registration "
                "step with the same TOTP Registration Key before this one."
            )
        self.forget_code(context)
        context.identity.complete_registration(context.session, registration_id, self.code, context.instance_id)
        place = f"{STORE}.totpRegistrations.{key}"
        context.assign(f"{place}.status", "COMPLETED")
        context.assign(f"{place}.qrCodeString", None)
        context.assign(f"{place}.secret", None)
        return None
