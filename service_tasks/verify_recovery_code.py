"""Verify Recovery Code: a user who has lost the authenticator proves to be the one."""

from engine.activity import Context
from engine.identity import RecoveryCodeInvalid, StoreNotFound, UserLocked, UserNotFound
from service_tasks._for_user import ForUser
from service_tasks._takes_code import TakesCode


class VerifyRecoveryCode(ForUser, TakesCode):
    """Checks one of the user's recovery codes. Each is good for one use; failures make the user wait."""

    type = "verify-recovery-code"
    takes = "recoveryCode"
    name = "Verify Recovery Code"
    icon = "M4 4h16v10M4 4v16h7M8 9h8M8 12h4M13 18l3 3 5-6"
    errors = (StoreNotFound, UserNotFound, RecoveryCodeInvalid, UserLocked)

    def run(self, context: Context) -> object:
        """Use the code up."""
        user = self.user(context)
        self.forget_code(context)
        context.identity.verify_recovery_code(context.session, user, self.code, context.instance_id)
        return None
