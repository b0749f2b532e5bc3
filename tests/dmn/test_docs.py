"""The page for designers: every example on it is true."""

import re
from pathlib import Path
from typing import Any

import pytest

from engine import feel, xml
from engine.dmn import Aggregation, DecisionFailed, HitPolicy
from engine.dmn.evaluation import MAXIMUM_SECONDS
from engine.dmn.reading import MAXIMUM_DECISIONS, MAXIMUM_ELEMENTS
from engine.dmn.requirements import MAXIMUM_CHAIN, MAXIMUM_REQUIRED
from engine.dmn.xml import MAXIMUM_NAME
from tests.dmn.files import decided, table

PAGE = (Path(__file__).parents[2] / "docs" / "dmn.md").read_text(encoding="utf-8")
EXAMPLE, POLICIES = re.findall(r"```table\n(.*?)```", PAGE, re.DOTALL)
RESULTS = re.findall(r"(\{.*?)\s+→ (.+)\n", re.findall(r"```results\n(.*?)```", PAGE, re.DOTALL)[0])
ROWS = re.findall(r"\| `([A-Z ]+)` \| .*? \| (.+) \| (.+) \|\n", PAGE)


def value(text: str) -> Any:
    return feel.compile(text).evaluate({})


@pytest.mark.parametrize(("variables", "result"), RESULTS)
def test_the_example_gives_its_results(variables: str, result: str) -> None:
    assert decided(EXAMPLE, **value(variables)) == value(result)


@pytest.mark.parametrize(("policy", "many", "one"), ROWS)
def test_every_hit_policy_gives_its_results(policy: str, many: str, one: str) -> None:
    for points, result in ((95, many), (20, one)):
        drawn = POLICIES.replace("POLICY", policy)
        if result == "failure":
            with pytest.raises(DecisionFailed):
                decided(drawn, points=points)
        else:
            assert decided(drawn, points=points) == value(result.strip("`"))


def test_every_hit_policy_and_aggregation_is_on_the_page() -> None:
    assert {policy for policy, _, _ in ROWS if "COLLECT " not in policy} == set(HitPolicy)
    assert {policy.partition(" ")[2] for policy, _, _ in ROWS if "COLLECT " in policy} == set(Aggregation)
    assert len(RESULTS) == PAGE.count("→") - 1


def test_the_file_begins_as_the_page_says() -> None:
    (begin,) = re.findall(r"```xml\n(.*?)```", PAGE, re.DOTALL)
    tags = re.findall(r"<(\w+)", begin)
    assert tags == ["decision", *re.findall(r"<(\w+)", table(EXAMPLE))[:4]]


def test_the_limits_on_the_page_are_those_of_the_code() -> None:
    limits = PAGE[PAGE.index("## Limits") :]
    assert f"{xml.MAXIMUM_BYTES >> 20} MB, {MAXIMUM_ELEMENTS:,} XML elements" in limits
    rows = dict(re.findall(r"\| (.+?) \| (\d+)", limits))
    assert rows["decisions in a file"] == str(MAXIMUM_DECISIONS)
    assert rows["decisions and input data that one decision requires"] == str(MAXIMUM_REQUIRED)
    assert rows["decisions that follow one another"] == str(MAXIMUM_CHAIN)
    assert rows["characters of an id, a name or a version tag"] == str(MAXIMUM_NAME)
    assert float(rows["time for a decision with all that it requires"]) == MAXIMUM_SECONDS
