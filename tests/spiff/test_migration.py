"""Moving an instance to another version of its process."""

from collections.abc import Callable

import orjson
import pytest

from engine import variables
from engine.errors import Failure
from engine.spiff import MigrationPlan, Run, Specification, migration_plan
from tests.spiff.notation import ad_hoc, each, inside, marked, on_event, repeat, transaction
from tests.spiff.player import Play, Player
from tests.spiff.world import World

Specify = Callable[..., Specification]
Migrate = Callable[..., Player]
Plan = Callable[..., MigrationPlan]


@pytest.fixture
def plan(specification: Specify) -> Plan:
    """Plans to move what a player plays to another version."""

    def make(player: Player, *elements: str, mapping: dict[str, str] | None = None) -> MigrationPlan:
        saved = orjson.loads(orjson.dumps(player.run.save()))
        made = migration_plan(saved, player.specification, specification(*elements), mapping or {})
        assert saved == orjson.loads(orjson.dumps(player.run.save()))
        return made

    return make


@pytest.fixture
def migrate(specification: Specify, plan: Plan) -> Migrate:
    """Moves what a player plays to another version."""

    def move(player: Player, *elements: str, **mapping: str) -> Player:
        made = plan(player, *elements, mapping=mapping)
        assert made.problems == ()
        assert made.mapping == mapping
        player.specification = specification(*elements)
        called = variables.decode(variables.encode(player.run.tables))
        state = orjson.loads(orjson.dumps(made.state))
        player.run = Run.load(player.specification, state, player.variables, player.world, called)
        player.run.rearm()
        player.store()
        return player

    return move


FORM = ("start s", "s -> a", "user a", "a -> e", "end e")
LONGER = ("start s", "s -> a", "user a", "a -> t", "script t n = 1", "t -> b", "user b", "b -> e", "end e")


def test_a_form_goes_on_in_the_other_version(play: Play, migrate: Migrate) -> None:
    player = play(*FORM)
    before = player.task("a").id
    player = migrate(player, *LONGER)
    assert player.task("a").id == before
    assert player.submit("a").at == ["b"]
    assert player.variables == {"n": 1}


def test_an_element_that_was_renamed_is_mapped(play: Play, migrate: Migrate) -> None:
    elements = tuple(
        part.replace("user a", "user ask").replace("-> a", "-> ask").replace("a ->", "ask ->") for part in LONGER
    )
    assert migrate(play(*FORM), *elements, a="ask").submit("ask").at == ["b"]


def test_an_instance_that_ended_stays_as_it_is(play: Play, plan: Plan) -> None:
    player = play(*FORM).submit("a")
    assert plan(player, *LONGER).state == player.run.save()


def test_everything_inside_moves_along(play: Play, migrate: Migrate) -> None:
    def body(extra: bool) -> tuple[str, ...]:
        after = ("-> more", "user more") if extra else ()
        flows = (f"u {after[0]}", after[1]) if after else ()
        deep = inside("deep", "start ds", "ds -> u", "user u", *flows)
        return (
            *("start s", "s -> x", each(deep.replace('id="deep"', 'id="x"'), "[1, 2]"), "s -> y"),
            *(
                inside(
                    "y", "start ys", "ys -> z", repeat(transaction("z", "start zs", "zs -> zu", "user zu"), maximum=2)
                ),
            ),
            *("s -> ah", ad_hoc("ah", "user ha", "user hb", attributes='ordering="Sequential"')),
        )

    player = migrate(play(*body(extra=False)), *body(extra=True))
    assert player.at == ["ha", "u", "u", "zu"]
    assert player.submit("ha").submit("u").at == ["hb", "more", "u", "zu"]
    assert player.submit("zu").submit("u").submit("hb").at == ["more", "more", "zu"]
    assert player.submit("more").submit("more").submit("zu").ended


def test_what_is_inside_can_be_renamed(play: Play, migrate: Migrate) -> None:
    def elements(sub: str, form: str, pending: str) -> tuple[str, ...]:
        return (
            *("start s", f"s -> {sub}", each(inside(sub, "start is", f"is -> {form}", f"user {form}"), "[1, 2]")),
            *("s -> h", ad_hoc("h", "user ha", f"user {pending}", attributes='ordering="Sequential"')),
        )

    player = migrate(play(*elements("x", "u", "hb")), *elements("y", "v", "hc"), x="y", u="v", hb="hc")
    assert player.at == ["ha", "v", "v"]
    assert player.submit("ha").submit("v").submit("v").at == ["hc"]
    assert player.submit("hc").ended


def test_a_called_process_stays_as_it_is(play: Play, migrate: Migrate) -> None:
    elements = ("start s", "s -> c", "call c other")
    player = play(*elements, calls={"other": ("start os", "os -> ou", "user ou")})
    player = migrate(player, *elements, "c -> u", "user u")
    assert player.at == ["ou"]
    assert player.submit("ou").at == ["u"]


JOIN = ("start s", "s -> a", "s -> b", "user a", "user b", "a -> j", "b -> j", "and j", "j -> u", "user u")


def test_a_token_at_a_join_still_waits_there(play: Play, migrate: Migrate) -> None:
    player = migrate(play(*JOIN).submit("a"), *JOIN, "u -> v", "user v")
    assert player.submit("b").at == ["u"]
    player = migrate(
        play(*JOIN).submit("a"),
        *(
            part.replace("and j", "and k")
            .replace("-> j", "-> k")
            .replace("j ->", "k ->")
            .replace("a -> k", "a_j: a -> k")
            for part in JOIN
        ),
        j="k",
    )
    assert player.submit("b").at == ["u"]


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


UNDONE = ("task a", "on oa a compensation ua", "undo ua")


def test_what_can_be_undone_still_can(play: Play, migrate: Migrate) -> None:
    def elements(name: str, *after: str) -> tuple[str, ...]:
        undo = ("task a", f"on oa a compensation {name}", f"undo {name}")
        return ("start s", "s -> sub", inside("sub", "start is", "is -> a", *undo), "sub -> u", "user u", *after)

    after = ("u -> x", "throw x compensation")
    assert migrate(play(*elements("ua")), *elements("ua", *after)).submit("u").path[-2:] == ["ua", "x"]
    assert migrate(play(*elements("ua")), *elements("ub", *after), ua="ub").submit("u").path[-2:] == ["ub", "x"]


def test_an_instance_that_compensates_goes_on(play: Play, migrate: Migrate) -> None:
    def elements(a: str, b: str, *after: str) -> tuple[str, ...]:
        return (
            *(
                "start s",
                "s -> a",
                "task a",
                f"on oa a compensation {a}",
                marked(f"user {a}", isForCompensation="true"),
            ),
            *("a -> b", "task b", f"on ob b compensation {b}", marked(f"user {b}", isForCompensation="true")),
            *("b -> x", "throw x compensation", *after),
        )

    player = migrate(play(*elements("ua", "ub")), *elements("va", "vb", "x -> u", "user u"), ua="va", ub="vb")
    assert player.at == ["vb"]
    assert player.submit("vb").at == ["va"]
    assert player.submit("va").at == ["u"]


def test_an_element_that_failed_is_tried_in_the_other_version(stop: Play, migrate: Migrate) -> None:
    def work(_: str) -> object:
        raise ZeroDivisionError

    player = stop("start s", "s -> w", "work w", "on m w message M", "m -> u", "user u", work=work)
    player = migrate(player, "start s", "s -> w", "work w", "on m w message M", "m -> u", "user u", "w -> v", "user v")
    assert player.failing == ["w"]
    player.world.work = lambda _: None
    assert player.again().at == ["v"]


SUB = inside("sub", "start is", "is -> x", "user x")
RAISED = ("on t a timer PT1H", "t -> e")


@pytest.mark.parametrize(
    ("old", "new", "mapping", "problem"),
    [
        (FORM, ("start s", "s -> b", "user b"), {}, "'a' has no element 'a' in the same place"),
        (FORM, ("start s", "s -> a", "manual a", "a -> u", "user u"), {}, "'a' is a userTask, 'a' a manualTask"),
        (FORM, ("start s", "s -> b", "user b"), {"a": "c"}, "there is no element 'c' in the other version"),
        (FORM, FORM, {"z": "a"}, "there is no element 'z' in this version"),
        (FORM, ("start s", "s -> a", each("user a", "[1]")), {}, "'a' and 'a' repeat in different ways"),
        (
            ("start s", "s -> a", each("user a", "[1]")),
            ("start s", "s -> a", each("user a", "[1]", sequential=True)),
            {},
            "'a' and 'a' repeat in different ways",
        ),
        (
            ("start s", "s -> w", "wait w message M"),
            ("start s", "s -> w", "wait w signal S"),
            {},
            "'w' and 'w' wait for different events",
        ),
        ((*FORM, *RAISED), (*FORM, "on t a message M", "t -> e"), {}, "'t' and 't' wait for different events"),
        ((*FORM, *RAISED), (*FORM, "beside t a timer PT1H", "t -> e"), {}, "only one of 't' and 't' interrupts"),
        (
            (*FORM, *RAISED),
            ("start s", "s -> a", "user a", "a -> b", "user b", "b -> e", "end e", "on t b timer PT1H", "t -> e"),
            {},
            "'t' and 't' sit on different activities",
        ),
        (
            (*FORM, on_event("h", "start hs message M", "hs -> he", "end he")),
            (*FORM, on_event("h", "start hs signal S", "hs -> he", "end he")),
            {},
            "'h' and 'h' wait for different events",
        ),
        (
            (*FORM, on_event("h", "start hs message M", "hs -> he", "end he")),
            (*FORM, on_event("h", "beside hs message M", "hs -> he", "end he")),
            {},
            "only one of 'h' and 'h' interrupts",
        ),
        (
            (*FORM, on_event("h", "start hs message M", "hs -> he", "end he")),
            (*FORM, "a -> h", inside("h", "start hs", "hs -> he", "end he")),
            {},
            "'h' is an event sub-process, 'h' a subProcess",
        ),
        (
            ("start s", "s -> sub", SUB),
            ("start s", "s -> x", "user x"),
            {},
            "'sub' has no element 'sub' in the same place",
        ),
        (
            ("start s", "s -> sub", SUB),
            ("start s", "s -> sub", inside("sub", "start is", "is -> y", "user y"), "sub -> x", "user x"),
            {},
            "'x' has no element 'x' in the same place",
        ),
        (
            ("start s", "s -> h", ad_hoc("h", "user x", "user y", attributes='ordering="Sequential"')),
            ("start s", "s -> h", ad_hoc("h", "user x", attributes='ordering="Sequential"')),
            {},
            "'y', which is still to be started, is gone",
        ),
        (
            ("start s", "s -> a", *UNDONE, "a -> u", "user u"),
            ("start s", "s -> a", "task a", "a -> u", "user u"),
            {},
            "'a' can no longer be compensated: 'ua' is gone",
        ),
        (
            (
                "start s",
                "s -> a",
                "task a",
                "on oa a compensation ua",
                marked("user ua", isForCompensation="true"),
                "a -> x",
                "throw x compensation",
            ),
            ("start s", "s -> a", "task a", "a -> x", "throw x compensation"),
            {},
            "'ua', which compensates at this moment, is gone",
        ),
    ],
)
def test_a_plan_says_what_is_against_it(  # noqa: PLR0913, PLR0917 - two versions, and what comes of it
    play: Play, plan: Plan, old: tuple[str, ...], new: tuple[str, ...], mapping: dict[str, str], problem: str
) -> None:
    problems = plan(play(*old), *new, mapping=mapping).problems
    assert problem in problems


def test_a_plan_says_that_a_flow_is_gone(play: Play, plan: Plan) -> None:
    new = (*(part for part in JOIN if part != "a -> j"), "a -> c", "task c", "c -> j")
    assert plan(play(*JOIN).submit("a"), *new).problems == ("the flow 'a_j' on which a token waits at 'j' is gone",)


def test_a_plan_says_everything_at_once_and_nothing_twice(play: Play, plan: Plan) -> None:
    old = ("start s", "s -> a", each("user a", "[1, 2]"), "s -> b", "user b")
    made = plan(play(*old), "start s", "s -> c", "user c")
    assert made.problems == ("'a' has no element 'a' in the same place", "'b' has no element 'b' in the same place")


def test_nothing_of_a_plan_fails_when_the_state_has_problems(play: Play, plan: Plan) -> None:
    body = (
        "start s",
        "s -> sub",
        each(inside("sub", "start is", "is -> x", "user x"), "[1]"),
        "s -> c",
        "call c other",
    )
    player = play(*body, calls={"other": ("start os", "os -> ou", "user ou")})
    assert plan(player, "start s", "s -> z", "user z").problems
    assert len(plan(player, "start s", "s -> sub", "user sub", "s -> c", "user c").problems) == 2
