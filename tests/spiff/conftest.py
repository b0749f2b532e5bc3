from collections.abc import Callable, Mapping
from typing import Any

import pytest

from engine.spiff import Specification
from tests.spiff.notation import element
from tests.spiff.player import Play, Player, fails
from tests.spiff.specifying import specify
from tests.spiff.world import Act, World


@pytest.fixture
def stop(player: Callable[..., Player]) -> Play:
    """Plays a process in the short notation that an incident stops before its first wait state."""

    def start(*elements: str, **options: Any) -> Player:
        made = player(*elements, **options)
        fails(made.start)
        return made

    return start


@pytest.fixture(params=[False, True], ids=["by-step", "by-element"])
def every(request: pytest.FixtureRequest) -> bool:
    """Whether the run is stored and loaded after every element, or after every step."""
    return bool(request.param)


@pytest.fixture
def specification() -> Callable[..., Specification]:
    """Makes a specification of elements in a short notation: see `tests.spiff.notation`."""
    return specify


@pytest.fixture
def player(specification: Callable[..., Specification], every: bool) -> Callable[..., Player]:
    """Makes a player of a process in the short notation, which stands before its start."""

    def make(
        *elements: str,
        beside: str = "",
        work: Callable[[str], object] = lambda _: None,
        act: Act | None = None,
        calls: Mapping[str, tuple[str, ...]] | None = None,
        **table: Any,
    ) -> Player:
        processes = {name: specification(*parts, name=name, beside=beside) for name, parts in (calls or {}).items()}
        made = specification(*elements, beside=beside)
        world = World(work, {**processes, "test": made})
        world.act = act
        return Player(made, table, world, every=every)

    return make


@pytest.fixture
def play(player: Callable[..., Player]) -> Play:
    """Plays a process in the short notation up to its first wait state."""

    def start(
        *elements: str, at: str | None = None, payload: Mapping[str, Any] | None = None, **options: Any
    ) -> Player:
        return player(*elements, **options).start(at, payload)

    return start


@pytest.fixture
def inside() -> Callable[..., str]:
    """Makes an embedded sub-process of elements in the short notation."""

    def make(name: str, *elements: str) -> str:
        return f'<bpmn:subProcess id="{name}">{"".join(map(element, elements))}</bpmn:subProcess>'

    return make
