"""What an operator does with a token."""

import pytest

from engine.spiff.operations import NotMovable
from engine.spiff.records import TaskNotCurrent
from engine.variables import VariableInvalid
from tests.spiff.notation import ad_hoc, each, inside, marked, on_event, repeat
from tests.spiff.player import Play, fails


def failing(_: str) -> object:
    raise ZeroDivisionError


def test_an_element_that_failed_can_be_skipped(stop: Play) -> None:
    player = stop("start s", "s -> w", "work w", "w -> u if x = 1", "user u", work=failing)
    assert player.failing == ["w"]
    assert player.skip("w", **{"x": 1, "y.z": 2}).at == ["u"]
    assert player.variables == {"x": 1, "y": {"z": 2}}
    assert player.path == ["s", "w"]


def test_a_form_can_be_skipped(play: Play) -> None:
    player = play("start s", "s -> u", "user u", "on t u timer PT1H", "t -> v", "user v", "u -> w", "user w")
    assert player.skip("u").at == ["w"]
    assert player.standing == ["w"]


def test_what_waits_for_an_event_can_be_skipped(play: Play) -> None:
    player = play("start s", "s -> w", "wait w message M", "w -> c", "wait c condition false", "c -> u", "user u")
    assert player.skip("w").skip("c").at == ["u"]
    assert player.for_events == []


def test_skipping_one_of_a_race_wins_it(play: Play) -> None:
    player = play(
        *("start s", "s -> g", "race g", "g -> m", "g -> t", "wait m message M", "wait t timer PT1H", "m -> u"),
        *("t -> v", "user u", "user v"),
    )
    assert player.skip("t").at == ["v"]
    assert player.standing == ["v"]


@pytest.mark.parametrize(
    "body",
    [
        inside("x", "start is", "is -> a", "user a", on_event("h", "start hs message M", "hs -> hu", "user hu")),
        each("user x", "[1, 2]"),
        repeat("user x", "true"),
        "call x other",
        ad_hoc("x", "user a", "user b"),
        marked(inside("x", "start is", "is -> a", "user a"), name="named"),
    ],
)
def test_a_scope_can_be_skipped_with_everything_inside(play: Play, body: str) -> None:
    player = play("start s", "s -> x", body, "x -> u", "user u", calls={"other": ("start os", "os -> ou", "user ou")})
    host = next(each.id for each in player.run.positions if each.element.id == "x")
    assert player.step(lambda: player.run.skip(host, {})).at == ["u"]
    assert player.standing == ["u"]


def test_one_instance_can_be_skipped(play: Play) -> None:
    player = play("start s", "s -> m", each("user m", "[1, 2]", out="results = r"), "m -> u", "user u")
    instance = player.task("m").id
    player.step(lambda: player.run.skip(instance, {"r": 5}))
    assert player.at == ["m"]
    assert player.submit("m", r=6).variables == {"results": [5, 6]}


def test_a_token_at_a_join_can_be_skipped(play: Play) -> None:
    player = play("start s", "s -> a", "s -> b", "user a", "user b", "a -> j", "b -> j", "and j", "j -> u", "user u")
    player.submit("a")
    assert player.skip("j").at == ["b", "u"]
    # The other one now waits alone.
    fails(lambda: player.submit("u").submit("b"))
    assert player.standing == ["j"]
    assert player.skip("j").at == ["u"]
    assert player.submit("u").ended


@pytest.mark.parametrize("event", ["on t u timer PT1H", "beside t u timer R/PT1H"])
def test_an_event_that_is_skipped_waits_no_longer(play: Play, event: str) -> None:
    player = play("start s", "s -> u", "user u", event, "t -> v", "user v")
    assert player.skip("t").at == ["u"]
    assert player.standing == ["u"]
    assert player.submit("u").ended


def test_skip_refuses_what_is_not_there(play: Play) -> None:
    player = play("start s", "s -> u", "user u")
    for identifier in ("", "x", "0" * 32):
        with pytest.raises(TaskNotCurrent):
            player.run.skip(identifier, {})
    with pytest.raises(VariableInvalid):
        player.run.skip(player.token("u"), {"no name": 1})
    assert player.at == ["u"]


LINE = ("start s", "s -> a", "user a", "a -> b", "user b", "b -> c", "user c", "c -> e", "end e")


@pytest.mark.parametrize(("target", "at"), [("c", ["c"]), ("a", ["a"]), ("b", ["b"])])
def test_a_token_is_moved(play: Play, target: str, at: list[str]) -> None:
    player = play(*LINE, "on t b timer PT1H", "t -> v", "user v").submit("a")
    before = player.task("b").id
    assert player.move("b", target).at == at
    assert player.task(target).id != before
    assert player.path == ["s", "a"]


def test_a_token_that_is_moved_to_an_end_ends(play: Play) -> None:
    assert play(*LINE).move("a", "e").ended


def test_a_failed_token_is_moved(stop: Play) -> None:
    player = stop("start s", "s -> w", "work w", "w -> u", "user u", work=failing)
    assert player.move("w", "u").at == ["u"]
    assert player.failing == []


def test_what_is_inside_a_moved_token_is_gone(play: Play) -> None:
    body = inside("sub", "start is", "is -> iu", "user iu", "is -> it", "wait it timer PT1H")
    player = play("start s", "s -> sub", body, "sub -> u", "user u", "on m sub message M", "m -> u")
    assert player.move("sub", "u").at == ["u"]
    assert player.standing == ["u"]
    assert player.for_events == []


def test_a_token_in_a_sub_process_stays_there(play: Play) -> None:
    body = inside("sub", "start is", "is -> x", "user x", "x -> y", "user y")
    player = play("start s", "s -> sub", body, "sub -> u", "user u")
    with pytest.raises(NotMovable, match="'u'"):
        player.run.move(player.token("x"), "u")
    assert player.at == ["x"]
    assert player.move("x", "y").submit("y").at == ["u"]


def test_an_instance_can_be_started_again_with_its_own_variables(play: Play) -> None:
    body = each(inside("m", "start is", "is -> a", "user a", "a -> b", "user b"), '["x", "y"]', out="results = r")
    player = play("start s", "s -> m", body, "m -> u", "user u")
    player.submit("a")
    instance = [each.id for each in player.run.positions if each.element.id == "m"][1]
    player.step(lambda: player.run.move(instance, "m"))
    assert player.at == ["a", "a"]
    for _ in range(2):
        task = player.task("a")
        item = task.variables["item"]
        player.complete(task.id)
        player.submit("b", r=item)
    assert player.variables == {"results": ["x", "y"]}


def test_a_token_is_moved_to_a_join_and_waits_for_nobody(play: Play) -> None:
    player = play("start s", "s -> a", "s -> b", "user a", "user b", "a -> j", "b -> j", "and j", "j -> u", "user u")
    assert player.move("a", "j").at == ["b", "u"]


def test_a_token_is_moved_away_from_a_join(play: Play) -> None:
    player = play("start s", "s -> a", "s -> b", "user a", "user b", "a -> j", "b -> j", "and j", "j -> u", "user u")
    player.submit("a").move("j", "a")
    assert player.at == ["a", "b"]
    assert player.submit("a").submit("b").standing == ["u"]


def test_moving_one_of_a_race_takes_the_others_with_it(play: Play) -> None:
    player = play(
        *("start s", "s -> g", "race g", "g -> m", "g -> t", "wait m message M", "wait t timer PT1H", "m -> u"),
        *("t -> v", "user u", "user v"),
    )
    assert player.move("m", "g").for_events != []
    assert player.standing == ["m", "t"]
    assert player.move("m", "v").standing == ["v"]


HANDLER = on_event("h", "start hs message M", "hs -> hu", "user hu")


@pytest.mark.parametrize("target", ["s", "t", "h", "hu", "nowhere", "undo_a", ""])
def test_no_token_can_be_put_where_no_flow_leads(play: Play, target: str) -> None:
    player = play(*LINE, "on t a timer PT1H", "t -> v", "user v", HANDLER, "on x b compensation undo_a", "undo undo_a")
    with pytest.raises(NotMovable):
        player.run.move(player.token("a"), target)
    with pytest.raises(NotMovable):
        player.run.passes(player.token("a"), target)
    assert player.standing == ["a", "h", "t"]


@pytest.mark.parametrize("waiting", ["t", "h"])
def test_what_waits_beside_cannot_be_moved(play: Play, waiting: str) -> None:
    player = play(*LINE, "on t a timer PT1H", "t -> v", "user v", HANDLER)
    with pytest.raises(NotMovable):
        player.run.move(player.token(waiting), "b")


def test_what_a_moved_token_passes(play: Play) -> None:
    sub = inside("sub", "start is", "is -> w", "work w")
    player = play(
        *("start s", "s -> a", "user a", "a -> g", "xor g g_sub", "g -> b if x", "g -> sub", "task b", sub, "b -> c"),
        *("sub -> c", "user c", "c -> d", "user d", "on t a timer PT1H", "t -> tb", "task tb", "tb -> d"),
    )
    passed = [each.id for each in player.run.passes(player.token("a"), "c")]
    assert passed == ["a", "g", "b", "sub", "is", "w"]
    assert [each.id for each in player.run.passes(player.token("a"), "a")] == []


def test_which_token_is_meant(play: Play) -> None:
    player = play(*LINE, "on t a timer PT1H", "t -> v", "user v", HANDLER)
    assert player.run.only_token() == player.token("a")
    player = play("start s", "s -> a", "s -> b", "user a", "user b")
    with pytest.raises(NotMovable, match="2 tokens"):
        player.run.only_token()


def test_a_run_is_cancelled(play: Play) -> None:
    sub = inside("sub", "start is", "is -> a", "user a", HANDLER)
    player = play("start s", "s -> sub", sub, "s -> u", "user u", "on t u timer PT1H", "t -> v", "user v")
    player.step(player.run.cancel)
    assert player.ended
    assert player.standing == []


def test_a_called_process_says_which_it_is(play: Play) -> None:
    player = play("start s", "s -> c", "call c other", calls={"other": ("start os", "os -> ou", "user ou")})
    assert [(each.element.id, each.called) for each in player.run.positions] == [("c", None), ("ou", "other")]
    assert [each.event for each in player.run.positions] == [False, False]
