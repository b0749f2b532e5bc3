"""Moving an instance to another version of its process."""

from collections.abc import Callable

import orjson
import pytest

from engine import variables
from engine.spiff import MigrationPlan, Run, Specification, migration_plan
from tests.spiff.player import Player

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
