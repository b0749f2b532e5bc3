"""Coverage as JSON, for other programs."""

from typing import Any

from webui.testing.coverage.counts import Coverage, Share
from webui.testing.coverage.parts import Sort

VERSION = 1
"""Of this form."""


def as_json(coverage: Coverage) -> dict[str, Any]:
    """Return everything: each diagram with its parts and how often each was reached, and the same by test."""
    return {
        "version": VERSION,
        "total": {**_shares([coverage.total(each) for each in Sort]), "percent": coverage.total().percent},
        "diagrams": [_diagram(coverage, key) for key, _ in coverage.in_order()],
        "tests": {
            test: {coverage.diagrams[key].process: dict(hits) for key, hits in reached.items()}
            for test, reached in sorted(coverage.by_test.items())
        },
    }


def _diagram(coverage: Coverage, key: str) -> dict[str, Any]:
    diagram, hits = coverage.diagrams[key], coverage.hits(key)
    parts = [
        {"id": each.id, "sort": each.sort.value, "label": each.label, "line": each.line, "hits": hits[each.id]}
        for each in diagram.parts
    ]
    shares = _shares([coverage.share(key, each) for each in Sort])
    return {
        "file": diagram.file,
        "process": diagram.process,
        **shares,
        "percent": coverage.share(key).percent,
        "parts": parts,
    }


def _shares(shares: list[Share]) -> dict[str, Any]:
    return {sort.value: [each.reached, each.there] for sort, each in zip(Sort, shares, strict=True)}
