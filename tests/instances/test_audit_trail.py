from typing import Any

import pytest

from engine.audit import AuditAction
from engine.instances import OtherBrowser
from engine.store.models import AuditEvent, Redisplay, TotpPolicy
from engine.tokens import TokenSpent

BINDING = b"b" * 32


def trail(installation: Any) -> list[str]:
    """Return what was audited, after what the demonstration itself did."""
    with installation.open().database.read() as session:
        events = [event.event for event in session.query(AuditEvent).order_by(AuditEvent.id)]
    return events[events.index(AuditAction.TOKEN_CREATED) + 1 :]


def test_a_journey_leaves_its_trail(installation: Any) -> None:
    instance_id = installation.call(lambda app: app.journeys.begin(installation.link, BINDING))
    task = installation.step(instance_id).task
    with pytest.raises(OtherBrowser):
        installation.call(lambda app: app.journeys.submit(instance_id, b"x" * 32, task.id, {}))
    installation.call(lambda app: app.journeys.submit(instance_id, BINDING, task.id, {}))
    assert trail(installation) == [
        AuditAction.TOKEN_REDEEMED,
        AuditAction.INSTANCE_STARTED,
        AuditAction.TOTP_DISPLAYED,
        AuditAction.OTHER_BROWSER,
        AuditAction.INSTANCE_ENDED,
    ]


def test_a_spent_token_leaves_a_trace_although_nothing_began(installation: Any) -> None:
    token = installation.call(lambda app: app.token_office.issue(name="once", definition_key="get_current_totp"))
    installation.call(lambda app: app.journeys.begin(token.link, BINDING))
    before = trail(installation)
    with pytest.raises(TokenSpent):
        installation.call(lambda app: app.journeys.begin(token.link, b"x" * 32))
    assert trail(installation) == [*before, AuditAction.TOKEN_REUSED]


def test_a_denied_display_and_a_retry_leave_their_traces(installation: Any) -> None:
    def redisplay(policy: Redisplay) -> None:
        def change(app: Any) -> None:
            with app.database.write() as session:
                session.query(TotpPolicy).update({"redisplay": policy.value})

        installation.call(change)

    redisplay(Redisplay.NEVER)
    instance_id = installation.begin()
    redisplay(Redisplay.WITH_TOKEN)
    installation.call(lambda app: app.operations.retry(instance_id))
    assert trail(installation) == [
        AuditAction.INSTANCE_STARTED,
        AuditAction.TOTP_DISPLAY_DENIED,
        AuditAction.INSTANCE_INCIDENT,
        AuditAction.INSTANCE_RETRIED,
        AuditAction.TOTP_DISPLAYED,
    ]
