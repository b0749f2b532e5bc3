"""The clock of a sandbox, which moves when it is told to."""

from datetime import timedelta
from operator import methodcaller

import pytest

from engine.sandbox import Sandbox
from engine.throwaway import NEWCOMER, NoTimer, TimeInvalid
from engine.throwaway.trial import MAXIMUM_JOBS, MAXIMUM_WAIT
from tests.instances.drawing import drawn
from tests.sandbox.conftest import Installed
from tests.sandbox.tried import Tried

FIFTEEN_MINUTES = timedelta(minutes=15)


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
