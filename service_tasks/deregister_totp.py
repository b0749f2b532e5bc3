"""Deregister TOTP: ends a user's current TOTP registration."""

from engine.activity import Context
from engine.identity import PolicyNotFound, StoreNotFound, TotpNotRegistered, UserNotFound
from service_tasks._for_totp import ForTotp


class DeregisterTotp(ForTotp):
    """Ends the user's current TOTP registration: no device that holds it makes a valid code any more."""

    type = "deregister-totp"
    name = "Deregister TOTP"
    icon = "M12 3l8 3v6c0 4.5-3.3 7.8-8 9-4.7-1.2-8-4.5-8-9V6zM9 9l6 6M15 9l-6 6"
    errors = (StoreNotFound, UserNotFound, PolicyNotFound, TotpNotRegistered)

    def run(self, context: Context) -> object:
        """End the registration."""
        user, policy = self.user_and_policy(context)
        context.identity.deregister_totp(context.session, user, policy, context.instance_id)
        return None
