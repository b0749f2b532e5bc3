"""What a newcomer finds after the first start: an identity store with one registered user, the journeys, and a link."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from engine.application import Application
from engine.definitions import DefinitionNotFound
from engine.deployment import File
from engine.store.models import TokenType

STORE = "demo"
POLICY = "demo"
USER = "user1"
TOKEN = "Demo"  # noqa: S105 - the name of a process token
PROCESS = "get_current_totp"


def install(application: Application, journeys: Sequence[Sequence[Path]]) -> str:
    """Make what is missing of the demonstration, and return a fresh link to its journey; earlier links of it end."""
    for files in journeys:
        _deploy(application, files)
    with application.database.write() as session:
        _register(session, application)
        token = application.tokens.named(session, TOKEN)
        if token is not None:
            return application.tokens.renew(session, token.id).link
        issued = application.tokens.create(
            session, name=TOKEN, definition_key=PROCESS, type=TokenType.UNLIMITED, parameters={"externalId": USER}
        )
        return issued.link


def _deploy(application: Application, files: Sequence[Path]) -> None:
    """Deploy a journey unless it was before: what a designer deployed since then stays the newest."""
    try:
        with application.database.read() as session:
            application.definitions.find(session, files[0].parent.name)
    except DefinitionNotFound:
        application.deploy([File.at(path) for path in files])


def _register(session: Session, application: Application) -> None:
    identity = application.identity
    store = identity.store_or_none(session, STORE) or identity.create_store(session, STORE)
    policy = identity.policy_or_none(session, POLICY) or identity.create_policy(
        # Whoever tries the journey out does so more often than a policy with a limit allows.
        session,
        POLICY,
        issuer="Idflow Demo",
        display_limit=None,
    )
    user = identity.user_or_none(session, store, USER) or identity.create_user(session, store, external_id=USER)
    if not identity.is_registered(session, user, policy):
        identity.register_totp(session, user, policy)
