"""Requests to one sandbox that come at once."""

from datetime import timedelta

import pytest

from engine.instances import StepNotCurrent
from engine.sandbox import Sandbox, SandboxBusy
from engine.store.models import InstanceStatus
from engine.throwaway import NEWCOMER
from tests.sandbox.conftest import Installed
from tests.sandbox.tried import Tried


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
