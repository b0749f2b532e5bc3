"""Authenticate TOTP: a user proves to hold the registered authenticator."""

from engine.activity import Context, Written
from engine.declare import parameter
from engine.identity import (
    PolicyNotFound,
    StoreNotFound,
    TotpAuthenticationFailed,
    TotpNotRegistered,
    UserLocked,
    UserNotFound,
)
from service_tasks._for_totp import ForTotp
from service_tasks._kept import STORE
from service_tasks._takes_code import TakesCode

MAXIMUM_ATTEMPTS = 100
"""How many failures in a row lock a user at the latest, whatever a process says."""


class AuthenticateTotp(ForTotp, TakesCode):
    """Checks the code of the user's authenticator. Each code is good for one use; failures make the user wait."""

    type = "authenticate-totp"
    name = "Authenticate TOTP"
    icon = "M12 3l8 3v6c0 4.5-3.3 7.8-8 9-4.7-1.2-8-4.5-8-9V6zM8.5 12l2.5 2.5 4.5-5"
    errors = (StoreNotFound, UserNotFound, PolicyNotFound, TotpAuthenticationFailed, TotpNotRegistered, UserLocked)
    writes = (
        Written(
            f"{STORE}.totpAuthentication", {"result": "text", "at": "text"}, help="That the code was right, and when."
        ),
    )

    max_attempts: int | None = parameter(
        "Max Attempts",
        minimum=1,
        maximum=MAXIMUM_ATTEMPTS,
        help="After how many wrong codes in a row the user is locked; without it, the policy alone says.",
    )

    def run(self, context: Context) -> object:
        """Write the result: it is there only when the code was right."""
        user, policy = self.user_and_policy(context)
        self.forget_code(context)
        done = context.identity.authenticate_totp(
            context.session, user, policy, self.code, context.instance_id, max_attempts=self.max_attempts
        )
        context.assign(f"{STORE}.totpAuthentication", {"result": "SUCCEEDED", "at": done.at.isoformat()})
        return None
