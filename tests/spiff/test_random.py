"""Random processes: what is drawn in blocks always ends the same way, and nothing that can be drawn ever hangs."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model import Element, Flow, MultiInstance, Process, Source, Syntax
from engine.spiff import Run, Specification, StepFailed, loop
from engine.spiff.element import NoConditionHolds
from engine.spiff.loop import Stuck, TooManySteps
from tests.spiff.notation import each, inside, repeat
from tests.spiff.player import Player
from tests.spiff.specifying import specify
from tests.spiff.world import World

MANY = settings(max_examples=150, deadline=None)


@dataclass
class Block:
    """A part of a process with one way in and one way out, and what it must have done at the end."""

    kind: str
    parts: list["Block"] = field(default_factory=list)
    choice: int = 0


def blocks() -> st.SearchStrategy[Block]:
    leaves = st.sampled_from(["script", "user", "manual"]).map(Block)

    def larger(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
        several = st.lists(inner, min_size=1, max_size=3)
        return st.builds(
            Block,
            st.sampled_from(["sequence", "and", "or", "xor", "loop", "sub", "each", "in turn", "again", "implicit"]),
            several,
            st.integers(0, 7),
        )

    return st.recursive(leaves, larger, max_leaves=12)


class Drawing:
    """Draws blocks in the short notation, and notes what they must have done."""

    def __init__(self) -> None:
        self.elements: list[str] = []
        self.expected: set[str] = set()
        self._count = 0

    def name(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"

    def draw(self, block: Block, *, runs: bool = True) -> tuple[str, str]:
        """Draw a block; return the elements at which it begins and ends."""
        match block.kind:
            case "script":
                name = self.name("t")
                self.elements.append(f"script {name} v{name} = 1")
                self.expected |= {f"v{name}"} if runs else set()
                return name, name
            case "user" | "manual":
                name = self.name("u")
                self.elements.append(f"{block.kind} {name}")
                return name, name
            case "sequence":
                ends = [self.draw(part, runs=runs) for part in block.parts]
                self.elements += [f"{one[1]} -> {other[0]}" for one, other in pairwise(ends)]
                return ends[0][0], ends[-1][1]
            case "and" | "or" | "xor":
                return self._gateways(block, runs=runs)
            case "loop":
                return self._loop(block, runs=runs)
            case "implicit":
                return self._implicit(block, runs=runs)
        return self._scope(block, runs=runs)

    def _gateways(self, block: Block, *, runs: bool) -> tuple[str, str]:
        split, join = self.name("g"), self.name("g")
        taken = [block.kind == "and" or bool(block.choice >> index & 1) for index in range(len(block.parts))]
        if block.kind == "xor":
            taken = [index == block.choice % len(block.parts) for index in range(len(block.parts))]
        default = f"{split}_{join}" if block.kind == "or" else ""
        self.elements += [f"{block.kind} {split} {default}".strip(), f"{block.kind} {join}"]
        if default:
            self.elements.append(f"{split} -> {join}")
        for part, take in zip(block.parts, taken, strict=True):
            begin, end = self.draw(part, runs=runs and take)
            condition = "" if block.kind == "and" else f" if {str(take).lower()}"
            self.elements += [f"{split} -> {begin}{condition}", f"{end} -> {join}"]
        return split, join

    def _loop(self, block: Block, *, runs: bool) -> tuple[str, str]:
        merge, split, after = self.name("g"), self.name("g"), self.name("m")
        counter = f"n{merge}"
        begin, end = self.draw(Block("sequence", [*block.parts, Block("manual")]), runs=runs)
        count = self.name("t")
        self.elements += [
            *(
                f"xor {merge}",
                f"xor {split} {split}_{after}",
                f"{merge} -> {begin}",
                f"{end} -> {count}",
                f"manual {after}",
            ),
            f"script {count} {counter} = if {counter} = null then 1 else {counter} + 1",
            *(
                f"{count} -> {split}",
                f"{split} -> {merge} if {counter} < {block.choice % 3 + 1}",
                f"{split} -> {after}",
            ),
        ]
        self.expected |= {counter} if runs else set()
        return merge, after

    def _implicit(self, block: Block, *, runs: bool) -> tuple[str, str]:
        """Several flows off a task, all but one of which end by themselves."""
        begin, end = self.name("m"), self.name("m")
        self.elements += [f"manual {begin}", f"manual {end}", f"{begin} -> {end}"]
        for part in block.parts:
            first, last = self.draw(Block("sequence", [part, Block("manual")]), runs=runs)
            assert last.startswith("u")
            self.elements.append(f"{begin} -> {first}")
        return begin, end

    def _scope(self, block: Block, *, runs: bool) -> tuple[str, str]:
        name = self.name("x")
        repeats = {"each": block.choice % 3, "in turn": block.choice % 3}.get(block.kind, 1)
        inner = Drawing()
        inner._count = self._count * 100
        begin, end = inner.draw(Block("sequence", block.parts), runs=runs and repeats > 0)
        around = (f"start {name}begin", f"{name}begin -> {begin}", f"{end} -> {name}end", f"end {name}end")
        body = inside(name, *around, *inner.elements)
        if block.kind in {"each", "in turn"}:
            body = each(body, f"[{', '.join('1' * repeats)}]", sequential=block.kind == "in turn")
        elif block.kind == "again":
            body = repeat(body, maximum=block.choice % 3 + 1)
        self.elements.append(body)
        self.expected |= inner.expected
        return name, name


def specified(block: Block) -> tuple[Specification, set[str]]:
    drawing = Drawing()
    begin, end = drawing.draw(block)
    return specify("start s", f"s -> {begin}", *drawing.elements, f"{end} -> e", "end e"), drawing.expected


def play_out(specification: Specification, *, every: bool, last: bool) -> dict[str, Any]:
    table: dict[str, Any] = {}
    player = Player(specification, table, World(lambda _: None, {}), every=every).start()
    for _ in range(2000):
        if player.ended:
            return table
        player.step(lambda: player.run.submit(player.run.waiting[-1 if last else 0].id))
    raise AssertionError(player.standing)


@MANY
@given(blocks(), st.booleans())
def test_what_is_drawn_in_blocks_ends_with_everything_done(block: Block, last: bool) -> None:
    specification, expected = specified(block)
    in_steps = play_out(specification, every=False, last=last)
    assert expected <= in_steps.keys()
    assert {name for name in in_steps if name.startswith("v")} == {name for name in expected if name.startswith("v")}
    # Instances of one activity may share the counter of a loop, which then depends on their order.
    assert play_out(specification, every=True, last=not last).keys() == in_steps.keys()


KINDS = (
    *("task", "userTask", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "subProcess", "endEvent"),
    *("intermediateThrowEvent",),
)


@st.composite
def graphs(draw: st.DrawFn) -> Process:
    """Return a process that no designer would draw, past all rules."""
    count = draw(st.integers(1, 9))
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=count, max_size=count))
    elements = {"s": Element("s", "startEvent", 1, scope="p")}
    items = MultiInstance(draw(st.booleans()), Source("[1, 2]", Syntax.FEEL, 1))
    for number, kind in enumerate(kinds):
        loop = items if kind in {"task", "userTask", "subProcess"} and draw(st.booleans()) else None
        elements[f"n{number}"] = Element(f"n{number}", kind, 1, scope="p", loop=loop)
        if kind == "subProcess":
            elements[f"i{number}"] = Element(f"i{number}", "userTask", 1, scope=f"n{number}")
    names = [f"n{number}" for number in range(count)]
    flows = {"f": Flow("f", "s", draw(st.sampled_from(names)), 1)}
    for number in range(draw(st.integers(0, 2 * count))):
        source = draw(st.sampled_from([name for name in names if elements[name].kind != "endEvent"] or ["s"]))
        condition = Source(draw(st.sampled_from(["true", "false"])), Syntax.FEEL, 1)
        conditional = elements[source].kind != "parallelGateway" and draw(st.booleans())
        target = draw(st.sampled_from(names))
        flows[f"f{number}"] = Flow(f"f{number}", source, target, 1, condition if conditional else None)
    return Process("p", "", 1, elements, flows)


@MANY
@given(graphs())
def test_no_drawing_hangs(process: Process) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # The same with less to wait for.
        patch.setattr(loop, "BUDGET", 300)
        play_on(process)


def play_on(process: Process) -> None:
    run = Run.start(Specification.of(process), {}, World(lambda _: None, {}))
    try:
        run.advance()
        for _ in range(30):
            if run.completed:
                break
            assert run.waiting
            run.submit(run.waiting[0].id)
            state = run.save()
            run = Run.load(Specification.of(process), state, {}, World(lambda _: None, {}))
    except StepFailed as failure:
        if not isinstance(failure.cause, Stuck | TooManySteps | NoConditionHolds):
            raise
    assert run._workflow.size == sum(len(scope.tasks) for scope in run._workflow.scopes)
