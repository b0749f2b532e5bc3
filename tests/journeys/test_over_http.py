"""Each journey in a browser, as its end user goes through it."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from werkzeug.test import TestResponse

from engine import demo
from engine.application import Application
from engine.config import Settings
from engine.store.models import InstanceStatus
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock
from tests.journeys.conftest import Random, scanned_from
from tests.webui.conftest import Person, Site

JOURNEYS = {
    "totp_registration": "Your authenticator is set up",
    "totp_authentication": "You are authenticated",
    "get_current_totp": "Finished",
    "get_current_totp_step_up": "Finished",
    "deregister_totp": "Your authenticator is removed",
    "device_lost": "Your new authenticator is set up",
}


class Walk:
    """Goes through a journey, with the codes of the authenticator that it has scanned."""

    def __init__(self, site: Site, random: Random, clock: ManualClock) -> None:
        self.site, self.random, self.clock = site, random, clock
        self.pages: list[TestResponse] = []
        self.operators: list[str] = []
        """What operators see of the instance, page by page."""

    def recovery_code(self) -> str:
        identity = self.site.application.identity
        with self.site.application.database.write() as session:
            user = identity.user_by_external_id(session, identity.store(session, demo.STORE), demo.USER)
            return identity.reveal(session, identity.generate_recovery_codes(session, user, "test")[0])

    def go(self, journey: str, *, wrong: bool = False) -> TestResponse:
        """Go to the end, and return the last page; with `wrong`, every code is wrong once."""
        external_id = "newcomer" if journey == "totp_registration" else demo.USER
        application = self.site.application
        with application.database.write() as session:
            store = application.identity.store(session, demo.STORE)
            if application.identity.user_or_none(session, store, external_id) is None:
                application.identity.create_user(session, store, external_id=external_id)
        recovery = self.recovery_code() if journey == "device_lost" else ""
        token = application.token_office.issue(
            name=f"token {journey}", definition_key=journey, parameters={"externalId": external_id}
        )
        person = Person(self.site.app, token.link)
        self.pages += [person.open()]
        page = person.begin()
        for _ in range(12):
            self.pages.append(page)
            (instance,) = application.views.newest()
            self.operators.append(repr(application.views.show(instance.id)))
            if "<form" not in page.text:
                return page
            answers = {}
            if 'name="code"' in page.text:
                answers["code"] = "000000" if wrong else self._code(page, recovery)
                wrong, recovery = False, "" if not wrong else recovery
            sent = person.send(page, **answers)
            self.pages.append(sent)
            assert sent.status_code == 303, sent.text
            page = person.open(sent.location)
        raise AssertionError("the journey does not end")

    def _code(self, page: TestResponse, recovery: str) -> str:
        if recovery:
            return recovery
        secret = self.random.secrets[0]
        if "qrcode" in page.text:
            (secret,) = parse_qs(urlsplit(scanned_from(page.text)).query)["secret"]
        return pyotp.TOTP(secret).at(self.clock.now())


@pytest.fixture
def walk(tmp_path: Path, clock: ManualClock) -> Iterator[Walk]:
    random = Random()
    settings = Settings(data=tmp_path / "var")
    application = random.give(Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock))
    yield Walk(Site(application), random, clock)
    application.close()


@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("journey", JOURNEYS)
def test_a_journey_is_gone_to_its_end(walk: Walk, journey: str, wrong: bool) -> None:
    end = walk.go(journey, wrong=wrong)
    assert f"<h1>{JOURNEYS[journey]}</h1>" in end.text
    (instance,) = walk.site.application.views.newest()
    assert instance.status is InstanceStatus.COMPLETED


def test_the_field_for_the_code_is_one_that_phones_fill_in(walk: Walk) -> None:
    walk.go("totp_authentication")
    asking = next(page for page in walk.pages if 'name="code"' in page.text)
    field = re.search(r"<input[^>]*name=\"code\"[^>]*>", asking.text)
    assert field is not None
    assert 'inputmode="numeric"' in field[0]
    assert 'autocomplete="one-time-code"' in field[0]
    assert "value=" not in field[0]
