from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import bpmn
from engine import demo
from engine.adjustments import MAIL, MailSettings
from engine.application import Application
from engine.config import Settings
from tests.conftest import ManualClock
from tests.identity.rotation.installation import BINDING, opened

OTHERS = [bytes([number]) * 32 for number in range(4)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "var")


@pytest.fixture
def application(settings: Settings, clock: ManualClock) -> Iterator[Application]:
    """An installation in the midst of its work: journeys, a message, registrations of every kind, recovery codes."""
    application = opened(settings, clock)
    demo.install(application, bpmn.journeys())
    with application.write() as session:
        policy = application.identity.policy(session, demo.POLICY)
        policy = application.identity.update_policy(session, policy, display_limit=None)
        store = application.identity.store(session, demo.STORE)
        user = application.identity.create_user(session, store, external_id="user2")
        application.identity.start_registration(session, user, policy, "i")
        application.identity.generate_recovery_codes(session, user, "i")
    given = {"host": "mail.example", "user": "relay", "password": "open-sesame", "sender": "a@example.com"}
    application.adjustments.save(MAIL, MailSettings.read(given), seen=0, by=None)
    for binding in (*OTHERS, BINDING):
        application.journeys.start(demo.PROCESS, {"externalId": demo.USER}, binding)
    application.events.publish("Checked", key="1", variables={"amount": 3}, time_to_live=timedelta(days=1))
    yield application
    application.close()
