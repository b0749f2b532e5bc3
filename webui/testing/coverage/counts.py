"""What was reached, by test and in total."""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from webui.testing.coverage.parts import Diagram, Part, Sort


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many parts were reached."""

    reached: int
    there: int

    @property
    def percent(self) -> float:
        """In per cent; of nothing, everything was reached."""
        return 100.0 * self.reached / self.there if self.there else 100.0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.reached + other.reached, self.there + other.there)

    def __str__(self) -> str:
        return f"{self.reached}/{self.there}" if self.there else "-"


NOTHING = Share(0, 0)


class Coverage:
    """Collects what tests reached."""

    def __init__(self) -> None:
        self.diagrams: dict[str, Diagram] = {}
        """By their keys."""
        self.by_test: dict[str, dict[str, Counter[str]]] = {}
        """For each test, by the keys of diagrams, how often each part was reached."""

    def know(self, diagram: Diagram) -> None:
        """Count a diagram, reached or not."""
        self.diagrams.setdefault(diagram.key, diagram)

    def add(self, test: str, diagram: Diagram, hits: Mapping[str, int]) -> None:
        """Note what a test has reached of a diagram."""
        self.know(diagram)
        self.by_test.setdefault(test, {}).setdefault(diagram.key, Counter()).update(hits)

    def keep(self, keys: Iterable[str]) -> "Coverage":
        """Return what concerns these diagrams only."""
        kept, wanted = Coverage(), set(keys)
        kept.diagrams = {key: each for key, each in self.diagrams.items() if key in wanted}
        for test, reached in self.by_test.items():
            if concerning := {key: hits for key, hits in reached.items() if key in wanted}:
                kept.by_test[test] = concerning
        return kept

    def hits(self, key: str) -> Counter[str]:
        """Return how often each part of a diagram was reached in total."""
        total: Counter[str] = Counter()
        for reached in self.by_test.values():
            total.update(reached.get(key, {}))
        return total

    def share(self, key: str, sort: Sort | None = None, test: str | None = None) -> Share:
        """Return how much of a diagram was reached; of one sort of parts, or by one test."""
        hits = self.hits(key) if test is None else self.by_test.get(test, {}).get(key, Counter[str]())
        parts = [each for each in self.diagrams[key].parts if sort is None or each.sort is sort]
        return Share(sum(1 for each in parts if hits[each.id]), len(parts))

    def total(self, sort: Sort | None = None, test: str | None = None) -> Share:
        """Return how much of all diagrams was reached; by one test, of those that it came to."""
        keys = self.diagrams if test is None else self.by_test.get(test, {})
        return sum((self.share(key, sort, test) for key in keys), NOTHING)

    def missing(self, key: str) -> list[Part]:
        """Return what was not reached of a diagram, in the order of the file."""
        hits = self.hits(key)
        return sorted((each for each in self.diagrams[key].parts if not hits[each.id]), key=lambda each: each.line)

    def in_order(self) -> Iterator[tuple[str, Diagram]]:
        """Return the diagrams in the order of their files."""
        yield from sorted(self.diagrams.items(), key=lambda each: (each[1].file, each[1].process, each[0]))

    def dump(self) -> str:
        """Return everything as JSON, for `load` in another process."""
        diagrams = [{**asdict(each), "content": b64encode(each.content).decode()} for each in self.diagrams.values()]
        return orjson.dumps({"diagrams": diagrams, "by_test": self.by_test}).decode()

    def load(self, text: str) -> None:
        """Add what `dump` of another process returned."""
        dumped: dict[str, Any] = orjson.loads(text)
        for each in dumped["diagrams"]:
            parts = tuple(
                Part(**{**part, "sort": Sort(part["sort"]), "ways": tuple(part["ways"])}) for part in each["parts"]
            )
            self.know(Diagram(**{**each, "content": b64decode(each["content"]), "parts": parts}))
        for test, reached in dumped["by_test"].items():
            for key, hits in reached.items():
                self.by_test.setdefault(test, {}).setdefault(key, Counter()).update(hits)
