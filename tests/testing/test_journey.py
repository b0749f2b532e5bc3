"""What a test does in a journey, with pages and without: the same words."""

import socket
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.activity import Activity, Context
from engine.errors import BpmnError
from engine.form import Upload
from tests.instances.conftest import Work
from webui.testing.failures import JourneyFailed, OutsideCall
from webui.testing.journey import Journey
from webui.testing.mocking import Call, fails, raises, real, returns
from webui.testing.outbox import Outbox
from webui.testing.people import People
from webui.testing.plugin import Journeys

ACTIVITIES: dict[str, type[Activity]] = {"work": Work}


@pytest.fixture(params=["journey", "journey_app"])
def begun(request: pytest.FixtureRequest, folder: Path) -> Journey:
    """A journey that has begun, in both ways."""
    open_journey: Journeys = request.getfixturevalue(request.param)
    return open_journey(folder, activities=ACTIVITIES).start(externalId="x", key="42", secretPlace="there")


def test_a_person_fills_in_a_form_by_its_labels(begun: Journey) -> None:
    assert begun.form.heading == "About you"
    assert begun.form.labels[:3] == ["Your name", "Colour", "Tell more"]
    assert begun.form.qr("code") == begun.form.qr() == "to there"
    begun.fill("Your name", "Ann").choose("Colour", "Blue").check("Tell more").fill("Why", "so").fill(
        "Day", "2026-01-02"
    )
    begun.press("Add another").fill("pets[0].name", "Rex").fill("pets[1].name", "Tom")
    assert [begun.form.value(each) for each in ("Why", "Colour", "pets[1].name")] == ["so", "b", "Tom"]
    begun.fill("Paper", Upload("a.txt", "text/plain", b"text")).press("Go on").at("gone", "paid")
    answers = begun.variables["_customFormData"]["ask"]
    assert (answers["name"], answers["colour"], answers["more"], answers["why"]) == ("Ann", "b", True, "so")
    assert answers["pets"] == [{"name": "Rex"}, {"name": "Tom"}]
    assert answers["paper"]


def test_wrong_answers_leave_the_form_open_and_say_why(begun: Journey) -> None:
    begun.submit(name="").at("ask")
    assert begun.errors == begun.form.errors == {"Your name": "Field is required."}
    begun.assert_errors("Your name").assert_errors(name="required")
    begun.submit(name="Ann").assert_errors().assert_passed("Begin", "ask", "job")


def test_time_messages_and_signals(begun: Journey) -> None:
    begun.submit({"Your name": "Ann"}).message("Paid", "43").at("paid", "gone")
    begun.message("Paid", "42", amount=3).assert_ended("All done").assert_variables(amount=3)


def test_a_signal_ends_the_wait(begun: Journey) -> None:
    begun.submit(name="Ann").signal("Gone").assert_passed("gone", "done").assert_not_passed("paid")


def test_a_timer_fires_on_the_way(begun: Journey) -> None:
    begun.wait(minutes=14).at("ask").wait("PT1M").assert_ended("expired").assert_not_passed("ask")


def test_activities_come_to_what_a_test_says(journey: Journeys, folder: Path) -> None:
    seen: list[Call] = []
    j = journey(folder, activities=ACTIVITIES).mock("job", raises("Bad"), fails("No network"), real).start(key="k")
    j.submit(name="Ann").at("ask").assert_passed("bad")
    j.submit(name="Ann").assert_incident("job", code="failure", message="No network")
    j.retry().at("paid", "gone").assert_called("work", times=3).assert_called("job")
    again = journey(folder, process="p").unmock("job").mock("work", calls=seen.append).start(key="k").submit(name="Ann")
    assert (seen[0].element, seen[0].variables["key"]) == ("job", "k")
    again.unmock("work").assert_called("work", times=4)


@pytest.mark.parametrize("error", ["Bad", BpmnError("Bad"), BpmnError(error_code="Bad")])
def test_an_error_is_raised_by_its_code(journey: Journeys, folder: Path, error: BpmnError | str) -> None:
    journey(folder, activities=ACTIVITIES).mock("work", raises=error).start().submit(name="A").assert_passed("bad")


def test_what_an_activity_would_write_is_given(journey: Journeys) -> None:
    user = {"id": "1", "externalId": "x"}
    j = journey("bpmn/get_current_totp")
    j.mock("get-user", variables={"_identityStore.users.user1": user}).mock("Get TOTP", returns(7)).start(user="x")
    j.at("Show current TOTP").assert_variables({"_identityStore.users.user1": {"externalId": "x"}})


class Calls(Activity):
    type = "calls"
    name = "Calls"
    category = "Test"
    icon = ""
    host: str | None = None

    def run(self, context: Context) -> object:
        if context.variables.get("by") == "name":
            return urllib.request.urlopen("https://example.com/")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
            return made.sendto(b"x", ("192.0.2.1", 9))


@pytest.mark.parametrize(("by", "place"), [("name", "look up example.com:443"), ("number", "send to 192.0.2.1:9")])
@pytest.mark.parametrize("way", ["journey", "journey_app"])
def test_nothing_outside_is_called(request: pytest.FixtureRequest, folder: Path, way: str, by: str, place: str) -> None:
    (folder / "p.bpmn").write_text((folder / "p.bpmn").read_text().replace('type="work"', 'type="calls"'))
    j = request.getfixturevalue(way)(folder, activities={"calls": Calls}).start(externalId="x", by=by)
    with pytest.raises(OutsideCall, match=f"{place}, while it did\n  job: calls\\(\\)\nMock job or calls"):
        j.submit(name="A")


def test_a_mistake_in_a_mock_is_no_incident(journey: Journeys, folder: Path) -> None:
    def mistaken(call: Call) -> object:
        return call.inputs["nothing"]

    j = journey(folder, activities=ACTIVITIES).mock("work", calls=mistaken).start()
    with pytest.raises(KeyError):
        j.submit(name="A")


@pytest.mark.journey_reopen
def test_an_installation_that_is_opened_again_between_steps_goes_on(journey: Journeys, folder: Path) -> None:
    j = journey(folder, activities=ACTIVITIES).start(key="42")
    before = j.kit.throwaway
    j.submit(name="Ann").message("Paid", "42").assert_ended("All done")
    assert j.kit.throwaway is not before


def test_users_their_codes_and_mails(journey: Journeys, store: People, outbox: Outbox) -> None:
    j = journey("bpmn/totp_authentication")
    store.add("anna", totp=True, email="anna@example.com").add("bert")
    code = store.current_code("anna")
    j.start(user="anna").submit(code=store.wrong_code()).assert_passed("Wrong code")
    j.submit(code=code).assert_ended("finished")
    with pytest.raises(JourneyFailed, match="was used; move the clock"):
        store.current_code("anna")
    j.wait(seconds=30)
    assert store.current_code("anna") != code
    with pytest.raises(JourneyFailed, match="'bert' has no authenticator in the store 'demo'"):
        store.current_code("bert")
    store.lock("anna")
    locked = journey("bpmn/totp_authentication").start(user="anna").submit(code=store.current_code("anna")).at("wait")
    store.unlock("anna")
    locked.submit().submit(code=store.current_code("anna")).assert_ended("finished")
    lost = journey("bpmn/device_lost").start(user="anna").submit(code=store.recovery_code("anna")).at("register")
    store.delete("anna")
    assert lost.waiting == ("register",)
    outbox.assert_empty()
    journey("bpmn/get_current_totp").start(user="user1")
    assert outbox.assert_sent(to="user1@example.com").subject == outbox.last.subject
    assert len(outbox) == len(outbox.mails) == 1


def test_a_store_that_is_switched_off(journey_app: Journeys, store: People) -> None:
    j = journey_app("bpmn/totp_authentication")
    store.disable()
    j.start(user="user1").submit({"Code": store.current_code()}).at("Wait")
    assert j.form.heading in j.html


def test_the_clock_begins_where_a_test_says(journey: Journeys, folder: Path) -> None:
    j = journey(folder, activities=ACTIVITIES, now=datetime(2027, 5, 1, tzinfo=UTC)).start()
    travel = j.kit.clock
    assert travel.to(datetime(2027, 5, 1, 0, 14)) == travel.now  # noqa: DTZ001 - it is taken to be in UTC
    j.at("ask")
    travel.forward(timedelta(minutes=1))
    j.assert_ended("expired")


def test_each_of_several_journeys_hears_of_time(journey: Journeys, folder: Path) -> None:
    one, other = (journey(folder, activities=ACTIVITIES).start() for _ in range(2))
    one.wait(minutes=15)
    for each in (one, other):
        each.assert_ended("expired")


def test_a_process_that_an_event_begins(journey: Journeys, journey_app: Journeys, tmp_path: Path) -> None:
    from tests.instances.drawing import drawn  # noqa: PLC0415

    (tmp_path / "q.bpmn").write_bytes(drawn({"q": ("start s message Go", "s -> e", "end e")}))
    journey(tmp_path).start().message("Go", more=1).assert_ended("e").assert_variables(more=1)
    begun = journey_app(tmp_path).start()
    with pytest.raises(JourneyFailed, match="nobody has a link to this journey"):
        _ = begun.html


def test_without_a_decoder_it_is_said_what_to_install(journey_app: Journeys, monkeypatch: pytest.MonkeyPatch) -> None:
    j = journey_app("bpmn/get_current_totp").start(user="user1")
    monkeypatch.setitem(__import__("sys").modules, "zxingcpp", None)
    with pytest.raises(JourneyFailed, match=r"pip install 'idflow\[testing\]'"):
        j.form.qr()


def _sentence(do: Callable[[], object]) -> str:
    with pytest.raises(JourneyFailed) as failed:
        do()
    return str(failed.value).partition("\n")[0]


def test_what_is_not_as_expected_is_said_in_a_sentence(begun: Journey) -> None:
    j = begun
    for sentence, do in {
        "It should wait at done ('All done'), and it waits at ask.": lambda: j.at("All done"),
        "It should have passed job, and took s.": lambda: j.assert_passed("Begin", "job"),
        "It should not have passed s, and took s.": lambda: j.assert_not_passed("Begin"),
        "It should have ended at done ('All done'), and it waits at ask.": lambda: j.assert_ended("All done"),
        "It should have ended, and it waits at ask.": j.assert_ended,
        "An incident should have stopped it, and it waits at ask.": lambda: j.assert_incident(code="x"),
        "The variable key should be 1, and is '42'.": lambda: j.assert_variables(key=1),
        "work should have been called; called were nothing.": lambda: j.assert_called("work"),
        "work should have been called twice, and was not called.": lambda: j.assert_called("work", times=2),
        "name should have been refused, and it was nothing.": lambda: j.assert_errors("name"),
        "No element has the name or id 'Begun'. Did you mean 'Begin'?": lambda: j.at("Begun"),
        "There is no field 'Nmae' on the form 'About you'; there is 'Your name', 'Colour', 'Tell more', 'Day', 'Pet', "
        "'Paper'.": lambda: j.submit(Nmae="x"),
        "There is no button 'Send'; there is 'Remove Pets 1', 'Add another Pets', 'Go on'.": lambda: j.press("Send"),
        "'Colour' does not offer 'Green'; it offers 'Red', 'Blue'.": lambda: j.choose("Colour", "Green"),
        "A mock says one thing: returns (with variables), raises, fails, calls, or its visits.": lambda: j.mock("job"),
        "It has been started already; another `journey(…)` is another run.": j.start,
        "The clock goes forward only, and not by more than five years at once.": lambda: j.wait(minutes=-1),
    }.items():
        assert _sentence(do) == sentence
    j.submit(name="A").mock("job", returns=1).mock("job", raises("Bad"))
    assert _sentence(j.press) == "No form is open."


def test_nothing_can_be_asked_before_there_is_a_journey(journey: Journeys, store: People, tmp_path: Path) -> None:
    assert _sentence(lambda: store.add("anna")).startswith('There is nothing yet: journey("…") comes first')
    assert _sentence(lambda: journey("bpmn/nowhere")).startswith("There is no bpmn/nowhere; it was looked for in ")
    assert _sentence(lambda: journey(tmp_path)) == f"There is no process in {tmp_path}."
    (tmp_path / "broken.bpmn").write_text("<a/>")
    assert "broken.bpmn cannot be deployed:" in _sentence(lambda: journey(tmp_path / "broken.bpmn"))
