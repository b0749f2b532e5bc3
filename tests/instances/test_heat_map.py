"""Where people give up: what is counted at each element and flow of a version."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.definitions import DefinitionNotFound
from engine.instances import heat_map
from engine.instances.heat_map import HeatMap, Place, Span
from engine.store import Database
from tests.plans import plans

ASKING = ("start s", "user u", "xor g g_e", "user v", "end e",
          "s -> u", "u -> g", "g -> v if n = 1", "g -> e", "v -> e")  # fmt: skip


def heat(installation: Any, version: int | None = None, key: str = "p", **span: datetime) -> HeatMap:
    found: HeatMap = installation.call(lambda application: application.heat_maps.of(key, version, Span(**span)))
    return found


def place(found: HeatMap, element_id: str) -> Place:
    return next(each for each in found.places if each.element_id == element_id)


def figures(found: HeatMap, element_id: str) -> tuple[int, int, int]:
    """Return how many reached an element, left it, and gave up there."""
    here = place(found, element_id)
    return here.reached, here.left, here.given_up


def taken(found: HeatMap) -> dict[str, int]:
    return {each.flow_id: each.taken for each in found.ways}


def expire(installation: Any, clock: Any, *instances: str) -> None:
    """Let these end without anybody going on."""

    def end(application: Any) -> None:
        with application.database.write() as session:
            for each in instances:
                application.instances.row(session, each).due_at = clock.now()
        application.expire_due()

    installation.call(end)


def test_a_form_has_how_long_people_stayed_and_how_many_gave_up(installation: Any, clock: Any) -> None:
    installation.draw(*ASKING)
    instances = [installation.start(n=1 if number < 2 else 0) for number in range(5)]
    for instance_id, minutes in zip(instances, (1, 2, 9, 0, 0), strict=True):
        clock.advance(minutes=minutes)
        if minutes:
            installation.submit(instance_id)
    expire(installation, clock, instances[0], instances[3])
    installation.call(lambda application: application.operations.cancel(instances[4]))
    found = heat(installation)
    assert [each.element_id for each in found.places][:2] == ["u", "v"]
    assert figures(found, "u") == (5, 3, 2)
    assert figures(found, "v") == (2, 0, 1)
    assert place(found, "u").share == 0.4
    assert (place(found, "u").median, place(found, "u").most) == (timedelta(minutes=3), timedelta(minutes=12))
    assert place(found, "v").median is None
    assert figures(found, "g") == (3, 3, 0)
    assert taken(found) == {"s_u": 5, "u_g": 3, "g_v": 2, "g_e": 1, "v_e": 0}


def test_whoever_gives_no_sign_of_life_has_given_up(installation: Any, clock: Any) -> None:
    installation.draw("start s", "user u", "wait t timer P30D", "end e", "s -> u", "u -> t", "t -> e")
    quiet, waits = installation.start(), installation.start()
    installation.submit(waits)
    clock.advance(days=6)
    assert figures(heat(installation), "u") == (2, 1, 0)
    clock.advance(days=2)
    found = heat(installation)
    assert figures(found, "u") == (2, 1, 1)
    # Who has nothing to do has not given up.
    assert figures(found, "t") == (1, 0, 0)
    expire(installation, clock, quiet, waits)
    assert figures(heat(installation), "t") == (1, 0, 1)


def test_what_goes_wrong_is_counted_where_it_does(installation: Any, clock: Any) -> None:
    installation.draw("start s", "user u", "work w", "end e", "s -> u", "u -> w", "w -> e")  # fmt: skip
    broken, mended = installation.start(broken=True), installation.start(broken=True)
    for each in (broken, mended):
        installation.submit(each)
    installation.call(lambda application: application.operations.change(mended, {"broken": False}))
    installation.call(lambda application: application.operations.retry(mended))
    expire(installation, clock, broken)
    found = heat(installation)
    assert place(found, "w").incidents == 2
    # Nobody gives up at what did not work.
    assert figures(found, "w") == (2, 1, 0)


def test_an_error_that_is_caught_is_counted_where_it_was_thrown(installation: Any) -> None:
    installation.start("totp_registration", externalId="nobody")
    found = heat(installation, key="totp_registration")
    assert (figures(found, "get_user"), place(found, "get_user").errors) == ((1, 0, 0), 1)
    assert figures(found, "get_user_no_user") == (1, 1, 0)


def test_a_boundary_event_ends_the_stay_of_its_form(installation: Any, clock: Any) -> None:
    installation.draw("start s", "user u", "on b u timer PT5M", "end x", "end e", "s -> u", "u -> e", "b -> x")
    installation.start()
    clock.advance(minutes=6)
    installation.work()
    found = heat(installation)
    assert (figures(found, "u"), figures(found, "b"), figures(found, "x")) == ((1, 0, 0), (1, 1, 0), (1, 1, 0))
    assert taken(found) == {"s_u": 1, "u_e": 0, "b_x": 1}


def test_two_forms_at_once_are_both_given_up(installation: Any, clock: Any) -> None:
    installation.draw("start s", "and f", "user a", "user b", "and j", "end e",
                      "s -> f", "f -> a", "f -> b", "a -> j", "b -> j", "j -> e")  # fmt: skip
    expire(installation, clock, installation.start())
    found = heat(installation)
    assert [each.element_id for each in found.places if each.given_up] == ["a", "b"]


def test_a_token_that_was_moved_away_has_neither_left_nor_given_up(installation: Any, clock: Any) -> None:
    installation.draw(*ASKING)
    instance_id = installation.start()
    installation.call(lambda application: application.operations.move(instance_id, "v"))
    found = heat(installation)
    assert (figures(found, "u"), figures(found, "v")) == ((1, 0, 0), (1, 0, 0))


def test_the_newest_version_that_was_used_in_that_time_is_shown(installation: Any, clock: Any) -> None:
    installation.draw(*ASKING)
    installation.start()
    begun = clock.now()
    clock.advance(days=2)
    installation.draw("start s", "end e", "s -> e")
    assert (heat(installation).version, heat(installation).versions) == (1, (2, 1))
    assert heat(installation, 2).places == ()
    assert heat(installation, since=begun + timedelta(days=1)).version == 2
    assert heat(installation, 1, since=begun, before=begun + timedelta(seconds=1)).instances == 1
    assert heat(installation, 1, before=begun).instances == 0
    with pytest.raises(DefinitionNotFound):
        heat(installation, 3)


def test_of_many_instances_a_sample_is_looked_at(installation: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    installation.draw(*ASKING)
    for _ in range(3):
        installation.start()
    assert not heat(installation).sampled
    monkeypatch.setattr(heat_map, "MAXIMUM_INSTANCES", 2)
    monkeypatch.setattr(heat_map, "_BATCH", 1)
    found = heat(installation)
    assert (found.instances, found.looked_at, found.sampled, figures(found, "u")) == (3, 2, True, (2, 0, 0))


def test_no_history_is_read_that_is_not_counted(installation: Any) -> None:
    installation.draw(*ASKING)
    installation.start()
    application = installation.open()
    database: Database = application.database
    with plans(database, "instances", "history") as steps:
        application.heat_maps.of("p", None, Span(since=datetime(2026, 1, 1, tzinfo=UTC)))
    application.close()
    reads = [each for each in steps if "TEMP B-TREE" not in each]
    assert reads
    for each in reads:
        assert each.startswith("SEARCH"), each
        assert "ix_instances_definition_id" in each or "(id=?)" in each or "(instance_id=?)" in each, each
