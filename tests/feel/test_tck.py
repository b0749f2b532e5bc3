"""The cases of the DMN Technology Compatibility Kit in data/tck.json."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import feel

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "tck.json").read_text(encoding="utf-8"))
_FRACTION = "takes two moments that differ by a part of a second for the same; here they are two"
_ITEM_DEFINITION = "names a type that the kit declares outside of the expression"
_DECISION_TYPE = "checks the declared type of a decision, which an expression does not have"
FAILING: dict[str, str] = {
    "0068-feel-equality/datetime_003_a/datetime_003_a": _FRACTION,
    "0070-feel-instance-of/number_013/number_013": _ITEM_DEFINITION,
    "0070-feel-instance-of/list_013/list_013": _ITEM_DEFINITION,
    "0070-feel-instance-of/list_014/list_014": _ITEM_DEFINITION,
    "0070-feel-instance-of/list_015/list_015": _ITEM_DEFINITION,
    "0070-feel-instance-of/list_017/list_017": _ITEM_DEFINITION,
    "0070-feel-instance-of/list_018/list_018": _ITEM_DEFINITION,
    "0070-feel-instance-of/list_019/list_019": _ITEM_DEFINITION,
    "0070-feel-instance-of/context_015/context_015": _ITEM_DEFINITION,
    "0070-feel-instance-of/context_016/context_016": _ITEM_DEFINITION,
    "0082-feel-coercion/decision_006_a/decision_006_a": _DECISION_TYPE,
    "0082-feel-coercion/literal_002/literal_002": _DECISION_TYPE,
    "0082-feel-coercion/literal_006/literal_006": _DECISION_TYPE,
    "0082-feel-coercion/decision_context_03/decision_context_03": _DECISION_TYPE,
}
"""Cases that fail, with the reason of each."""

CUT_OFF = 8
"""From how many decimal places on a number of the kit may be cut off."""


def plain(value: Any) -> Any:
    """Write a value of the language as the kit writes it."""
    match value:
        case None | bool():
            return value
        case int() | Decimal():
            return ("n", Decimal(value))
        case str():
            return ("s", value)
        case list():
            return [plain(item) for item in value]
        case dict():
            return {key: plain(item) for key, item in value.items()}
    return ("t", str(value))


def expected(value: Any) -> Any:
    match value:
        case {"n": number}:
            return ("n", Decimal(repr(number)))
        case {"s": text}:
            return ("s", text)
        case {"t": _, "v": text}:
            return ("t", str(feel.compile(f'@"{text}"').evaluate({})))
        case {"c": entries}:
            return {key: expected(item) for key, item in entries.items()}
        case list():
            return [expected(item) for item in value]
    return value


def same(found: Any, wanted: Any) -> bool:
    match found, wanted:
        case ("n", Decimal() as one), ("n", Decimal() as other):
            # The kit cuts off results of logarithms, roots and powers, after 8 decimal places or more.
            places = -int(other.as_tuple().exponent)
            return one == other if places < CUT_OFF else abs(one - other) < Decimal(1).scaleb(-places)
        case list(), list():
            return len(found) == len(wanted) and all(map(same, found, wanted))
        case dict(), dict():
            return found.keys() == wanted.keys() and all(same(found[key], wanted[key]) for key in found)
    return bool(found == wanted)


def holds(case: dict[str, Any]) -> bool:
    try:
        value = feel.compile(case["expression"]).evaluate({})
    except feel.FeelError:
        return bool(case["error"])
    return same(plain(value), expected(case["expected"]))


@pytest.mark.parametrize("case", [case for case in CASES if case["id"] not in FAILING], ids=lambda case: case["id"])
def test_the_case_gives_what_the_kit_expects(case: dict[str, Any]) -> None:
    assert holds(case)


@pytest.mark.parametrize("case", [case for case in CASES if case["id"] in FAILING], ids=lambda case: case["id"])
def test_a_case_that_is_known_to_fail_still_fails(case: dict[str, Any]) -> None:
    assert not holds(case), f"It holds now: remove it from the list ({FAILING[case['id']]})."


def test_nearly_all_cases_hold() -> None:
    known = {case["id"] for case in CASES}
    assert set(FAILING) <= known
    assert len(FAILING) <= len(CASES) * 0.03
