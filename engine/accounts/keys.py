"""Making, using and revoking API keys; each method is one transaction."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from engine.accounts import api_keys, records
from engine.accounts.api_keys import ApiKeyRecord, ApiKeyRefused, IssuedKey
from engine.accounts.back_off import network
from engine.accounts.desk import Desk, SignedIn
from engine.accounts.permissions import Permission
from engine.accounts.rates import Rates
from engine.audit import AuditAction

USE_NOTED_AFTER = timedelta(minutes=1)
"""How old the note of the last use may be: not every request writes one."""

_MAXIMUM_ADDRESS = 64


class ApiKeys:
    """The API keys of an installation."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        settings = desk.rules.api
        self._rates = Rates(settings.burst, settings.every)
        self._refusals = Rates(settings.refusals, settings.refused_every)

    def authenticate(self, key: str, *, address: str) -> SignedIn:
        """Return who works by this key.

        Raises:
            ApiKeyRefused: when it is not known, has expired, was revoked, or its account is disabled: all look alike.
            TooManyRequests: when too many requests came with it, or too many that were refused from this address.

        """
        desk, now = self._desk, self._desk.now()
        with desk.database.read() as session:
            found = api_keys.find(session, desk.key("api-key"), key)
            if found is None:
                # A key that is good is never kept out by what others at its address do.
                self._refusals.take(network(address), now)
                raise ApiKeyRefused
            row, account = found
            why = api_keys.reason(row, account, now)
            record = api_keys.record(row, account.name)
        # Counted before anything is written: who may not come in cannot fill the audit trail.
        known = SignedIn(records.record(account), "", key=record, budget=self._rates.take(row.id, now))
        if why is not None:
            self._refusals.take(network(address), now)
            with desk.database.write() as session:
                where = address[:_MAXIMUM_ADDRESS]
                desk.audit(session, AuditAction.API_KEY_REFUSED, account.name, key=row.id, reason=why, address=where)
            raise ApiKeyRefused
        if row.used_at is None or now - row.used_at >= USE_NOTED_AFTER:
            with desk.database.write() as session:
                api_keys.get(session, row.id, None)[0].used_at = now
        return known

    def make(self, signed_in: SignedIn, name: str, permissions: Iterable[str], days: int) -> IssuedKey:
        """Make a key for whoever is signed in; raises `ApiKeyInvalid`, see `api_keys.make`."""
        desk = self._desk
        with desk.database.write() as session:
            account = records.record(desk.account(session, signed_in))
            issued = api_keys.make(
                session,
                desk.key("api-key"),
                account,
                name,
                permissions,
                days,
                random=desk.random,
                now=desk.now(),
            )
            made = issued.record
            detail = {"key": made.id, "name": made.name, "until": made.expires_at.isoformat()}
            granted = " ".join(made.permissions)
            desk.audit(
                session, AuditAction.API_KEY_CREATED, account.name, permissions=granted, by=account.name, **detail
            )
            return issued

    def listed(self, signed_in: SignedIn) -> Sequence[ApiKeyRecord]:
        """Return the keys that may be seen: one's own, or all."""
        with self._desk.database.read() as session:
            return api_keys.listed(session, self._whose(signed_in))

    def get(self, signed_in: SignedIn, key_id: str) -> ApiKeyRecord:
        """Return a key that may be seen; raises `ApiKeyNotFound`."""
        with self._desk.database.read() as session:
            return api_keys.record(*api_keys.get(session, key_id, self._whose(signed_in)))

    def revoke(self, signed_in: SignedIn, key_id: str) -> None:
        """End a key that may be seen, at once; raises `ApiKeyNotFound`."""
        desk = self._desk
        with desk.database.write() as session:
            row, owner = api_keys.get(session, key_id, self._whose(signed_in))
            if row.revoked_at is None:
                row.revoked_at = desk.now()
                by = signed_in.account.name
                desk.audit(session, AuditAction.API_KEY_REVOKED, owner, key=row.id, name=row.name, by=by)

    @staticmethod
    def _whose(signed_in: SignedIn) -> str | None:
        return None if Permission.API_KEYS_MANAGE in signed_in.permissions else signed_in.account.id
