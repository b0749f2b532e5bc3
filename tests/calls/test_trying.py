"""Where a journey is tried or tested, nothing outside is called."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.deployment import File
from engine.errand import OutsideNotCalled
from engine.throwaway import SetError, SetValue, Throwaway, Trial
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.calls.conftest import call, plain
from tests.instances.drawing import FORM_FILE, drawn
from tests.receiver import Receiver
from webui.testing.failures import OutsideCall
from webui.testing.mocking import silent
from webui.testing.plugin import Journeys

WAYS = ("s -> c", "c -> u", "u -> e", "t -> late", "late -> e")
TIMED = ("start s", call(url="=url"), "user u", "user late", "on t c timer PT30S", "end e", *WAYS)
ANSWER = {"status": 200, "headers": {}, "body": {"name": "Ada"}}


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "p.bpmn").write_bytes(drawn({"p": TIMED}))
    (tmp_path / "f.form").write_bytes(FORM_FILE.content)
    return str(tmp_path)


def test_a_call_that_a_test_did_not_expect_fails_it(journey: Journeys, folder: str, receiver: Receiver) -> None:
    with pytest.raises(OutsideCall, match=r"calls nothing outside, while it did\n  c: call-http\(url=.*\nMock c or"):
        journey(folder).start(url=receiver.url)
    assert receiver.requests == []


def test_a_mock_stands_for_the_answer(journey: Journeys, folder: str) -> None:
    j = journey(folder).mock("call-http", returns=ANSWER).start(url="https://example.com/")
    j.at("u").assert_variables({"r.body.name": "Ada"}).assert_called("c", url="https://example.com/")


def test_one_who_never_answers_lets_a_timer_fire(journey: Journeys, folder: str) -> None:
    journey(folder).mock("call-http", silent).start(url="x").at("c").wait(seconds=30).at("late").assert_passed("t")


def test_a_host_that_a_test_allows_is_called(journey: Journeys, folder: str, receiver: Receiver) -> None:
    j = journey(folder, allow=("127.0.0.1",)).start(url="https://127.0.0.1/")
    j.assert_incident("c")
    assert receiver.requests == []


@pytest.fixture
def trial() -> Trial:
    throwaway = Throwaway(bytes(32), activities=ACTIVITIES, forms=FormJs(), now=datetime(2026, 1, 15, tzinfo=UTC))
    throwaway.application.deploy([File("p.bpmn", drawn({"p": plain(url="http://inside.example/")})), FORM_FILE])
    return Trial.start(throwaway, "p", {}, bytes(32))


def test_a_trial_stops_where_something_outside_would_be_called(trial: Trial) -> None:
    assert trial.detail is not None
    assert trial.detail.incident is not None
    assert trial.detail.incident.code == OutsideNotCalled.code
    assert trial.detail.incident.message.endswith("Set what this step comes to.")


def test_a_trial_goes_on_with_what_the_step_was_set_to(trial: Trial) -> None:
    trial.throwaway.results.set("c", SetValue(result=ANSWER))
    trial.retry()
    assert trial.detail is not None
    assert trial.detail.variables["r"] == ANSWER


def test_a_trial_can_be_told_of_a_refusal(trial: Trial) -> None:
    trial.throwaway.results.set("c", SetError("HttpError"))
    trial.retry()
    assert trial.detail is not None
    assert trial.detail.record.element_id == "bad"
