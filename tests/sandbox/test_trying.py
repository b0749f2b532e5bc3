"""What runs in a sandbox: a draft, with people who are made up."""

import pytest

from engine.deployment import File
from engine.errors import InvalidDeployment
from engine.instances.given import ReservedVariable
from engine.sandbox import Sandboxes
from engine.store.models import InstanceStatus
from engine.throwaway import NEWCOMER, SAMPLE
from engine.variables import MASK
from tests.instances.drawing import FORM_FILE, drawn
from tests.sandbox.conftest import Installed, diagram
from tests.sandbox.tried import Tried


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
