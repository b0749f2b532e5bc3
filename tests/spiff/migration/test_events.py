"""Which events are waited for in the other version."""

import pytest

from engine.errors import Failure
from engine.spiff import Run
from tests.spiff.migration.conftest import Migrate, Plan, Specify
from tests.spiff.migration.versions import FORM
from tests.spiff.notation import inside, on_event
from tests.spiff.player import Play
from tests.spiff.world import World


def test_events_are_waited_for_as_before(play: Play, migrate: Migrate) -> None:
    def elements(*after: str) -> tuple[str, ...]:
        return (
            *("start s", "s -> w", "wait w message M", "s -> t", "wait t timer PT1H", "s -> a", "user a"),
            *("beside b a signal S", "b -> eb", "end eb", "s -> c", "wait c condition x", *after),
        )

    player = play(*elements())
    before = player.for_events
    player = migrate(
        player, *(part.replace("PT1H", "PT2H") for part in elements("w -> u", "user u", "c -> v", "user v"))
    )
    assert player.for_events == [
        type(each)(
            each.id,
            player.specification.process.elements[each.element.id],
            *(each.trigger, each.name, each.key, each.due),
        )
        for each in before
    ]
    assert player.message("M").signal("S").at == ["a", "u"]
    assert player.change(x=True).at == ["a", "u", "v"]


def test_new_boundary_events_wait_and_dropped_ones_are_gone(play: Play, migrate: Migrate) -> None:
    old = (*FORM, "on t a timer PT1H", "t -> e", "beside m a message M", "m -> e")
    new = (
        *FORM,
        "on late a timer PT2H",
        "late -> e",
        "beside m a message M",
        "m -> e",
        "beside x a condition go",
        "x -> e",
    )
    player = play(*old).sleep(minutes=30)
    player = migrate(player, *new)
    assert player.due == ["2026-03-01T15:30:00+01:00"]
    assert player.standing == ["a", "late", "m", "x"]
    assert player.change(go=True).path[-1] == "e"
    assert player.submit("a").ended


def test_an_event_that_has_happened_does_not_wait_again(play: Play, migrate: Migrate) -> None:
    handler = on_event("h", "beside hs timer PT1H", "hs -> he", "end he")
    elements = (*FORM, "beside t a timer PT1H", "t -> e", handler)
    player = migrate(play(*elements).sleep(hours=2), *elements)
    assert player.for_events == []


@pytest.mark.parametrize("where", ["top", "sub"])
def test_new_event_sub_processes_wait_and_dropped_ones_are_gone(play: Play, migrate: Migrate, where: str) -> None:
    def elements(*handlers: str) -> tuple[str, ...]:
        return (*FORM, *handlers) if where == "top" else ("start o", "o -> sub", inside("sub", *FORM, *handlers))

    old = on_event("h", "start hs message M", "hs -> hu", "user hu")
    new = on_event("n", "beside ns signal S", "ns -> nu", "user nu")
    conditional = on_event("c", "beside cs condition x", "cs -> cu", "user cu")
    player = migrate(play(*elements(old)), *elements(new, conditional))
    assert [each.element.id for each in player.for_events] == ["n"]
    assert player.signal("S").at == ["a", "nu"]
    assert player.change(x=True).at == ["a", "cu", "nu"]


def test_nothing_new_waits_where_an_event_sub_process_has_taken_over(play: Play, migrate: Migrate) -> None:
    old = on_event("h", "start hs message M", "hs -> hu", "user hu")
    new = on_event("n", "beside ns signal S", "ns -> nu", "user nu")
    player = migrate(play(*FORM, old).message("M"), *FORM, old, new)
    assert player.for_events == []
    assert player.submit("hu").ended


def test_an_event_that_cannot_wait_stops_the_migration(play: Play, plan: Plan, specification: Specify) -> None:
    elements = (*FORM, "on t a timer =missing", "t -> e")
    made = plan(play(*FORM), *elements)
    run = Run.load(specification(*elements), made.state, {}, World(lambda _: None, {}))
    with pytest.raises(Failure):
        run.rearm()
