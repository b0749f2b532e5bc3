"""Ad-hoc sub-processes."""

import pytest

from engine.spiff.subprocesses import AdHocIncomplete
from tests.spiff.notation import ad_hoc, each, inputs, on_event
from tests.spiff.player import Play, fails

AROUND = ("start s", "s -> h", "h -> last", "user last")
SEQUENTIAL = 'ordering="Sequential"'


@pytest.mark.bpmn("Ad-hoc sub-process", "Starts everything that no flow leads to, and ends when all of it has.")
def test_everything_is_started_at_once(play: Play) -> None:
    player = play(*AROUND, ad_hoc("h", "user a", "user b", "b -> c", "user c"))
    assert player.at == ["a", "b"]
    assert player.submit("b").submit("a").at == ["c"]
    assert player.submit("c").at == ["last"]


@pytest.mark.bpmn("Ad-hoc sub-process", "Sequential: one after the other, in the order of the file.")
def test_one_is_started_after_the_other(play: Play) -> None:
    player = play(*AROUND, ad_hoc("h", "user a", "a -> a2", "user a2", "user b", attributes=SEQUENTIAL))
    for name in ("a", "a2", "b", "last"):
        assert player.at == [name]
        player.submit(name)
    assert player.ended


@pytest.mark.bpmn("Ad-hoc sub-process", "`activeElementsCollection` says which ones start.")
@pytest.mark.parametrize(
    ("chosen", "at"), [(["b"], ["b"]), (["c", "a"], ["a", "c"]), ([], ["last"]), (["a", "a"], ["a", "a"])]
)
def test_an_expression_says_what_starts(play: Play, chosen: list[str], at: list[str]) -> None:
    assert play(*AROUND, ad_hoc("h", "user a", "user b", "user c", active="chosen"), chosen=chosen).at == at


@pytest.mark.parametrize("chosen", [None, "a", ["d"], ["h"], [1], [["a"]]])
def test_what_starts_must_be_known(stop: Play, chosen: object) -> None:
    player = stop(*AROUND, ad_hoc("h", "user a", "user b", active="chosen"), chosen=chosen)
    assert isinstance(fails(player.again).cause, AdHocIncomplete)
    assert player.standing == ["h"]
    assert player.change(chosen=["a"]).at == ["a"]


@pytest.mark.bpmn(
    "Ad-hoc sub-process", "Ends as soon as its completion condition is true after an element; the rest is cancelled."
)
@pytest.mark.parametrize("attributes", ["", SEQUENTIAL])
def test_the_completion_condition_ends_it(play: Play, attributes: str) -> None:
    body = ("user a", "a -> t", "script t n = n + 1", "t -> more", "user more", "user b", "user c")
    player = play(*AROUND, ad_hoc("h", *body, until="n >= 1", attributes=attributes), n=0)
    assert player.submit("a").at == ["last"]
    assert "more" not in player.path


@pytest.mark.bpmn(
    "Ad-hoc sub-process", 'With cancelRemainingInstances="false" what has begun goes on, and nothing new starts.'
)
def test_what_has_begun_may_go_on(play: Play) -> None:
    attributes = 'cancelRemainingInstances="false"'
    body = ("user a", "a -> t", "script t done = true", "user b", "b -> c", "user c")
    player = play(*AROUND, ad_hoc("h", *body, until="done", attributes=attributes))
    assert player.submit("a").at == ["b"]
    assert player.submit("b").at == ["c"]
    assert player.submit("c").at == ["last"]


def test_nothing_new_is_started_then(play: Play) -> None:
    attributes = f'{SEQUENTIAL} cancelRemainingInstances="false"'
    body = ("user a", "user b", "user c")
    player = play(*AROUND, ad_hoc("h", *body, until="done", attributes=attributes))
    assert player.submit("a").at == ["b"]
    assert player.submit("b", done=True).at == ["last"]


@pytest.mark.bpmn("Ad-hoc sub-process", "An incident when everything is done and the condition is still not true.")
def test_an_ad_hoc_sub_process_that_cannot_complete_is_an_incident(play: Play) -> None:
    player = play(*AROUND, ad_hoc("h", "user a", "user b", until="done"))
    player.submit("a")
    failure = fails(lambda: player.submit("b"))
    assert isinstance(failure.cause, AdHocIncomplete)
    assert failure.element_id == "h"
    assert player.change(done=True).at == ["last"]


def test_an_interrupting_event_sub_process_starts_nothing_more(play: Play) -> None:
    handler = on_event("eh", "start hs message M", "hs -> hu", "user hu")
    player = play(*AROUND, ad_hoc("h", "user a", "user b", handler, attributes=SEQUENTIAL)).message("M")
    assert player.at == ["hu"]
    assert player.submit("hu").at == ["last"]


def test_an_event_sub_process_does_not_hold_up_what_is_next(play: Play) -> None:
    handler = on_event("eh", "beside hs message M", "hs -> hu", "user hu")
    player = play(*AROUND, ad_hoc("h", "user a", "user b", handler, attributes=SEQUENTIAL))
    assert player.submit("a").at == ["b"]
    assert player.message("M").submit("hu").submit("b").at == ["last"]


def test_an_ad_hoc_sub_process_can_run_several_times(play: Play) -> None:
    player = play(*AROUND, each(ad_hoc("h", "user a", "user b", until="item = 1 and x", attributes=SEQUENTIAL), "[1]"))
    assert player.submit("a", x=True).at == ["last"]


def test_flows_in_an_ad_hoc_sub_process_join(play: Play) -> None:
    body = ("user a", "user b", "a -> j", "b -> j", "and j", "j -> c", "user c")
    player = play(*AROUND, ad_hoc("h", *body))
    assert player.submit("a").at == ["b"]
    assert player.submit("b").at == ["c"]
    assert player.submit("c").at == ["last"]


def test_input_parameters_are_evaluated_anew_when_the_start_is_tried_again(stop: Play) -> None:
    body = inputs(ad_hoc("h", "user a", active="chosen"), n="n + 1")
    player = stop(*AROUND, body, n=1, chosen=None)
    fails(player.again)
    assert player.change(chosen=["a"]).task("a").variables["n"] == 2
