"""The page of retention: what a change would delete is said before it is saved."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.adjustments import RETENTION
from engine.application import Application
from engine.config import Settings
from engine.store.models import Instance, Mail
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator, People, audited

PAGE = "/backoffice/settings/retention"

pytestmark = pytest.mark.usefixtures("journeys")


def given(**changed: str) -> dict[str, str]:
    return {
        "revision": "0",
        "instances": "",
        "tokens": "",
        "audit": "",
        "mails": "7",
        "deliveries": "30",
        "sandboxes": "2",
        **changed,
    }


def instances(application: Application) -> int:
    with application.database.read() as session:
        return session.scalar(select(func.count()).select_from(Instance)) or 0


def test_what_would_be_deleted_is_counted_and_asked_first(
    operator: Operator, application: Application, people: People, clock: ManualClock
) -> None:
    for _ in range(2):
        people.finish(people.begin())
    people.begin()
    with application.write() as session:
        session.add(Mail(message_id="<1@x>", created_at=clock.now()))
    clock.advance(timedelta(days=5))
    operator.sign_in()
    operator.get(PAGE)
    asked = operator.post(PAGE, **given(instances="4", mails="3"))
    assert asked.status_code == 200
    assert "<strong>2 process instances</strong>" in asked.text
    assert "kept for 4 days instead of for ever" in asked.text
    assert "<strong>1 mail</strong>" in asked.text
    assert application.adjustments.state(RETENTION).revision == 0
    application.keep_house()
    assert instances(application) == 3
    saved = operator.post(PAGE, **given(instances="4", mails="3"), do="delete")
    assert saved.status_code == 303
    application.keep_house()
    assert instances(application) == 1
    with application.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Mail)) == 0
    ((_, detail),) = audited(application, "settings_changed")
    assert detail["settings"] == "Process instances, Mails"


def test_what_deletes_nothing_is_saved_at_once(operator: Operator, application: Application) -> None:
    operator.get(PAGE)
    assert operator.post(PAGE, **given(instances="30", audit="400", sandboxes="5")).status_code == 303
    kept = application.adjustments.current(RETENTION).retention()
    assert (kept.instances, kept.audit, kept.sandboxes) == (timedelta(30), timedelta(400), timedelta(hours=5))
    assert operator.post(PAGE, **given(revision="1", mails="90")).status_code == 303
    assert operator.post(PAGE, **given(revision="1", mails="60")).status_code == 409


@pytest.mark.parametrize(
    "changed", [{"instances": "0"}, {"audit": "29"}, {"mails": ""}, {"tokens": "x"}, {"sandboxes": "999"}]
)
def test_what_cannot_be_used_is_refused(operator: Operator, application: Application, changed: dict[str, str]) -> None:
    operator.get(PAGE)
    refused = operator.post(PAGE, **given(**changed))
    if changed == {"mails": ""}:
        # The usual one.
        assert refused.status_code == 303
        return
    assert refused.status_code == 422
    assert application.adjustments.state(RETENTION).revision == 0


class TestFixed:
    """Some of it is set by the environment."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        given = {"IDFLOW_DATA": str(settings.data), "IDFLOW_KEEP_INSTANCES": "90"}
        return Settings.from_environment(given)

    def test_it_is_shown_with_its_name_and_stays(self, operator: Operator, application: Application) -> None:
        page = operator.get(PAGE)
        assert "Set by <code>IDFLOW_KEEP_INSTANCES</code>" in page.text
        assert 'id="instances" value="90" readonly' in page.text
        assert operator.post(PAGE, **given(instances="1", audit="400")).status_code == 303
        kept = application.adjustments.current(RETENTION).retention()
        assert (kept.instances, kept.audit) == (timedelta(90), timedelta(400))
