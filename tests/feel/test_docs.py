"""The page for designers: every example on it is true, and every built-in function is on it."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from engine import feel
from engine.feel import budget
from engine.feel.builtins import BUILTINS
from engine.feel.builtins.methods import METHODS
from engine.feel.values.numbers import DIGITS, MAXIMUM_EXPONENT

PAGE = (Path(__file__).parents[2] / "docs" / "feel.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(feel|juel)\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = [
    (syntax, expression.strip(), result.strip())
    for syntax, block in BLOCKS
    for expression, result in re.findall(r"(.+?)\s*→ (.+)\n", block.replace("\n      →", "→"))
]
VARIABLES: dict[str, Any] = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])
SETTINGS = feel.Settings(
    now=lambda: datetime(2024, 2, 29, 12, 30, tzinfo=UTC), random=lambda: 0.25, uuid=lambda: UUID(int=7)
)


@pytest.mark.parametrize(("syntax", "expression", "result"), EXAMPLES)
def test_an_example_is_true(syntax: str, expression: str, result: str) -> None:
    compiled = feel.compile(expression, syntax)
    if result == "error":
        with pytest.raises(feel.FeelEvaluationError):
            compiled.evaluate(VARIABLES, SETTINGS)
        return
    assert compiled.evaluate(VARIABLES, SETTINGS) == feel.compile(result).evaluate({})


def test_the_page_has_examples_in_every_block() -> None:
    assert len(EXAMPLES) > 220
    assert len(EXAMPLES) == sum(block.count("→") for _, block in BLOCKS)


@pytest.mark.parametrize("name", BUILTINS)
def test_every_built_in_function_has_an_example(name: str) -> None:
    assert any(re.search(rf"(?<![a-z] )\b{re.escape(name)}\(", expression) for _, expression, _ in EXAMPLES)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_the_limits_on_the_page_are_those_of_the_code() -> None:
    limits = PAGE[PAGE.index("## Limits") :]
    for limit in (budget.MAXIMUM_SOURCE, budget.MAXIMUM_STEPS, budget.MAXIMUM_TEXT, budget.MAXIMUM_ITEMS):
        assert f"{limit:,}" in limits
    for limit in (budget.MAXIMUM_NESTING, DIGITS, MAXIMUM_EXPONENT, int(budget.MAXIMUM_SECONDS)):
        assert str(limit) in limits


def test_every_built_in_function_says_what_it_does_and_where_it_is_from() -> None:
    for name, overloads in BUILTINS.items():
        documented = " ".join(overload.call.__doc__ or "" for overload in overloads)
        assert "DMN 1.5" in documented or "Camunda" in documented, name
        assert all(overload.call.__doc__ for overload in overloads), name
