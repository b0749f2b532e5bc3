"""The people in an installation that is thrown away.

Every identity store has the same two: `SAMPLE` has a TOTP registration under every policy and recovery codes, and
`NEWCOMER` has none of that, for journeys that register somebody. Their secrets open nothing but this installation, so
the codes that their authenticators would show are worked out here.

A placeholder stands for a code where a test is written down: the code itself is another one each time.

    {{totp}}                  the next code: of a registration that is under way, otherwise of the sample user
    {{totp:policy}}           the same under one policy
    {{totp:policy:user}}      the same of one user, by the external ID
    {{wrongTotp}}             a code that no authenticator shows around now; also {{wrongTotp:policy}}
    {{recoveryCode}}          one of the sample user's recovery codes that was not used yet
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.errors import Refused
from engine.identity import Identity, PolicySettings, StoreStatus, totp
from engine.identity.otpauth import code_of_step, step_at
from engine.identity.policies import Algorithm
from engine.identity.stores import set_status
from engine.store.models import CredentialStatus, IdentityStore, TotpCredential, TotpPolicy, User

SAMPLE = "sample-user"
"""The external ID of the user who has everything."""

NEWCOMER = "new-user"
"""The external ID of the user who has nothing yet."""

STEPS_AROUND = 10
"""How many time steps around now a code may be of to be known as one."""

_PEOPLE = {SAMPLE: ("Sample", "sample.user@example.com"), NEWCOMER: ("New", "new.user@example.com")}
_PLACEHOLDER = re.compile(r"\{\{\s*(totp|wrongTotp|recoveryCode)\s*(?::([^:{}]*))?(?::([^:{}]*))?\}\}")
_CREDENTIALS = (
    select(TotpCredential, User.external_id, User.store_id, IdentityStore.name, TotpPolicy.name)
    .join(User, User.id == TotpCredential.user_id)
    .join(IdentityStore, IdentityStore.id == User.store_id)
    .join(TotpPolicy, TotpPolicy.id == TotpCredential.policy_id)
    .where(TotpCredential.status.in_([CredentialStatus.PENDING.value, CredentialStatus.ACTIVE.value]))
    .order_by(TotpCredential.registered_at.desc(), TotpCredential.id)
    .execution_options(populate_existing=True)
)
_USERS = (
    select(IdentityStore.name, User.external_id, User.id)
    .join(IdentityStore, IdentityStore.id == User.store_id)
    .order_by(IdentityStore.name, User.created_at, User.external_id.desc())
)


class PlaceholderUnknown(Refused):
    """This placeholder stands for nothing here."""

    code = "placeholder-unknown"


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """What an identity store is like."""

    name: str
    locale: str = "en"
    time_zone: str = "UTC"
    status: StoreStatus = StoreStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class Code:
    """The code that an authenticator shows now."""

    store: str
    policy: str
    external_id: str
    code: str
    pending: bool
    """Its registration is under way."""
    used: bool
    """It was taken already: the next one comes with the next time step."""
    around: frozenset[str]
    """What it showed a while ago and will show soon."""


@dataclass(frozen=True, slots=True)
class SampleUser:
    """Somebody in a store."""

    store: str
    external_id: str
    id: str


def furnish(
    session: Session, identity: Identity, stores: Iterable[StoreSettings], policies: Mapping[str, PolicySettings]
) -> list[str]:
    """Make stores with their people, and policies; return the recovery codes of the sample users."""
    made = [identity.create_policy(session, name, **_options(settings)) for name, settings in policies.items()]
    codes: list[str] = []
    for settings in stores:
        store = identity.create_store(session, settings.name, locale=settings.locale, time_zone=settings.time_zone)
        for external_id, (first, email) in _PEOPLE.items():
            attributes = {"email": email, "firstName": first, "lastName": "User", "phone": "+1 202 555 0100"}
            user = identity.create_user(session, store, external_id=external_id, attributes=attributes)
            if external_id != SAMPLE:
                continue
            for policy in made:
                identity.register_totp(session, user, policy)
            shown = identity.generate_recovery_codes(session, user, SAMPLE)
            codes += [identity.reveal(session, each) for each in shown]
        if settings.status is not StoreStatus.ACTIVE:
            set_status(session, identity.clock, store, settings.status)
    return codes


def users(session: Session) -> list[SampleUser]:
    """Return everybody."""
    return [
        SampleUser(store, external_id or "", identifier) for store, external_id, identifier in session.execute(_USERS)
    ]


def codes(session: Session, identity: Identity) -> list[Code]:
    """Return the codes of now: of registrations that are under way, then of the sample users, then of others."""
    found = list(_codes(session, identity, identity.clock))
    return sorted(found, key=lambda each: (not each.pending, each.external_id != SAMPLE))


def fill(text: str, known: Sequence[Code], recovery_codes: list[str]) -> str:
    """Return `text` with what its placeholders stand for; a recovery code is taken from the list.

    Raises:
        PlaceholderUnknown: when there is no such code.

    """

    def code(found: re.Match[str]) -> str:
        kind, policy, user = found.groups()
        if kind == "recoveryCode":
            if not recovery_codes:
                raise PlaceholderUnknown("There is no recovery code left.")
            return recovery_codes.pop(0)
        matching = list(_matching(known, policy, user))
        if not matching:
            raise PlaceholderUnknown(f"There is no registration that {found[0]} could be a code of.")
        return matching[0].code if kind == "totp" else _wrong(known, len(matching[0].code))

    return _PLACEHOLDER.sub(code, text)


def placeholder(text: str, known: Sequence[Code], recovery_codes: Sequence[str]) -> str | None:
    """Return the placeholder for a text that somebody typed; None when it is no code of ours.

    A code of a time around now is one, too: it must not be written down either.
    """
    typed = re.sub(r"[\s-]", "", text)
    mine = [each for each in known if typed in each.around]
    if mine:
        meant = mine[0]
        forms = {"{{totp}}": (None, None), f"{{{{totp:{meant.policy}}}}}": (meant.policy, None)}
        for written, (policy, user) in forms.items():
            if next(_matching(known, policy, user)) == meant:
                return written
        return f"{{{{totp:{meant.policy}:{meant.external_id}}}}}"
    if typed and any(typed.upper() == each.replace("-", "") for each in recovery_codes):
        return "{{recoveryCode}}"
    return None


def _wrong(known: Iterable[Code], digits: int) -> str:
    around = {each for code in known for each in code.around}
    return next(code for number in range(10**digits) if (code := f"{number:0{digits}}") not in around)


def _matching(known: Iterable[Code], policy: str | None, user: str | None) -> Iterator[Code]:
    found = [
        each
        for each in known
        if (not policy or each.policy == policy.strip()) and (not user or each.external_id == user.strip())
    ]
    return iter(sorted(found, key=lambda each: each.used))


def _codes(session: Session, identity: Identity, clock: Clock) -> Iterator[Code]:
    for row, external_id, store_id, store, policy in session.execute(_CREDENTIALS):
        secret = totp.open_secret(identity.vault, row, store_id)
        now, algorithm = step_at(clock.now(), row.period), Algorithm(row.algorithm)
        steps = range(max(now - STEPS_AROUND, 0), now + STEPS_AROUND + 1)
        by_step = {step: code_of_step(secret, step, algorithm, row.digits) for step in steps}
        yield Code(
            store,
            policy,
            external_id or "",
            by_step[now],
            row.status == CredentialStatus.PENDING,
            row.last_step >= now,
            frozenset(by_step.values()),
        )


def _options(settings: PolicySettings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in PolicySettings.__dataclass_fields__}
