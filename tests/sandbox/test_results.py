"""What a service task comes to in a sandbox can be said beforehand."""

from operator import methodcaller

import pytest

from engine.sandbox import Sandbox
from engine.store.models import InstanceStatus
from engine.throwaway import NEWCOMER, ResultInvalid, SetError, SetFailure, SetValue
from tests.sandbox.conftest import Installed
from tests.sandbox.tried import Tried


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
