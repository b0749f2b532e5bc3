"""Settings > API keys: keys by which programs work for an account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import request
from werkzeug.wrappers import Response

from engine.accounts import GRANTS, Permission
from engine.accounts.api_keys import MAXIMUM_NAME, ApiKeyInvalid, ApiKeyRecord, grantable
from engine.application import Application
from webui.backoffice.access import Access
from webui.backoffice.requests import page, to

LIFETIMES: Mapping[int, str] = {7: "7 days", 30: "30 days", 90: "90 days", 365: "1 year"}
"""How long a key may be good, in days."""

USUAL_LIFETIME = 90


@dataclass(frozen=True, slots=True)
class ShownKey:
    """A key in the list."""

    key: ApiKeyRecord
    state: str
    tone: str
    """The colour of the state."""

    @classmethod
    def of(cls, key: ApiKeyRecord, now: datetime) -> "ShownKey":
        """Return what the list says of a key."""
        if key.revoked_at is not None:
            return cls(key, "Revoked", "neutral")
        return cls(key, "Expired", "neutral") if key.expires_at <= now else cls(key, "Active", "success")


@dataclass(frozen=True, slots=True)
class ApiKeyPages:
    """The pages of API keys."""

    application: Application
    access: Access

    def list(self) -> Response:
        """Show one's own keys, or all of them."""
        who, now = self.access.known(), self.application.clock.now()
        keys = [ShownKey.of(each, now) for each in self.application.api_keys.listed(who)]
        return page("api_keys/list.html", keys=keys, all=Permission.API_KEYS_MANAGE in who.permissions)

    def new(self) -> Response:
        """Ask what the key is for."""
        return self._ask({}, USUAL_LIFETIME)

    def create(self) -> Response:
        """Make a key, and show it: only now."""
        name, days = request.form.get("name", ""), request.form.get("days", 0, type=int)
        wanted = request.form.getlist("permission")
        try:
            issued = self.application.api_keys.make(self.access.known(), name, wanted, days)
        except ApiKeyInvalid as refused:
            return self._ask({refused.field: refused.message}, days)
        return page("api_keys/issued.html", issued=issued)

    def ask_revoke(self, key_id: str) -> Response:
        """Say what revoking does."""
        return page("api_keys/revoke.html", key=self.application.api_keys.get(self.access.known(), key_id))

    def revoke(self, key_id: str) -> Response:
        """End a key."""
        self.application.api_keys.revoke(self.access.known(), key_id)
        return to("api_keys", done="key-revoked")

    def _ask(self, errors: Mapping[str, str], days: int) -> Response:
        return page(
            "api_keys/new.html",
            wrong=bool(errors),
            errors=errors,
            permissions={each: GRANTS[each].text for each in grantable(self.access.known().account)},
            chosen=request.form.getlist("permission"),
            name=request.form.get("name", ""),
            days=days,
            lifetimes=LIFETIMES,
            maximum=MAXIMUM_NAME,
        )
