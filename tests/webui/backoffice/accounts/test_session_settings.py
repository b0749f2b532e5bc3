"""How long sessions last and what signing in demands, as the settings say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.application import Application
from engine.config import SettingInvalid, Settings
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator
from webui import create_app


def test_sessions_last_as_long_as_the_settings_say(settings: Settings, clock: ManualClock) -> None:
    chosen = replace(settings, session_idle=5, session_lifetime=1)
    application = Application.open(chosen, activities=ACTIVITIES, forms=FormJs(), clock=clock)
    issued = application.accounts.make_first()
    assert issued
    person = Operator(create_app(application))
    person.sign_in(issued.password)
    for minutes, stays in ((4, True), (5, False)):
        clock.advance(timedelta(minutes=minutes))
        assert (person.get("/backoffice/password").status_code == 200) is stays
    person.sign_in(issued.password)
    for minute in range(0, 60, 4):
        assert person.get("/backoffice/password").status_code == 200, minute
        clock.advance(timedelta(minutes=4))
    assert person.get("/backoffice/password").status_code == 303
    application.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IDFLOW_SESSION_IDLE", "0"),
        ("IDFLOW_SESSION_IDLE", "1e3"),
        ("IDFLOW_SESSION_LIFETIME", "721"),
        ("IDFLOW_REQUIRE_SECOND_FACTOR", "perhaps"),
    ],
)
def test_settings_that_make_no_sense_are_refused(name: str, value: str) -> None:
    with pytest.raises(SettingInvalid, match=name):
        Settings.from_environment({name: value})


def test_settings_of_sessions_are_read() -> None:
    given = {
        "IDFLOW_SESSION_IDLE": "15",
        "IDFLOW_SESSION_LIFETIME": "8",
        "IDFLOW_REQUIRE_SECOND_FACTOR": "True",
    }
    read, usual = Settings.from_environment(given), Settings.from_environment({})
    assert (read.session_idle, read.session_lifetime, read.require_second_factor) == (15, 8, True)
    assert (usual.session_idle, usual.session_lifetime, usual.require_second_factor) == (30, 12, False)
