"""An instance goes on in the other version where it was."""

from tests.spiff.migration.conftest import Migrate, Plan
from tests.spiff.migration.versions import FORM, JOIN, LONGER
from tests.spiff.notation import ad_hoc, each, inside, marked, repeat, transaction
from tests.spiff.player import Play


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
