"""An installation whose keys are changed: opening it, and everything that it has sealed."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.adjustments import MAIL, Adjustments
from engine.application import Application
from engine.config import Settings
from engine.identity import SecretKind
from engine.identity.rotation import Rotation
from engine.store.models import AuditEvent, Instance, Message, RecoveryCode, TotpCredential
from engine.variables import SecretReference
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock

BINDING = b"b" * 32
SEALED = 5 + 1 + 1 + 1 + 1 + 10
"""Instances, a message, a password of the settings, a registration, one under way, recovery codes."""


def opened(settings: Settings, clock: ManualClock) -> Application:
    return Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock)


def rotation_of(application: Application) -> Rotation:
    return Rotation(application.database, application.outbox.vault, application.clock)


def everything(application: Application, *, fresh: bool = True) -> list[Any]:
    """Open every sealed value by its own door: instances, their secrets, messages."""
    found: list[Any] = [application.views.show(each.id).variables for each in application.views.newest()]
    step = application.journeys.step(mine(application), BINDING)
    found.append(application.journeys.reveal(step, step.variables["_identityStore"]["currentTOTP"]["secret"]))
    vault, settings = application.outbox.vault, Settings()
    found.append(Adjustments(application.database, vault, application.clock, settings).current(MAIL).password)
    assert found[-1] == "open-sesame"
    with application.database.read() as session:
        found += [application.outbox.payload(message) for message in session.scalars(select(Message))]
        if fresh:
            found += [application.identity.reveal(session, each) for each in references(session)]
    assert len(found) == (SEALED if fresh else 8)
    return found


def references(session: Session) -> list[SecretReference]:
    """Return what is shown only for a while."""
    started = session.scalars(select(TotpCredential.id).where(TotpCredential.status == "PENDING"))
    codes = session.scalars(select(RecoveryCode.id).order_by(RecoveryCode.id))
    return [
        *(SecretReference(SecretKind.REGISTRATION_SECRET.value, each, "i") for each in started),
        *(SecretReference(SecretKind.RECOVERY_CODE.value, each, "i") for each in codes),
    ]


def mine(application: Application) -> str:
    """Return the id of the instance that goes on with BINDING."""
    with application.database.read() as session:
        return next(
            each.id
            for each in session.scalars(select(Instance))
            if each.binding == application.journeys._bound(BINDING)
        )


def events(application: Application, name: str) -> list[dict[str, Any]]:
    with application.database.read() as session:
        found = session.scalars(select(AuditEvent).where(AuditEvent.event == name).order_by(AuditEvent.id))
        return [event.detail for event in found]
