"""Event-based gateways."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.spiff.player import Play

RACE = (
    *("start s", "s -> g", "race g", "g -> m", "g -> i", "g -> t", "g -> c", "g -> r"),
    *("wait m message M", "wait i signal S", "wait t timer PT1H", "wait c condition go", "receive r R"),
    *(f"{name} -> u{name}" for name in "mitcr"),
    *(f"user u{name}" for name in "mitcr"),
    *(f"u{name} -> e" for name in "mitcr"),
    "end e",
)


@pytest.mark.bpmn(
    "Event-based gateway",
    "Goes on with the first of several messages, signals, timers, conditions or receive tasks; the others are gone.",
)
@pytest.mark.parametrize(
    ("happens", "at"),
    [
        (lambda player: player.message("M", x=1), "um"),
        (lambda player: player.signal("S"), "ui"),
        (lambda player: player.sleep(hours=1), "ut"),
        (lambda player: player.change(go=True), "uc"),
        (lambda player: player.message("R"), "ur"),
    ],
)
def test_the_first_event_wins_the_race(play: Play, happens: Callable[[Any], Any], at: str) -> None:
    player = play(*RACE)
    assert sorted(each.trigger for each in player.for_events) == ["message", "message", "signal", "timer"]
    assert happens(player).at == [at]
    assert player.standing == [at]
    assert player.for_events == []
    assert player.submit(at).ended


def test_a_condition_that_is_true_already_wins_the_race_at_once(play: Play) -> None:
    player = play(*RACE, go=True)
    assert player.at == ["uc"]
    assert player.for_events == []


def test_two_races_at_the_same_gateway_do_not_know_each_other(play: Play) -> None:
    player = play(
        *("start s", "s -> f", "and f", "one: f -> g", "two: f -> g", "race g", "g -> m", "g -> t"),
        *("wait m message M", "wait t timer PT1H", "m -> um", "t -> ut", "user um", "user ut", "um -> e", "ut -> e"),
        "end e",
    )
    assert len(player.for_events) == 4
    assert player.message("M").at == ["um"]
    assert len(player.for_events) == 2
    assert player.sleep(hours=1).at == ["um", "ut"]


def test_when_one_event_cannot_wait_the_others_are_still_there_and_it_can_be_tried_again(stop: Play) -> None:
    elements = (
        *("start s", "s -> g", "race g", "g -> m", "g -> t", "wait m message M", "wait t timer =delay"),
        *("m -> e", "t -> e", "end e"),
    )
    player = stop(*elements, delay="soon")
    assert player.standing == ["m", "t"]
    player.change(delay="PT1H")
    assert sorted(each.trigger for each in player.for_events) == ["message", "timer"]
    assert player.message("M").ended
