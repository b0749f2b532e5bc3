"""Coverage for a terminal."""

from collections.abc import Iterator

from webui.testing.coverage.counts import Coverage
from webui.testing.coverage.parts import Part, Sort

MISSING = 12
"""How many missing parts of a diagram are named."""


def table(coverage: Coverage) -> Iterator[str]:
    """Return the lines: a process each, and the total."""
    rows = [(f"{each.process} ({each.file})", key) for key, each in coverage.in_order()]
    if not rows:
        yield "No diagram was run."
        return
    width = max(len("total"), *(len(name) for name, _ in rows))
    yield f"{'process':<{width}} {'nodes':>9} {'flows':>9} {'boundary':>9} {'total':>8}"
    for name, key in rows:
        parts = [coverage.share(key, sort) for sort in Sort]
        yield _row(name, width, *map(str, parts), f"{coverage.share(key).percent:.0f} %")
        if missing := coverage.missing(key):
            yield from _missing(missing)
    totals = [coverage.total(sort) for sort in Sort]
    yield _row("total", width, *map(str, totals), f"{coverage.total().percent:.0f} %")


def _row(name: str, width: int, *cells: str) -> str:
    *shares, total = cells
    return f"{name:<{width}} {' '.join(f'{each:>9}' for each in shares)} {total:>8}"


def _missing(parts: list[Part]) -> Iterator[str]:
    for part in parts[:MISSING]:
        label = "" if part.label == part.id else f" ({part.label})"
        yield f"    missing: {part.id}{label}, line {part.line}"
    if len(parts) > MISSING:
        yield f"    and {len(parts) - MISSING} more"
