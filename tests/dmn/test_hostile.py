"""Hostile and broken files give problems, never an exception, a network access or a long wait."""

import random
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import dmn
from engine.dmn import DecisionFailed, HitPolicy
from tests.dmn.files import SETTINGS, codes, decided, decision, document, literal, problems, table

FACTOR = (Path(__file__).parent / "second_factor.dmn").read_bytes()


def looked_at(content: bytes) -> None:
    """Read a file, and make every decision of it."""
    reading = dmn.read(content, "t.dmn")
    assert bool(reading.decisions) != any(each.severity == "error" for each in reading.problems)
    assert all(each.message and each.remedy and each.file == "t.dmn" for each in reading.problems)
    for each in reading.decisions.values():
        with suppress(DecisionFailed):
            dmn.evaluate(each, {"age": 20, "failures": 3, "country": "FR"}, SETTINGS)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "dmn.not-xml"),
        (b"<a", "dmn.not-xml"),
        (b"\xff", "dmn.not-utf-8"),
        (b" " * (4 * 1024 * 1024 + 1), "dmn.too-large"),
        (b"<definitions/>", "dmn.not-dmn"),
        (b'<decision xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', "dmn.not-dmn"),
        (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "dmn.not-dmn"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "dmn.doctype"),
        (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>', "dmn.not-xml"),
        (document(decision(literal("&secret;")).replace("&amp;", "&")), "dmn.not-xml"),
        (document("<itemComponent>" * 300 + "</itemComponent>" * 300), "dmn.not-xml"),
        (document("<decision/>" * 20_000), "dmn.too-large"),
    ],
)
def test_what_is_no_decision_file_is_refused(content: bytes, code: str) -> None:
    assert codes(content) == [code]


def test_what_is_not_xml_is_refused_with_its_line() -> None:
    (problem,) = problems(b"<a>\n<b>\n</a>")
    assert (problem.code, problem.line, problem.file) == ("dmn.not-xml", 3, "test.dmn")


def test_no_cell_is_evaluated_at_length_while_a_file_is_read() -> None:
    long = "count(for i in 1..100, j in 1..100, k in 1..1000 return 1) > 1"
    reading = dmn.read(
        document(decision(table(f"UNIQUE | 1 || x\nvalues | || true, {long}\n1 | - || {long}"))), "t.dmn"
    )
    assert reading.problems == ()
    with pytest.raises(DecisionFailed):
        dmn.evaluate(reading.decisions["d"], {}, SETTINGS)


def test_the_same_file_with_any_byte_changed_is_read() -> None:
    random_ = random.Random(7)  # noqa: S311 - it must be repeatable
    assert dmn.read(FACTOR, "t.dmn").decisions
    for _ in range(1500):
        place = random_.randrange(len(FACTOR))
        with_byte = FACTOR[:place] + random_.choice([b"", bytes([random_.randrange(256)])]) + FACTOR[place + 1 :]
        looked_at(with_byte)


def test_the_same_file_with_parts_moved_is_read() -> None:
    random_ = random.Random(8)  # noqa: S311 - it must be repeatable
    parts = FACTOR.split(b"<")
    for _ in range(500):
        changed = list(parts)
        for _ in range(random_.randint(1, 3)):
            one, other = random_.randrange(1, len(parts)), random_.randrange(1, len(parts))
            changed[one] = random_.choice([changed[other], b"", changed[other] + b"<" + changed[one]])
        looked_at(b"<".join(changed))


@given(st.binary(max_size=300))
def test_any_bytes_give_problems(content: bytes) -> None:
    assert codes(content)


PIECES = [
    *("<decision id='a'>", "<decision id='b' name='b c'>", "<decision>", "</decision>", "<inputData id='i' name='i'/>"),
    *(
        "<decisionTable>",
        "<decisionTable hitPolicy='PRIORITY'>",
        "<decisionTable hitPolicy='COLLECT' aggregation='MAX'>",
    ),
    *("</decisionTable>", "<input>", "</input>", "<inputExpression><text>a</text></inputExpression>", "<output/>"),
    *("<output name='x'>", "</output>", "<outputValues><text>1, 2</text></outputValues>", "<rule>", "</rule>", "text"),
    *("<inputEntry><text>&lt; 2</text></inputEntry>", "<inputEntry><text>[</text></inputEntry>", "<inputEntry/>"),
    *("<outputEntry><text>a + 1</text></outputEntry>", "<outputEntry><text>2</text></outputEntry>", "<outputEntry/>"),
    *(
        "<defaultOutputEntry><text>2</text></defaultOutputEntry>",
        "<literalExpression><text>b c</text></literalExpression>",
    ),
    *(
        "<inputValues><text>1, 2</text></inputValues>",
        "<context/>",
        "<import/>",
        "<variable name='a'/>",
        "<other:thing/>",
    ),
    *("<informationRequirement><requiredDecision href='#a'/></informationRequirement>", "<informationRequirement/>"),
    *("<informationRequirement><requiredDecision href='#b'/></informationRequirement>", "<text/>", "<text>", "</text>"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_pieces_give_decisions_or_problems(content: str) -> None:
    looked_at(document(content, 'xmlns:other="urn:other"'))


NUMBERS = st.integers(-20, 20)


@given(st.sampled_from(HitPolicy), st.lists(st.tuples(NUMBERS, NUMBERS, st.integers(0, 4)), max_size=6), NUMBERS)
def test_a_table_gives_what_its_policy_says(policy: HitPolicy, rules: list[tuple[int, int, int]], value: int) -> None:
    rows = "".join(f"\n{number} | [{low}..{high}] || {out}" for number, (low, high, out) in enumerate(rules))
    drawn = f"{policy} | a || x\nvalues | || 4, 3, 2, 1, 0{rows}"
    hits = [out for low, high, out in rules if low <= value <= high]
    if hits and ((policy is HitPolicy.UNIQUE and len(hits) > 1) or (policy is HitPolicy.ANY and len(set(hits)) > 1)):
        with pytest.raises(DecisionFailed):
            decided(drawn, a=value)
        return
    several = {HitPolicy.RULE_ORDER: hits, HitPolicy.COLLECT: hits, HitPolicy.OUTPUT_ORDER: sorted(hits, reverse=True)}
    single = max(hits, default=None) if policy is HitPolicy.PRIORITY else next(iter(hits), None)
    expected = (several[policy] or None) if policy in several else single
    assert decided(drawn, a=value) == expected
