"""Generate Recovery Codes: makes the codes that stand in for a lost authenticator."""

from engine.activity import Context, Written
from engine.identity import StoreNotFound, UserLocked, UserNotFound
from service_tasks._for_user import ForUser
from service_tasks._kept import STORE


class GenerateRecoveryCodes(ForUser):
    """Makes new recovery codes for the user, for a form to show once. Older ones end."""

    type = "generate-recovery-codes"
    name = "Generate Recovery Codes"
    icon = "M4 4h16v16H4zM8 9h8M8 12h8M8 15h5"
    errors = (StoreNotFound, UserNotFound, UserLocked)
    writes = (Written(f"{STORE}.recoveryCodes", kind="secret", help="A list of codes."),)

    def run(self, context: Context) -> object:
        """Write a list of references that only the end user's page opens."""
        user = self.user(context)
        codes = context.identity.generate_recovery_codes(context.session, user, context.instance_id)
        context.assign(f"{STORE}.recoveryCodes", list(codes))
        return None
