"""Stored states: one file for each of them, in a folder for each version of the format, `state_<version>`.

    python -m tests.spiff.states

makes those of the present version that are not there yet. What is there is never written again: it is what this
version of Idflow has stored, and every later one has to go on with it. So whoever raises `engine.spiff.state.VERSION`
runs it once and adds the new folder. `test_states.py` says so when that was forgotten.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from engine import variables
from engine.dialect import read
from engine.spiff import Run, Specification, StepFailed
from engine.spiff.state import VERSION
from tests.spiff.notation import ad_hoc, each, element, inside, on_event, repeat, roots, transaction
from tests.spiff.player import Player
from tests.spiff.specifying import FILE, Work
from tests.spiff.world import World

FOLDER = Path(__file__).parent
MOST_STEPS = 50


def folder(version: int) -> Path:
    return FOLDER / f"state_{version}"


@dataclass(frozen=True)
class Scenario:
    """A process, and how it gets to where its state is stored."""

    elements: tuple[str, ...]
    act: Callable[[Player], object] = lambda _: None
    calls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    table: Mapping[str, Any] = field(default_factory=dict)
    fails: bool = False


AROUND = ("start s", "s -> m", "m -> last", "user last", "last -> e", "end e")
UNDONE = ("task a", "on on_a a compensation ua", "undo ua", "a -> u", "user u")

SCENARIOS: Mapping[str, Scenario] = {
    "form": Scenario(("start s", "s -> u", "user u", "u -> e", "end e"), table={"n": 1}),
    "completed": Scenario(("start s", "s -> e", "end e")),
    "declined": Scenario(("start s", "s -> u", "user u", "u -> e", "fail e No"), lambda player: player.submit("u")),
    "failed": Scenario(("start s", "s -> w", "work w", "w -> u", "user u", "u -> e", "end e"), fails=True),
    "join": Scenario(
        (
            "start s",
            "s -> g",
            "and g",
            "g -> a",
            "user a",
            "g -> b",
            "user b",
            "a -> j",
            "b -> j",
            "and j",
            "j -> e",
            "end e",
        ),
        lambda player: player.submit("a"),
    ),
    "inclusive": Scenario(
        (
            "start s",
            "s -> g",
            "or g d",
            "g -> a if x > 1",
            "user a",
            "g -> b if x > 2",
            "user b",
            "d: g -> c",
            "user c",
            "a -> j",
            "b -> j",
            "c -> j",
            "or j",
            "j -> e",
            "end e",
        ),
        lambda player: player.submit("a"),
        table={"x": 3},
    ),
    "timer": Scenario(("start s", "s -> w", "wait w timer PT1H", "w -> e", "end e")),
    "message": Scenario(("start s", "s -> w", "receive w M", "w -> e", "end e")),
    "signal": Scenario(("start s", "s -> w", "wait w signal S", "w -> e", "end e")),
    "condition": Scenario(
        (
            "start s",
            "s -> g",
            "and g",
            "g -> w",
            "wait w condition n > 1",
            "w -> e",
            "end e",
            "g -> u",
            "user u",
            "u -> t",
            "script t n = 2",
            "t -> f",
            "end f",
        ),
        table={"n": 1},
    ),
    "race": Scenario(
        (
            "start s",
            "s -> g",
            "race g",
            "g -> a",
            "wait a message M",
            "a -> e",
            "g -> b",
            "wait b timer PT1H",
            "b -> e",
            "end e",
        )
    ),
    "boundary": Scenario((*AROUND, "user m", "on b m timer PT1H", "b -> e", "beside c m message M", "c -> f", "end f")),
    "inside": Scenario(
        (*AROUND, inside("m", "start is", "is -> a", "user a", "a -> b", "user b"), "catch x m E", "x -> e"),
        lambda player: player.submit("a"),
    ),
    "event-sub-process": Scenario(
        ("start s", "s -> u", "user u", "u -> e", "end e", on_event("h", "on hs message M", "hs -> v", "user v"))
    ),
    "each": Scenario((*AROUND, each("user m", "items", out="all = item")), table={"items": [1, 2, 3]}),
    "each-in-turn": Scenario(
        (*AROUND, each("user m", "items", out="all = item", sequential=True)),
        lambda player: player.submit("m"),
        table={"items": [1, 2]},
    ),
    "again": Scenario((*AROUND, repeat("user m", "loopCounter < 3")), lambda player: player.submit("m")),
    "called": Scenario(
        (*AROUND, "call m other"),
        calls={"other": ("start os", "os -> t", "script t n = n + 1", "t -> ou", "user ou", "ou -> oe", "end oe")},
        table={"n": 1},
    ),
    "compensation": Scenario(("start s", "s -> a", *UNDONE, "u -> x", "throw x compensation", "x -> e", "end e")),
    "transaction": Scenario(
        (
            *AROUND,
            transaction("m", "start is", "is -> a", *UNDONE, "u -> ie", "end ie cancel"),
            "on c m cancel",
            "c -> f",
            "end f",
        )
    ),
    "ad-hoc": Scenario((*AROUND, ad_hoc("m", "user a", "user b", "b -> c", "user c")), lambda play: play.submit("b")),
    "link": Scenario(
        (
            "start s",
            "s -> u",
            "user u",
            "u -> t",
            "throw t link L",
            "wait w link L",
            "w -> v",
            "user v",
            "v -> e",
            "end e",
        )
    ),
}


def made(name: str) -> dict[str, Any]:
    """Return the file of a scenario, as it is stored now."""
    scenario = SCENARIOS[name]
    texts = {"test": scenario.elements, **scenario.calls}
    files = {process: _file(process, elements) for process, elements in texts.items()}
    processes = specifications(files)
    broken = [scenario.fails]

    def work(_: str) -> None:
        if broken[0]:
            raise RuntimeError

    player = Player(processes["test"], dict(scenario.table), World(work, processes))
    try:
        player.start()
    except StepFailed:
        assert scenario.fails
    scenario.act(player)
    run, broken[0] = player.run, False
    stored = {"state": run.save(), "variables": dict(player.variables), "called": dict(run.tables)}
    stored = orjson.loads(orjson.dumps(stored))
    return {"processes": files, **stored, "rest": list(to_the_end(load({"processes": files, **stored})))}


def specifications(files: Mapping[str, str]) -> dict[str, Specification]:
    found = {}
    for name, content in files.items():
        reading = read(content.encode(), name, {"work": Work})
        assert reading.process is not None, "\n".join(map(str, reading.problems))
        found[name] = Specification.of(reading.process)
    return found


def load(file: Mapping[str, Any]) -> Run:
    """Return the run of a stored state."""
    # A run goes on in the tables that it is given.
    file = orjson.loads(orjson.dumps(file))
    processes = specifications(file["processes"])
    called = variables.decode(variables.encode(file["called"]))
    world = World(lambda _: None, processes)
    return Run.load(processes["test"], file["state"], dict(file["variables"]), world, called)


def to_the_end(run: Run) -> Iterator[str]:
    """Do what is waited for, the first thing first, until it has ended; return what was passed."""
    for _ in range(MOST_STEPS):
        if run.completed:
            return
        if run.failed is not None:
            run.advance()
        elif run.waiting:
            run.submit(run.waiting[0].id)
        else:
            run.deliver(run.events[0].id)
        yield from (each.element.id for each in run.passed)
        run.passed.clear()
    raise AssertionError("It does not end.")


def _file(name: str, elements: tuple[str, ...]) -> str:
    body = "\n".join(map(element, elements))
    return FILE.format(body=body, beside=roots(body, ""), name=name)


def main() -> None:
    """Make the files that are missing."""
    there = folder(VERSION)
    there.mkdir(exist_ok=True)
    for name in SCENARIOS:
        path = there / f"{name}.json"
        if not path.exists():
            path.write_bytes(orjson.dumps(made(name), option=orjson.OPT_INDENT_2) + b"\n")
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
