"""What can be reached of a process, with the lines of its file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from engine.model import Process


class Sort(StrEnum):
    """What a part of a diagram is, as far as coverage tells them apart."""

    NODE = "nodes"
    FLOW = "flows"
    BOUNDARY = "boundary events"


@dataclass(frozen=True, slots=True)
class Part:
    """A flow node, a sequence flow or a boundary event."""

    id: str
    sort: Sort
    label: str
    """What people call it; of a flow, where it leads from and to."""
    line: int
    """Of the file."""
    ways: tuple[str, ...] = ()
    """Of a node: the ids of its flows, if it has several."""


@dataclass(frozen=True)
class Diagram:
    """One process of a file."""

    file: str
    process: str
    label: str
    content: bytes = field(repr=False)
    parts: tuple[Part, ...] = field(repr=False)

    @classmethod
    def of(cls, file: str, content: bytes, process: Process) -> "Diagram":
        """Return the diagram of a process."""
        return cls(file, process.id, process.label, content, tuple(_parts(process)))

    @property
    def key(self) -> str:
        """What tells it from every other one, and from the same file when it was changed."""
        return f"{self.file}#{self.process}@{sha256(self.content).hexdigest()[:12]}"


def _parts(process: Process) -> Iterator[Part]:
    ways: dict[str, list[str]] = {}
    for flow in process.flows.values():
        ways.setdefault(flow.source, []).append(flow.id)
    for element in process.elements.values():
        sort = Sort.NODE if element.attached_to is None else Sort.BOUNDARY
        several = ways.get(element.id, [])
        yield Part(element.id, sort, element.label, element.line, tuple(several) if len(several) > 1 else ())
    for flow in process.flows.values():
        ends = (process.elements.get(each) for each in (flow.source, flow.target))
        label = " → ".join("?" if each is None else each.label for each in ends)
        yield Part(flow.id, Sort.FLOW, label, flow.line)
