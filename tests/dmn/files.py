"""Small DMN files, and what is read of them and decided with them.

A table is written as it is drawn; what stands left of `||` are inputs, right of it outputs:

    COLLECT SUM | age     | risk          || fee
    values      |         | "low", "high" ||
    1           | < 18    | -             || 10
    default     |         |               || 0
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from engine import dmn, feel
from engine.errors import Problem

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
SETTINGS = feel.Settings(
    now=lambda: datetime(2026, 1, 15, 9, 30, tzinfo=UTC), random=lambda: 0.25, uuid=lambda: UUID(int=7)
)


def document(content: str, attributes: str = "") -> bytes:
    """Return a file with these elements; the first stands on line 2."""
    head = f'<definitions xmlns="{MODEL}" id="file" name="File" namespace="http://example.org" {attributes}>'
    return f"{head}\n{content}\n</definitions>".encode()


def decision(logic: str, identifier: str = "d", *, requires: str = "", attributes: str = "") -> str:
    """Return a decision; `requires` are ids of decisions, and of input data with an `@` before them."""
    requirements = "".join(
        f'<informationRequirement><requiredInput href="#{each[1:]}"/></informationRequirement>'
        if each.startswith("@")
        else f'<informationRequirement><requiredDecision href="#{each}"/></informationRequirement>'
        for each in requires.split()
    )
    return f'<decision id="{identifier}" {attributes}>{requirements}{logic}</decision>'


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def table(drawn: str) -> str:
    """Return a decision table, one rule a line."""
    head, *rows = [_cells(line) for line in drawn.strip().splitlines()]
    policy, inputs, outputs = head
    listed: dict[str, tuple[list[str], list[str]]] = {row[0]: (row[1], row[2]) for row in rows}
    values_in, values_out = listed.get("values", ([""] * len(inputs), [""] * len(outputs)))
    defaults = listed.get("default", ([], [""] * len(outputs)))[1]
    parts = [
        f"<input>{_node('inputExpression', text)}{_node('inputValues', values)}</input>"
        for text, values in zip(inputs, values_in, strict=True)
    ]
    parts += [
        f"<output name={quoteattr(name)}>{_node('outputValues', values)}{_node('defaultOutputEntry', default)}</output>"
        for name, values, default in zip(outputs, values_out, defaults, strict=True)
    ]
    for name, tests, results in rows:
        if name not in {"values", "default"}:
            cells = [f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in tests]
            cells += [f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in results]
            parts.append(f"<rule>{''.join(cells)}</rule>")
    name, _, aggregation = policy.partition(" ") if policy.startswith("COLLECT") else (policy, "", "")
    attributes = f'hitPolicy="{name}"' + (f' aggregation="{aggregation}"' if aggregation else "")
    lines = "\n".join(parts)
    return f"<decisionTable {attributes}>\n{lines}\n</decisionTable>"


def problems(content: bytes) -> list[Problem]:
    """Return what is wrong with a file; when nothing prevents deployment there are decisions."""
    reading = dmn.read(content, "test.dmn")
    assert all(each.message and each.remedy and each.file == "test.dmn" for each in reading.problems)
    assert bool(reading.decisions) == all(each.severity == "warning" for each in reading.problems)
    return list(reading.problems)


def codes(content: bytes) -> list[str]:
    return [each.code for each in problems(content)]


def evaluated(content: bytes, identifier: str, variables: dict[str, Any]) -> Any:
    reading = dmn.read(content, "test.dmn")
    assert reading.problems == ()
    return dmn.evaluate(reading.decisions[identifier], variables, SETTINGS)


def decided(drawn: str, **variables: Any) -> Any:
    """Return the result of a table on its own."""
    return evaluated(document(decision(table(drawn))), "d", variables)


def _cells(line: str) -> tuple[str, list[str], list[str]]:
    left, _, right = line.partition("||")
    name, *tests = (cell.strip() for cell in left.split("|"))
    return name, tests, [cell.strip() for cell in right.split("|")]


def _node(kind: str, text: str) -> str:
    return f"<{kind}><text>{escape(text)}</text></{kind}>" if text else ""
