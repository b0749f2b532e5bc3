"""Transactions."""

import pytest

from engine.spiff.handling import CancelNotCaught
from tests.spiff.notation import each, marked, transaction
from tests.spiff.player import Play, fails
from tests.spiff.undoing import handlers, step

BOOKING = (
    *("start ts", "ts -> f", "and f", "f -> a", "f -> p", "user p", *step("a", "b"), *step("b", "g"), "xor g g_ok"),
    *("g -> no if cancelled", "g -> ok", "end no cancel", "user ok"),
)


@pytest.mark.bpmn(
    "Transaction", "A sub-process that a cancel end event ends, undoes and leaves by its cancel boundary event."
)
@pytest.mark.bpmn(
    "Cancel end event", "Ends everything in its transaction, undoes what was completed there, and then leaves it."
)
@pytest.mark.bpmn("Cancel boundary event", "Where a transaction that was cancelled goes on.")
def test_a_cancelled_transaction_is_undone(play: Play) -> None:
    elements = (
        "start s",
        "s -> t",
        transaction("t", *BOOKING),
        "t -> done",
        "user done",
        "on c t cancel",
        "c -> gone",
        "user gone",
    )
    player = play(*elements, cancelled=True)
    assert player.path == ["s", "ts", "f", "a", "b", "g", "ub", "ua", "no", "c"]
    assert player.at == ["gone"]
    assert player.standing == ["gone"]
    player = play(*elements, cancelled=False)
    assert player.submit("p").submit("ok").at == ["done"]
    assert handlers(player) == []


def test_a_transaction_waits_for_what_undoes_it(play: Play) -> None:
    inner = (
        *("start ts", "ts -> a", "task a", "on a_c a compensation ua", marked("user ua", isForCompensation="true")),
        *("a -> f", "and f", "f -> p", "user p", "f -> no", "end no cancel"),
    )
    player = play("start s", "s -> t", transaction("t", *inner), "on c t cancel", "c -> gone", "user gone")
    assert player.at == ["ua"]
    assert player.submit("ua").at == ["gone"]


@pytest.mark.bpmn("Cancel end event", "Without a cancel boundary event it is an incident, and nothing has been undone.")
def test_a_transaction_that_nothing_cancels_is_an_incident(stop: Play) -> None:
    player = stop("start s", "s -> t", transaction("t", *BOOKING), "t -> u", "user u", cancelled=True)
    assert isinstance(fails(player.again).cause, CancelNotCaught)
    assert player.failing == ["no"]
    assert player.at == ["p"]
    assert handlers(player) == []


@pytest.mark.bpmn("Transaction", "An error leaves it without undoing anything.")
def test_an_error_leaves_a_transaction_as_it_is(play: Play) -> None:
    inner = ("start ts", "ts -> a", *step("a", "bad"), "end bad error E")
    player = play(
        "start s",
        "s -> t",
        transaction("t", *inner),
        "on c t error",
        "c -> x",
        "throw x compensation",
        "x -> u0",
        "user u0",
    )
    assert handlers(player) == []
    assert player.at == ["u0"]


def test_a_transaction_can_be_undone_after_it_has_ended(play: Play) -> None:
    inner = ("start ts", "ts -> a", *step("a"))
    player = play("start s", "s -> t", transaction("t", *inner), "t -> x", "throw x compensation")
    assert handlers(player) == ["ua"]


@pytest.mark.bpmn("Transaction", "Of several instances, one that is cancelled undoes itself and ends the others.")
def test_one_instance_cancels_all(play: Play) -> None:
    inner = ("start ts", "ts -> a", *step("a", "p"), "user p", "p -> no", "end no cancel")
    several = each(transaction("t", *inner), "[1, 2]")
    player = play("start s", "s -> t", several, "on c t cancel", "c -> gone", "user gone")
    assert player.submit("p").at == ["gone"]
    assert handlers(player) == ["ua"]
    assert player.standing == ["gone"]
