"""Writes docs/bpmn.md: what of BPMN runs, as the tests of this folder prove it.

A test that proves something carries the marker `bpmn` with the name of the element and one sentence. So there is no
row without a test. `python -m tests.spiff.table` writes the page; `test_table` fails when it is not current.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "bpmn.md"

SECTIONS = (
    *("tasks", "subprocess", "ad_hoc", "call_activity", "multi_instance", "loops", "gateways", "inclusive_gateways"),
    *("event_gateways", "starts", "messages", "timers", "conditions", "errors", "error_handlers"),
    *("uncaught_errors", "terminate", "escalations", "compensation", "transactions", "links", "limits", "refused"),
)
"""The test modules that prove rows, in the order of the page. The docstring of each, up to a colon, is its heading."""

_HEAD = """# What of BPMN runs

Every element that a designer can draw runs as BPMN 2.0.2 (chapter 13) says, or is refused with a reason when the file
is deployed. Where the standard is silent, Idflow does what Camunda does. Each sentence here is proved by a test in
`tests/spiff`, whose `python -m tests.spiff.table` writes this page.

An *incident* stops the instance at the element. An operator sees why, mends it, and tries again, skips the element or
moves the token.
"""


def rows() -> dict[str, dict[str, list[str]]]:
    """Return the sentences of each element, by its section and name."""
    found: dict[str, dict[str, list[str]]] = {}
    places: dict[str, dict[str, list[str]]] = {}
    for section in SECTIONS:
        tree = ast.parse(Path(__file__).with_name(f"test_{section}.py").read_text(encoding="utf-8"))
        heading = (ast.get_docstring(tree) or section).partition(":")[0].removesuffix(".")
        for name, sentence in marks(tree):
            # An element stands where it is named first.
            place = places.setdefault(name, found.setdefault(heading, {}))
            sentences = place.setdefault(name, [])
            if sentence not in sentences:
                sentences.append(sentence)
    return {heading: elements for heading, elements in found.items() if elements}


def marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Return the name and sentence of each marker in a test module, from the top to the bottom."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        if ast.unparse(call.func) == "pytest.mark.bpmn":
            name, sentence = (ast.literal_eval(argument) for argument in call.args)
            yield name, sentence


def page() -> str:
    """Return the page."""
    parts = [_HEAD]
    for heading, elements in rows().items():
        parts.append(f"## {heading}\n\n| Element | What it does |\n|---|---|\n")
        parts[-1] += "".join(f"| {name} | {' '.join(sentences)} |\n" for name, sentences in elements.items())
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
