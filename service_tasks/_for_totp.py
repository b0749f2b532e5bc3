"""What every activity that works with a user's TOTP registration shares: the policy."""

from engine.activity import Context
from engine.declare import parameter
from engine.identity import PolicyRecord, UserRecord
from service_tasks._for_user import ForUser


class ForTotp(ForUser):
    """Works with the registration of one user under one TOTP policy."""

    totp_policy: str = parameter(
        "TOTP Policy", required=True, names="totp-policy", help="The TOTP policy of the registration."
    )

    def user_and_policy(self, context: Context) -> tuple[UserRecord, PolicyRecord]:
        """Return the user and the policy that the parameters name.

        Raises:
            StoreNotFound, UserNotFound, UserNotLoaded: see `ForUser.user`.
            PolicyNotFound: when there is no such policy.

        """
        return context.identity.user_and_policy(context.session, self.who(context), self.totp_policy)
