"""What happens in a sandbox. Each test also sees that nothing in the real database has changed."""

from collections.abc import Callable
from datetime import timedelta
from operator import methodcaller

import pytest
from sqlalchemy import select

from engine.config import Retention
from engine.deployment import File
from engine.errors import InvalidDeployment
from engine.instances import StepNotCurrent
from engine.instances.given import ReservedVariable
from engine.sandbox import Sandbox, SandboxBusy, Sandboxes, SandboxNotFound, SandboxState, contents, sandboxes
from engine.sandbox.contents import SandboxFull
from engine.store.models import InstanceStatus, SandboxRow
from engine.throwaway import NEWCOMER, SAMPLE, NoTimer, ResultInvalid, SetError, SetFailure, SetValue, TimeInvalid
from engine.throwaway.trial import MAXIMUM_JOBS, MAXIMUM_WAIT
from engine.variables import MASK
from tests.instances.drawing import FORM_FILE, drawn
from tests.sandbox.conftest import Installed, diagram

FIFTEEN_MINUTES = timedelta(minutes=15)


class Tried:
    """A sandbox, acted in by one request after the other."""

    def __init__(self, installed: Installed, sandbox_id: str) -> None:
        self.installed, self.id = installed, sandbox_id

    def do(self, act: Callable[[Sandbox], object]) -> SandboxState:
        self.installed.sandboxes.change(self.installed.account, self.id, act)
        return self.state

    @property
    def state(self) -> SandboxState:
        with self.installed.sandboxes.look(self.installed.account, self.id) as sandbox:
            return sandbox.state()

    def submit(self, **values: str) -> SandboxState:
        def act(sandbox: Sandbox) -> None:
            task = sandbox.step().task
            assert task is not None
            sandbox.submit(task.id, {name: [value] for name, value in values.items()})

        return self.do(act)

    def code(self, external_id: str = SAMPLE) -> str:
        return next(each.code for each in self.state.codes if each.external_id == external_id)

    @property
    def at(self) -> list[str]:
        return [each.element_id for each in self.state.places if each.waits_for == "form"]


def test_the_guides_journey_runs_for_the_sample_user_at_once(installed: Installed) -> None:
    tried = Tried(installed, installed.create())
    state = tried.state
    assert (state.status, tried.at) == (InstanceStatus.ACTIVE, ["show_current_totp"])
    assert state.passed == ("start", "get_user", "get_totp")
    assert state.variables["externalId"] == SAMPLE
    current = state.variables["_identityStore"]["currentTOTP"]
    assert (current["secret"], current["qrCodeString"], current["issuer"]) == (MASK, MASK, "Idflow Demo")
    (mail,) = state.mails
    assert mail.to == "sample.user@example.com"
    assert mail.text
    # The next request may reach another process of a cluster, which has never heard of it.
    tried.installed.sandboxes = Sandboxes(installed.application)
    ended = tried.submit()
    assert (ended.status, ended.end and ended.end.name) == (InstanceStatus.COMPLETED, "Finished")
    assert ended.mails == state.mails


def test_somebody_new_registers_with_the_code_that_is_shown(installed: Installed) -> None:
    tried = Tried(installed, installed.create("totp_registration", {"externalId": NEWCOMER}))
    assert tried.at == ["register"]
    assert (tried.state.codes[0].pending, tried.state.codes[0].external_id) == (True, NEWCOMER)
    tried.submit(code=tried.code(NEWCOMER))
    assert tried.at == ["show_codes"]
    assert [each.used for each in tried.state.codes if each.external_id == NEWCOMER] == [True]
    assert tried.submit().end is not None


def test_a_recovery_code_of_the_sample_user_works_once(installed: Installed) -> None:
    tried = Tried(installed, installed.create("device_lost"))
    code = tried.state.recovery_code
    assert code
    state = tried.submit(code=code.lower())
    assert tried.at == ["register"]
    assert state.recovery_code not in {code, None}


def test_nobody_real_is_there(installed: Installed) -> None:
    state = Tried(installed, installed.create()).state
    assert {(each.store, each.external_id) for each in state.users} == {("demo", SAMPLE), ("demo", NEWCOMER)}
    tried = Tried(installed, installed.create(variables={"externalId": "real"}))
    incident = tried.state.incident
    assert incident is not None
    assert (incident.element_id, incident.code) == ("get_user", "UserNotFound")


def test_the_clock_stands_still_until_it_is_moved_and_timers_fire_at_their_own_time(installed: Installed) -> None:
    tried = Tried(installed, installed.create("totp_registration", {"externalId": NEWCOMER}))
    began = tried.state.clock
    installed.clock.advance(timedelta(minutes=30))
    assert tried.state.clock == began
    assert tried.at == ["register"]
    assert tried.do(lambda each: each.wait(timedelta(minutes=14))).clock == began + timedelta(minutes=14)
    assert tried.at == ["register"]
    state = tried.do(lambda each: each.wait(timedelta(hours=1)))
    assert tried.at == ["start_again"]
    fired = next(each for each in state.history if each.event == "received")
    assert (fired.element_id, fired.at) == ("register_too_late", began + FIFTEEN_MINUTES)


def test_the_clock_moves_to_the_next_timer(installed: Installed) -> None:
    tried = Tried(installed, installed.create("totp_registration", {"externalId": NEWCOMER}))
    began = tried.state.clock
    assert tried.do(Sandbox.wait_for_timer).clock == began + FIFTEEN_MINUTES
    assert tried.at == ["start_again"]
    with pytest.raises(NoTimer):
        tried.do(Sandbox.wait_for_timer)
    for wrong in (timedelta(), timedelta(seconds=-1), MAXIMUM_WAIT + timedelta(seconds=1)):
        with pytest.raises(TimeInvalid):
            tried.do(methodcaller("wait", wrong))


def test_what_repeats_for_ever_stops_after_a_while(installed: Installed) -> None:
    process = drawn({"p": ("start s", "s -> w", "wait w message M", "w -> e", "end e", "start t timer R/PT1S", "t -> x",
                           "end x")})  # fmt: skip
    tried = Tried(installed, installed.create("p", draft=process.decode()))
    began = tried.state.clock
    state = tried.do(lambda each: each.wait(timedelta(days=1)))
    assert state.clock - began <= timedelta(seconds=MAXIMUM_JOBS)


def test_a_service_task_can_be_given_a_bpmn_error(installed: Installed) -> None:
    tried = Tried(installed, installed.create("totp_registration", {"externalId": NEWCOMER}))
    tried.do(lambda each: each.set_result("start_registration", SetError("UserLocked")))
    tried.installed.sandboxes.restart(installed.account, tried.id)
    state = tried.state
    assert (state.status, state.passed[-1]) == (InstanceStatus.DECLINED, "start_registration_ends_UserLocked")
    assert state.results == {"start_registration": SetError("UserLocked")}


def test_a_service_task_can_fail_and_be_tried_again(installed: Installed) -> None:
    tried = Tried(installed, installed.create("totp_registration", {"externalId": NEWCOMER}))
    tried.do(lambda each: each.set_result("generate_codes", SetFailure("No paper.")))
    state = tried.submit(code=tried.code(NEWCOMER))
    assert state.status == InstanceStatus.INCIDENT
    assert state.incident is not None
    assert (state.incident.code, state.incident.message) == ("set-to-fail", "No paper.")
    assert [each.element_id for each in state.places if each.failed] == ["generate_codes"]
    tried.do(lambda each: each.set_result("generate_codes", None))
    assert tried.do(Sandbox.retry).status == InstanceStatus.ACTIVE
    assert tried.at == ["show_codes"]


def test_a_service_task_can_be_given_what_it_writes(installed: Installed) -> None:
    tried = Tried(installed, installed.create(variables={"externalId": "nobody"}))
    assert tried.state.status == InstanceStatus.INCIDENT
    made_up = {"_identityStore.currentTOTP": {"secret": "JUSTATEXT", "qrCodeString": "otpauth://made-up"}}
    tried.do(lambda each: each.set_result("get_user", SetValue({"_identityStore.users.user1": {"id": "1"}})))
    tried.do(lambda each: each.set_result("get_totp", SetValue(made_up)))
    tried.do(Sandbox.retry)
    assert tried.at == ["show_current_totp"]
    assert tried.state.variables["_identityStore"]["currentTOTP"]["secret"] == "JUSTATEXT"


def test_a_result_that_cannot_be_is_refused(installed: Installed) -> None:
    tried = Tried(installed, installed.create())
    for wrong in (SetValue({"a b": 1}), SetError(""), SetFailure("x" * 300)):
        with pytest.raises(ResultInvalid):
            tried.do(methodcaller("set_result", "get_user", wrong))


def test_a_message_goes_on_or_starts_the_process(installed: Installed) -> None:
    process = drawn({"p": ("start s message Go", "s -> w", "wait w message More", "w -> e", "end e")}).decode()
    tried = Tried(installed, installed.create("p", draft=process))
    assert tried.state.status == "WAITING"
    assert tried.do(lambda each: each.message("Go", "k", {"key": "mine"})).status == InstanceStatus.ACTIVE
    assert tried.do(lambda each: each.message("More", "yours", {})).status == InstanceStatus.ACTIVE
    state = tried.do(lambda each: each.message("More", "mine", {"seen": True}))
    assert (state.status, state.variables["seen"]) == (InstanceStatus.COMPLETED, True)


def test_called_processes_forms_and_decisions_are_there_as_they_are_now(everything: Installed) -> None:
    called = drawn({"called": ("start s", "s -> u", "user u", "u -> e", "end e")})
    everything.application.deploy([FORM_FILE, File("called.bpmn", called)])
    process = drawn({"p": ("start s", "s -> c", "call c called", "c -> e", "end e")}).decode()
    tried = Tried(everything, everything.create("p", draft=process))
    assert [(each.element_id, each.called) for each in tried.state.places if each.waits_for == "form"] == [
        ("u", "called")
    ]
    assert tried.submit(answer="x").status == InstanceStatus.COMPLETED


def test_a_draft_with_errors_is_refused_with_every_problem(installed: Installed) -> None:
    def problems(key: str, draft: str) -> set[str]:
        with pytest.raises(InvalidDeployment) as refused:
            installed.create(key, draft=draft)
        return {each.code for each in refused.value.problems}

    assert problems("get_current_totp", diagram("get_current_totp").replace("ShowCurrentTOTP", "Nowhere")) == {
        "bpmn.unknown-form"
    }
    assert "bpmn.unknown-activity" in problems("x", diagram("get_current_totp").replace('"get-totp"', '"get-tooth"'))
    assert problems("other", diagram("get_current_totp")) == {"process.other-name"}
    assert problems("x", "no XML at all")


def test_reserved_variables_cannot_be_given(installed: Installed) -> None:
    with pytest.raises(ReservedVariable):
        installed.create(variables={"_identityStore": {}})


def test_what_was_changed_in_the_draft_runs_after_a_restart(installed: Installed) -> None:
    tried = Tried(installed, installed.create())
    draft = diagram("get_current_totp").replace('name="Finished"', 'name="Over"')
    installed.sandboxes.restart(installed.account, tried.id, draft, {"more": 1})
    state = tried.submit()
    assert state.end is not None
    assert (state.end.name, state.variables["more"]) == ("Over", 1)


def test_of_two_requests_at_once_the_second_begins_again_with_what_the_first_has_stored(installed: Installed) -> None:
    tried = Tried(installed, installed.create("totp_registration", {"externalId": NEWCOMER}))
    seen: list[int] = []

    def slow(sandbox: Sandbox) -> None:
        seen.append(sandbox.revision)
        if len(seen) == 1:
            tried.do(lambda each: each.wait(timedelta(minutes=1)))
        sandbox.wait(timedelta(minutes=2))

    began = tried.state.clock
    assert tried.do(slow).clock == began + timedelta(minutes=3)
    assert len(seen) == 2


def test_a_form_is_submitted_once(installed: Installed) -> None:
    tried = Tried(installed, installed.create())
    with installed.sandboxes.look(installed.account, tried.id) as sandbox:
        task = sandbox.step().task
    assert task is not None
    calls: list[int] = []

    def submit(sandbox: Sandbox) -> None:
        calls.append(1)
        if len(calls) == 1:
            tried.submit()
        sandbox.submit(task.id, {})

    with pytest.raises(StepNotCurrent):
        tried.do(submit)
    assert tried.state.status == InstanceStatus.COMPLETED


def test_who_is_never_first_is_told_so(installed: Installed) -> None:
    tried = Tried(installed, installed.create())
    with pytest.raises(SandboxBusy) as busy:
        tried.do(lambda _: tried.do(lambda each: each.wait(timedelta(seconds=1))))
    assert (busy.value.code, busy.value.retry_helps) == ("sandbox-busy", True)


def test_only_its_owner_finds_it(installed: Installed) -> None:
    sandbox_id = installed.create()
    with pytest.raises(SandboxNotFound), installed.sandboxes.look(installed.other, sandbox_id):
        pass
    installed.sandboxes.remove(installed.other, sandbox_id)
    assert Tried(installed, sandbox_id).state
    installed.sandboxes.remove(installed.account, sandbox_id)
    with pytest.raises(SandboxNotFound):
        assert Tried(installed, sandbox_id).state


def test_when_an_account_makes_too_many_the_oldest_goes(installed: Installed) -> None:
    made = []
    for _ in range(sandboxes.MAXIMUM_SANDBOXES + 1):
        installed.clock.advance(timedelta(seconds=1))
        made.append(installed.create())
    assert all(Tried(installed, each).state for each in made[1:])
    with pytest.raises(SandboxNotFound):
        assert Tried(installed, made[0]).state


def test_it_ends_when_nothing_is_done_for_two_hours(installed: Installed) -> None:
    tried = Tried(installed, installed.create())
    installed.clock.advance(timedelta(minutes=119))
    tried.do(lambda each: each.wait(timedelta(seconds=1)))
    installed.clock.advance(timedelta(minutes=119))
    assert tried.state
    installed.clock.advance(timedelta(minutes=1))
    with pytest.raises(SandboxNotFound):
        assert tried.state


def test_housekeeping_deletes_what_has_ended(everything: Installed) -> None:
    ended = everything.create()
    everything.clock.advance(Retention().sandboxes)
    kept = everything.create()
    everything.application.keep_house()
    with everything.application.database.read() as session:
        left = set(session.scalars(select(SandboxRow.id)))
    assert (ended in left, kept in left) == (False, True)


def test_what_is_stored_is_sealed_and_limited(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = Tried(installed, installed.create(variables={"word": "canary-in-a-variable"}))
    with installed.application.database.read() as session:
        content = session.scalar(select(SandboxRow.content).where(SandboxRow.id == tried.id)) or b""
    assert 5_000 < len(content) < 60_000
    assert b"canary" not in content
    assert b"SQLite" not in content
    monkeypatch.setattr(contents, "MAXIMUM_BYTES", 1000)
    with pytest.raises(SandboxFull):
        tried.do(lambda each: each.wait(timedelta(seconds=1)))


def test_one_that_other_tables_were_stored_in_is_gone(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = Tried(installed, installed.create())
    monkeypatch.setattr(contents, "_TABLES", "of the next version")
    with pytest.raises(SandboxNotFound):
        assert tried.state
