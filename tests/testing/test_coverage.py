"""What counts as reached."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.instances.conftest import Work
from tests.instances.drawing import FORM_FILE, drawn
from webui.testing.journey import Journey
from webui.testing.plugin import Journeys

RACE = ("start s", "user u", "s -> u", "on late u timer PT1M", "late -> e", "race g", "u -> g", "wait m message M",
        "wait t timer PT1H", "g -> m", "g -> t", "m -> e", "t -> e", "end e")  # fmt: skip
CALLS = ("start s", "call c q", "s -> c", "end e", "c -> e")
CALLED = ("start qs", "work w", "qs -> w", "catch b w", "b -> qe", "w -> qd", "end qd", "end qe")
SPLIT = (
    "start s",
    "or o s_e",
    "s -> o",
    "a: o -> x if n > 1",
    "b: o -> y if n > 2",
    "s_e: o -> z",
    "task x",
    "task y",
    "task z",
)


def _reached(
    journey: Journeys, folder: Path, do: Callable[[Journey], object], **processes: tuple[str, ...]
) -> set[str]:
    (folder / "p.bpmn").write_bytes(drawn(processes))
    (folder / "f.form").write_bytes(FORM_FILE.content)
    j = journey(folder, process=next(iter(processes)), activities={"work": Work})
    do(j)
    return {f"{diagram.process}.{each}" for diagram, hits in j.kit.reached() for each in hits}


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        # The boundary event waits only; the form is open.
        (lambda j: j.start(), {"s", "s_u", "u"}),
        (lambda j: j.start().wait(minutes=1), {"s", "s_u", "u", "late", "late_e", "e"}),
        # Behind the gateway both wait, and one happens.
        (lambda j: j.start().submit(), {"s", "s_u", "u", "u_g", "g"}),
        (lambda j: j.start(key="k").submit().message("M", "k"), {"s", "s_u", "u", "u_g", "g", "g_m", "m", "m_e", "e"}),
    ],
)
def test_what_only_waits_for_its_turn_was_not_reached(
    journey: Journeys, tmp_path: Path, do: Callable[[Journey], object], expected: set[str]
) -> None:
    assert _reached(journey, tmp_path, do, p=RACE) == {f"p.{each}" for each in expected}


def test_a_called_process_counts_for_itself(journey: Journeys, tmp_path: Path) -> None:
    found = _reached(journey, tmp_path, lambda j: j.mock("work", raises="X").start(), p=CALLS, q=CALLED)
    assert found == {
        *("p.s", "p.s_c", "p.c", "p.c_e", "p.e"),
        *("q.qs", "q.qs_w", "q.w", "q.b", "q.b_qe", "q.qe"),
    }


def test_the_flows_of_a_gateway_count_that_were_taken(journey: Journeys, tmp_path: Path) -> None:
    found = _reached(journey, tmp_path, lambda j: j.start(n=2), p=SPLIT)
    assert found == {"p.s", "p.s_o", "p.o", "p.a", "p.x"}


def test_where_an_incident_stopped_it_was_reached(journey: Journeys, tmp_path: Path) -> None:
    found = _reached(journey, tmp_path, lambda j: j.start(broken=True), q=CALLED)
    assert found == {"q.qs", "q.qs_w", "q.w"}
