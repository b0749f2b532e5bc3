"""An installation that people have worked with: something of everything that a page can show."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import update

import bpmn
from engine import demo
from engine.accounts import Permission, Role
from engine.adjustments import MAIL, MailSettings
from engine.application import Application
from engine.deployment import File
from engine.identity import Cause
from engine.mail import Letter
from engine.store.models import Instance, Mail, TokenStatus, TokenType
from engine.store.types import new_id
from engine.webhooks import EventType, WebhookSettings
from tests.browser import heat
from tests.browser.builder import Backoffice
from tests.receiver import Receiver, Reply

REGISTRATION = heat.PROCESS
FORM = "ShowCurrentTOTP"
PEOPLE = ("ada", "boris", "chidi", "dolores", "emeka")
OPERATOR, DESIGNER, AUDITOR, VIEWER = "nadia", "piotr", "quinn", "rafael"


@dataclass(frozen=True, slots=True)
class Inhabited:
    """What is there, by what addresses of pages call it."""

    store_id: str
    user_id: str
    """A user who is locked."""
    credential_id: str
    policy_id: str
    token_id: str
    switched_off: str
    """A token."""
    waiting: str
    """An instance that waits for a form, and so on."""
    stopped: str
    suspended: str
    ended: str
    webhook_id: str
    delivery_id: str
    key_id: str
    """Of an API key."""
    link: str
    """Of a token that works often; this and the next without the address of the installation."""
    reset: str
    """A reset link."""


def settle(backoffice: Backoffice, receiver: Receiver, *, many: int = 1) -> Inhabited:
    """Fill an installation; `many` says how many instances there are of each kind."""
    application, by = backoffice.application, backoffice.who
    demo.install(application, bpmn.journeys())
    heat.fill(application)
    for name, role in {OPERATOR: Role.OPERATOR, DESIGNER: Role.DESIGNER, AUDITOR: Role.AUDITOR}.items():
        application.administration.create(name, role, by=by)
    application.administration.create(VIEWER, Role.VIEWER, by=by)
    application.administration.disable(VIEWER, by=by)
    signed_in, _ = backoffice.sign_in()
    key = application.api_keys.make(signed_in, "Help desk", [Permission.TOKENS_CREATE, Permission.INSTANCES_VIEW], 90)
    webhook = _webhook(application, receiver, by)
    people, instances = _people(application, by), _instances(application, by, many)
    _work_of_designers(application, by)
    _mail(application, by)
    off = application.token_office.issue(name="Old leaflet", definition_key=demo.PROCESS, type=TokenType.UNLIMITED)
    application.token_office.switch(off.id, TokenStatus.INACTIVE, by=by)
    return Inhabited(
        **people,
        **instances,
        **_deliveries(application, webhook),
        switched_off=off.id,
        key_id=key.record.id,
        reset=application.administration.reset_link(AUDITOR, by=by).link,
    )


def _webhook(application: Application, receiver: Receiver, by: str) -> str:
    receiver.replies = [Reply(204), Reply(503, {}, b"Come back later")]
    for description in ("Billing", "CRM"):
        given = WebhookSettings(receiver.url, (EventType.INSTANCE_COMPLETED, EventType.USER_LOCKED), description)
        made = application.webhooks.create(given, Cause(by))
    return made.record.id


def _deliveries(application: Application, webhook: str) -> dict[str, str]:
    for _ in range(3):
        application.webhooks.test(webhook)
    application.webhooks.follow()
    application.work_due()
    found = application.webhooks.deliveries(webhook).rows
    return {"webhook_id": webhook, "delivery_id": next(each.id for each in found if each.state != "delivered")}


def _people(application: Application, by: str) -> dict[str, str]:
    identity, cause = application.identity, Cause(by, "Reported by phone.")
    with application.write() as session:
        store, policy = identity.store(session, demo.STORE), identity.policy(session, demo.POLICY)
        identity.create_store(session, "partners")
        identity.create_policy(session, "strict", issuer="Example Bank", digits=8)
        users = [
            identity.create_user(session, store, external_id=name, attributes={"email": f"{name}@example.com"})
            for name in PEOPLE
        ]
        credential = identity.register_totp(session, users[0], policy)
        identity.generate_recovery_codes(session, users[0], "by hand")
        identity.lock_user(session, users[0], cause.reason, cause=cause)
        identity.lock_user(session, users[1], until=application.clock.now() + timedelta(hours=2), cause=cause)
        identity.register_totp(session, users[2], policy)
    return {"store_id": store.id, "user_id": users[0].id, "credential_id": credential.id, "policy_id": policy.id}


def _instances(application: Application, by: str, many: int) -> dict[str, str]:
    """Let people begin journeys, and become of them what can become of one."""
    token = application.token_office.issue(
        name="Welcome letter",
        definition_key=demo.PROCESS,
        type=TokenType.UNLIMITED,
        parameters={"externalId": demo.USER},
    )
    application.journeys.opened(token.link, b"seen".ljust(32), "Firefox on Android")
    order = {"reason": "The caller has another device.", "by": by}

    def begin(user: str = demo.USER) -> str:
        issued = application.token_office.issue(name=None, definition_key=demo.PROCESS, parameters={"externalId": user})
        return application.journeys.begin(issued.link, issued.id.encode().ljust(32))

    def finish() -> str:
        # One browser after the other opens the link of a leaflet.
        binding = new_id().encode().ljust(32)
        instance_id = application.journeys.begin(token.link, binding)
        step = application.journeys.step(instance_id, binding)
        assert step.task is not None
        application.journeys.submit(instance_id, binding, step.task.id, {})
        return instance_id

    def suspend() -> str:
        application.operations.suspend(instance_id := begin(), **order)
        return instance_id

    kinds: dict[str, Callable[[], str]] = {
        "ended": finish,
        "suspended": suspend,
        "waiting": begin,
        "stopped": lambda: begin("nobody"),
    }
    last: dict[str, str] = {}
    for number in range(many):
        last = {name: kind() for name, kind in kinds.items()}
        application.operations.cancel(begin(), **order)
        with application.write() as session:
            at = application.clock.now() - timedelta(hours=7 * (number + 1))
            for each in last.values():
                session.execute(update(Instance).where(Instance.id == each).values(created_at=at))
    return {**last, "token_id": token.id, "link": token.link}


def _work_of_designers(application: Application, by: str) -> None:
    """Leave a second version of a form and of a process, and a draft of each that differs from it."""
    folder = bpmn.FOLDER / demo.PROCESS
    form, process = (folder / f"{FORM}.form").read_bytes(), (folder / f"{demo.PROCESS}.bpmn").read_bytes()
    application.deploy([File(f"{FORM}.form", form.replace(b"Copy key", b"Copy the key"))], by=by)
    application.deploy([File(f"{demo.PROCESS}.bpmn", process.replace(b"Get User", b"Find the user"))], by=by)
    opened: Any = application.forms.open(FORM).draft
    application.forms.save_draft(FORM, form.replace(b"Done", b"Ready"), seen=opened.revision, by=by)
    draft = application.processes.open(demo.PROCESS).draft
    changed = process.replace(b"Get TOTP", b"Find the code")
    application.processes.save_draft(demo.PROCESS, changed, seen=draft.revision, by=by)


def _mail(application: Application, by: str) -> None:
    """Leave a mail that the server refused for good."""
    values, wrong = MAIL.read({"host": "mail.example.com", "sender": "hello@example.com"})
    assert isinstance(values, MailSettings), wrong
    application.adjustments.save(MAIL, values, seen=0, by=by)
    with application.write() as session:
        application.mail.post(session, Letter(("nobody@example.com",), "Your code", "Hello", "<p>Hello</p>"))
        now = application.clock.now()
        refused = {"error": "550 no such mailbox", "failed_at": now, "created_at": now - timedelta(days=5)}
        session.execute(update(Mail).values(**refused))
