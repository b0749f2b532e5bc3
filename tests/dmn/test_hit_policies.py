"""What the rules that match make together (DMN 1.5, 8.2.8)."""

from typing import Any

import pytest

from engine.dmn import DecisionFailed
from tests.dmn.files import decided

OVERLAPPING = """
{policy} | points || level
values   |        || "gold", "silver", "bronze"
1        | >= 10  || "bronze"
2        | >= 50  || "silver"
3        | >= 90  || "gold"
"""


@pytest.mark.parametrize(
    ("policy", "points", "expected"),
    [
        ("UNIQUE", 20, "bronze"),
        ("ANY", 20, "bronze"),
        ("FIRST", 95, "bronze"),
        ("PRIORITY", 60, "silver"),
        ("PRIORITY", 95, "gold"),
        ("RULE ORDER", 95, ["bronze", "silver", "gold"]),
        ("RULE ORDER", 20, ["bronze"]),
        ("OUTPUT ORDER", 95, ["gold", "silver", "bronze"]),
        ("COLLECT", 60, ["bronze", "silver"]),
        ("COLLECT COUNT", 95, 3),
    ],
)
def test_every_hit_policy_makes_its_result(policy: str, points: int, expected: Any) -> None:
    assert decided(OVERLAPPING.format(policy=policy), points=points) == expected


POLICIES = ["UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT", "COLLECT COUNT"]


@pytest.mark.parametrize("policy", POLICIES)
def test_without_a_match_the_result_is_null(policy: str) -> None:
    assert decided(OVERLAPPING.format(policy=policy), points=1) is None


@pytest.mark.parametrize("policy", POLICIES)
def test_without_a_match_the_default_output_is_the_result(policy: str) -> None:
    with_default = OVERLAPPING.format(policy=policy) + 'default | || "bronze"'
    assert decided(with_default, points=1) == "bronze"


def test_a_table_without_rules_gives_its_default() -> None:
    assert decided("UNIQUE | a || x\ndefault | || a + 1", a=2) == 3


@pytest.mark.parametrize(("aggregation", "expected"), [("SUM", 42.5), ("MIN", -2), ("MAX", 34.5), ("COUNT", 3)])
def test_collected_numbers_are_aggregated(aggregation: str, expected: float) -> None:
    drawn = f"COLLECT {aggregation} | a || x\n1 | - || 10\n2 | > 0 || -2\n3 | < 0 || 1000\n4 | - || 34.5"
    assert decided(drawn, a=1) == expected


def test_texts_have_a_smallest_and_a_largest_but_no_sum() -> None:
    drawn = 'COLLECT {} | a || x\n1 | - || "b"\n2 | - || "a"'
    assert decided(drawn.format("MIN"), a=1) == "a"
    assert decided(drawn.format("MAX"), a=1) == "b"
    with pytest.raises(DecisionFailed, match="Rules 1 and 2 of 'd' have outputs of which there is no SUM"):
        decided(drawn.format("SUM"), a=1)


def test_two_matches_contradict_unique() -> None:
    with pytest.raises(DecisionFailed, match="Rules 1 and 2 of 'd' match; its hit policy UNIQUE allows one"):
        decided(OVERLAPPING.format(policy="UNIQUE"), points=60)


def test_a_message_names_the_first_rules_of_many() -> None:
    rules = "\n".join(f"{number} | - || 1" for number in range(1, 9))
    with pytest.raises(DecisionFailed, match="Rules 1, 2, 3, 4, 5 and 3 more of 'd' match"):
        decided(f"UNIQUE | a || x\n{rules}", a=1)


def test_different_outputs_contradict_any() -> None:
    with pytest.raises(DecisionFailed, match="Rules 1 and 3 of 'd' match with different outputs"):
        decided("ANY | a || x\n1 | - || 1\n2 | > 0 || 1.0\n3 | > 1 || 2\n4 | - || 1", a=5)


@pytest.mark.parametrize("output", ["1", '"a"', "null", "", "[1, {a: 2}]", '{a: [1], b: "c"}', '@"2026-01-15"'])
def test_equal_outputs_satisfy_any(output: str) -> None:
    once = decided(f"ANY | a || x\n1 | - || {output}", a=1)
    assert decided(f"ANY | a || x\n1 | - || {output}\n2 | - || {output}", a=1) == once


def test_several_outputs_make_a_context() -> None:
    drawn = "{} | a || x | y\n1 | > 0 || 1 | a\n2 | > 1 || 2 |"
    assert decided(drawn.format("UNIQUE"), a=1) == {"x": 1, "y": 1}
    assert decided(drawn.format("COLLECT"), a=2) == [{"x": 1, "y": 2}, {"x": 2, "y": None}]
    assert decided(drawn.format("FIRST") + "\ndefault | || 7 |", a=0) == {"x": 7, "y": None}


def test_the_first_output_decides_the_priority_first() -> None:
    drawn = """
    {} | a || route                | review
    values          | || "decline", "accept"   | "level 1", "level 2", "none"
    1               | - || "accept"            | "level 1"
    2               | - || "decline"           | "none"
    3               | - || "decline"           | "level 2"
    """
    best = {"route": "decline", "review": "level 2"}
    assert decided(drawn.format("PRIORITY"), a=1) == best
    assert [row["review"] for row in decided(drawn.format("OUTPUT ORDER"), a=1)] == ["level 2", "none", "level 1"]


def test_an_output_without_a_list_of_values_has_no_priority() -> None:
    drawn = 'PRIORITY | a || x | y\nvalues | || | "b", "a"\n1 | - || 1 | "a"\n2 | - || 2 | "b"'
    assert decided(drawn, a=1) == {"x": 2, "y": "b"}


def test_rules_of_equal_priority_keep_their_order() -> None:
    drawn = 'OUTPUT ORDER | a || x | y\nvalues | || "b", "a" |\n1 | - || "a" | 1\n2 | - || "b" | 2\n3 | - || "a" | 3'
    assert [row["y"] for row in decided(drawn, a=1)] == [2, 1, 3]


def test_first_does_not_look_further_than_its_match() -> None:
    drawn = "FIRST | a || x\n1 | - || 1\n2 | count(for i in 1..300, j in 1..300, k in 1..300 return 1) > ? || 2"
    assert decided(drawn, a=1) == 1
    with pytest.raises(DecisionFailed, match="the cell of input 1 in rule 2 could not be evaluated"):
        decided(drawn.replace("FIRST", "UNIQUE"), a=1)
