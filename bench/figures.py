"""What was measured, beside what it should be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path
from platform import python_implementation, python_version
from sqlite3 import sqlite_version


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should be."""

    bound: float
    at_least: bool = False
    """Otherwise it is the most that it may be."""

    def is_met(self, value: float) -> bool:
        """Tell whether a figure is good enough."""
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        """Return it for a table."""
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was measured."""

    what: str
    value: float
    unit: str
    target: Target | None = None

    @property
    def shown(self) -> str:
        """The value as people read it: four digits that say something."""
        return f"{self.value:,.0f}" if abs(self.value) >= 1000 else f"{self.value:.4g}"  # noqa: PLR2004 - see above


def table(figures: Iterable[Figure]) -> str:
    """Return figures as a table in Markdown, each beside its target."""
    lines = ["| | measured | | target | met |", "|---|---:|---|---:|---|"]
    for each in figures:
        met = "" if each.target is None else "yes" if each.target.is_met(each.value) else "**no**"
        lines.append(f"| {each.what} | {each.shown} | {each.unit} | {each.target or ''} | {met} |")
    return "\n".join(lines)


def matrix(columns: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return a table in Markdown."""
    lines = ["| | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns)]
    lines += [f"| {name} | " + " | ".join(cells) + " |" for name, cells in rows]
    return "\n".join(lines)


def machine() -> str:
    """Return what figures depend on: cores, memory, versions; nothing that names anybody."""
    memory = next(
        (int(line.split()[1]) / 1024**2 for line in _read("/proc/meminfo").splitlines() if line.startswith("MemTotal")),
        0.0,
    )
    load = _read("/proc/loadavg").split()[:1]
    said = [
        f"{cpu_count()} cores",
        f"{memory:.0f} GiB of memory" if memory else "",
        f"{python_implementation()} {python_version()}",
        f"SQLite {sqlite_version}",
        f"a load of {load[0]} before it began" if load else "",
    ]
    return ", ".join(each for each in said if each)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""
