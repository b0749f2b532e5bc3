"""Who comes from the provider: which account it is, or becomes."""

from sqlalchemy.orm import Session

from engine.accounts import Desk, SignedIn, identities, records, second_factors, sessions
from engine.accounts.sessions import AtProvider, Origin
from engine.audit import AuditAction
from engine.oidc_settings import OidcSettings
from engine.sign_on.claims import name_of, role_of
from engine.sign_on.conversation import Told
from engine.sign_on.pending import Sealer
from engine.sign_on.reasons import SignOnRefused, Why
from engine.store.models import Account, AccountIdentity

MAXIMUM_NAMESAKES = 1000
"""How many accounts may be named alike, with a number behind the name."""

_MAXIMUM_ADDRESS = 64


class Arrivals:
    """Begins the sessions of those whom the provider tells of."""

    def __init__(self, desk: Desk, sealer: Sealer) -> None:
        """Seal the ID tokens that sessions keep."""
        self._desk = desk
        self._sealer = sealer

    def sign_in(self, settings: OidcSettings, told: Told, origin: Origin) -> SignedIn:
        """Sign somebody in, halfway where our second factor is asked for, too; raises `SignOnRefused`."""
        desk, where = self._desk, origin.address[:_MAXIMUM_ADDRESS]
        with desk.database.write() as session:
            now = desk.now()
            found = identities.find(session, settings.issuer, told.subject)
            identity, row = self._made(session, settings, told) if found is None else found
            if row.disabled_at is not None:
                raise SignOnRefused(Why.DISABLED, subject=told.subject, account=row.name)
            if found is not None and settings.maps_roles:
                self._take_role(session, settings, told, row)
            halfway = settings.second_factor and second_factors.is_on(session, row.id)
            identity.used_at = now
            if not halfway:
                row.signed_in_at = now
            asked = AuditAction.SECOND_FACTOR_ASKED if halfway else AuditAction.SIGN_IN_SUCCEEDED
            desk.audit(session, asked, row.name, address=where, provider=settings.issuer, subject=told.subject)
            provider = AtProvider(identity.id, self._sealer.seal_token(told.id_token, now))
            given = sessions.begin(session, row.id, origin, desk.random, now, halfway=halfway, provider=provider)
            return desk.signed_in(session, row, given, halfway=halfway)

    def _made(self, session: Session, settings: OidcSettings, told: Told) -> tuple[AccountIdentity, Account]:
        """Make the account of somebody who is here for the first time."""
        desk, now = self._desk, self._desk.now()
        if not settings.create_accounts:
            raise SignOnRefused(Why.NO_ACCOUNT, subject=told.subject)
        role = role_of(told.claims, settings)
        if role is None:
            raise SignOnRefused(Why.NO_ROLE, subject=told.subject)
        name = _free(session, name_of(told.claims, settings))
        row = records.create_without_password(session, name, role.value, now)
        identity = identities.link(session, row.id, settings.issuer, told.subject, now)
        said = {"provider": settings.issuer, "subject": told.subject}
        desk.audit(session, AuditAction.ACCOUNT_CREATED, name, role=role.value, by=None, **said)
        desk.audit(session, AuditAction.IDENTITY_LINKED, name, by=None, **said)
        return identity, row

    def _take_role(self, session: Session, settings: OidcSettings, told: Told, row: Account) -> None:
        """Give an account the role that the provider says it has now."""
        role = role_of(told.claims, settings)
        if role is None or row.role == role:
            return
        try:
            records.spare(session, row, self._desk.now())
        except records.LastAdministrator:
            raise SignOnRefused(Why.LAST_ADMINISTRATOR, subject=told.subject, account=row.name) from None
        before, row.role = row.role, role.value
        detail = {"role": row.role, "before": before, "provider": settings.issuer}
        self._desk.audit(session, AuditAction.ACCOUNT_ROLE_CHANGED, row.name, by=None, **detail)


def _free(session: Session, name: str) -> str:
    """Return the name, with a number behind it when another account has it: nobody gets that one by its name."""
    for number in range(1, MAXIMUM_NAMESAKES):
        tried = name if number == 1 else f"{name}-{number}"
        if records.row_of(session, tried) is None:
            return tried
    raise records.AccountNameTaken
