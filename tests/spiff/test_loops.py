"""Standard loops."""

import pytest

from engine.spiff.loop import TooManySteps
from tests.spiff.notation import inside, outputs, repeat
from tests.spiff.player import Play, fails

AROUND = ("start s", "s -> m", "m -> last", "user last")


@pytest.mark.bpmn(
    "Standard loop",
    "Runs again while its condition is true, which is looked at after each run, or before with testBefore.",
)
@pytest.mark.parametrize(("before", "start", "count"), [(False, 0, 3), (False, 9, 1), (True, 0, 3), (True, 9, 0)])
def test_an_activity_runs_while_its_condition_is_true(play: Play, start: int, count: int, *, before: bool) -> None:
    player = play(*AROUND, repeat("script m n = n + 1", "n < 3", before=before), n=start)
    assert player.at == ["last"]
    assert player.path.count("m") == count + 1
    assert player.variables == {"n": start + count}


@pytest.mark.bpmn("Standard loop", "Ends after loopMaximum runs.")
@pytest.mark.parametrize("condition", ["", "true"])
@pytest.mark.parametrize("before", [True, False])
def test_a_loop_has_a_maximum(play: Play, condition: str, *, before: bool) -> None:
    player = play(*AROUND, repeat("script m n = n + 1", condition, maximum=4, before=before), n=0)
    assert player.variables == {"n": 4}


@pytest.mark.bpmn("Standard loop", "The condition can name `loopCounter`: how often it has run, from 1.")
@pytest.mark.parametrize("before", [True, False])
def test_the_counter_of_a_loop(play: Play, *, before: bool) -> None:
    player = play(
        *AROUND, repeat("script m seen = append(seen, loopCounter)", "loopCounter < 3", before=before), seen=[]
    )
    assert player.variables == {"seen": [1, 2, 3]}


def test_a_null_condition_is_not_true(play: Play) -> None:
    assert play(*AROUND, repeat("script m n = n + 1", "missing"), n=0).variables == {"n": 1}


@pytest.mark.parametrize("body", ["user m", inside("m", "start is", "is -> u", "user u")])
def test_a_loop_waits_in_every_run(play: Play, body: str) -> None:
    player = play(*AROUND, repeat(body, "again"))
    name = player.at[0]
    ids = set()
    for _ in range(3):
        ids.add(player.task(name).id)
        player.submit(name, again=True)
    assert len(ids) == 3
    assert player.submit(name, again=False).at == ["last"]


def test_boundary_events_are_those_of_the_whole_loop(play: Play) -> None:
    player = play(*AROUND, repeat("user m", "true"), "on t m timer PT1H", "t -> late", "user late")
    player.sleep(minutes=40).submit("m").sleep(minutes=40)
    assert player.at == ["late"]


def test_every_run_has_its_output_mapping(play: Play) -> None:
    numbers = iter([1, 2, 3])
    player = play(*AROUND, repeat(outputs("work m", n="result"), "n < 3"), work=lambda _: next(numbers))
    assert player.variables == {"n": 3}


@pytest.mark.parametrize("every", [False])
@pytest.mark.bpmn("Standard loop", "One without an end or a wait is an incident after 20,000 elements.")
def test_a_loop_without_end_is_stopped(play: Play) -> None:
    assert isinstance(fails(lambda: play(*AROUND, repeat("task m", "true"))).cause, TooManySteps)


@pytest.mark.parametrize("every", [False])
def test_a_thousand_runs(play: Play) -> None:
    assert play(*AROUND, repeat("script m n = n + 1", "n < 1000"), n=0).variables == {"n": 1000}
