"""Get TOTP: makes a user's current TOTP registration available, to be shown again."""

from engine import audit
from engine.activity import Context, Written
from engine.audit import AuditAction
from engine.identity import (
    PolicyNotFound,
    StoreNotFound,
    TotpDisplayDenied,
    TotpNotRegistered,
    UserLocked,
    UserNotFound,
)
from engine.mail import Notice
from service_tasks._for_totp import ForTotp
from service_tasks._kept import STORE

_WRITES = Written(
    f"{STORE}.currentTOTP",
    {
        **dict.fromkeys(("qrCodeString", "secret"), "secret"),
        **dict.fromkeys(("issuer", "accountName"), "text"),
        **dict.fromkeys(("digits", "period"), "number"),
        **dict.fromkeys(("algorithm", "registeredAt"), "text"),
    },
    help="The current registration.",
)


class GetTotp(ForTotp):
    """Gets the user's current TOTP registration, for a form to show its QR code and key again."""

    type = "get-totp"
    name = "Get TOTP"
    icon = "M12 3l8 3v6c0 4.5-3.3 7.8-8 9-4.7-1.2-8-4.5-8-9V6zM12 8v4l3 2"
    errors = (StoreNotFound, UserNotFound, PolicyNotFound, TotpNotRegistered, TotpDisplayDenied, UserLocked)
    writes = (_WRITES,)

    def run(self, context: Context) -> object:
        """Write the registration; its secret and its QR code are references that only the end user's page opens."""
        identity, session = context.identity, context.session
        user, policy = self.user_and_policy(context)
        where = {"instance_id": context.instance_id, "user_id": user.id, "policy": policy.name}
        try:
            current = identity.current_totp(session, user, policy, context.instance_id)
        except (TotpDisplayDenied, UserLocked) as denied:
            audit.record(session, context.clock, AuditAction.TOTP_DISPLAY_DENIED, reason=denied.error_code, **where)
            raise
        credential = current.credential
        audit.record(session, context.clock, AuditAction.TOTP_DISPLAYED, credential=credential.id, **where)
        context.mailer.notify(session, user, Notice.TOTP_DISPLAYED, instance_id=context.instance_id)
        context.assign(
            f"{STORE}.currentTOTP",
            {
                "qrCodeString": current.uri,
                "secret": current.secret,
                "issuer": credential.issuer,
                "accountName": credential.account_name,
                "digits": credential.digits,
                "period": credential.period,
                "algorithm": credential.algorithm.value,
                "registeredAt": credential.registered_at.isoformat(),
            },
        )
        return None
