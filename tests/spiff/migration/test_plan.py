"""What a plan says is against a migration."""

import pytest

from tests.spiff.migration.conftest import Plan
from tests.spiff.migration.versions import FORM, JOIN
from tests.spiff.notation import ad_hoc, each, inside, marked, on_event
from tests.spiff.player import Play

UNDONE = ("task a", "on oa a compensation ua", "undo ua")
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
