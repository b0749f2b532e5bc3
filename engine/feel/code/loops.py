"""`for`, `some` and `every` (DMN 1.5, 10.3.2.9 and 10.3.1.2, rules 43 to 47)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.feel.budget import Run
from engine.feel.code.compiler import Code, Compiler, Frame, Handler, Scope
from engine.feel.syntax import nodes
from engine.feel.values.dates import from_ordinal, ordinal
from engine.feel.values.kinds import is_date, is_list, kind_of
from engine.feel.values.numbers import number, whole
from engine.feel.values.ranges import Range

_PARTIAL = "partial"


class _Domain:
    """What one name goes through."""

    __slots__ = ("end", "name", "start")

    def __init__(self, name: str, start: Code, end: Code | None) -> None:
        self.name = name
        self.start = start
        self.end = end

    def items(self, frame: Frame) -> Iterable[object] | None:
        start = self.start(frame)
        if self.end is not None:
            return _steps(frame.run, start, self.end(frame))
        if is_list(start):
            return start
        if type(start) is Range:
            return _range(frame.run, start)
        if start is None:
            frame.run.null("there is nothing to go through")
            return None
        return [start]


def _steps(run: Run, start: object, end: object) -> Iterable[object] | None:
    first, last = number(start), number(end)
    if type(first) is int and type(last) is int and whole(first) is not None and whole(last) is not None:
        return range(first, last + 1) if first <= last else range(first, last - 1, -1)
    if is_date(start) and is_date(end):
        first, last = ordinal(start), ordinal(end)
        return map(from_ordinal, range(first, last + 1) if first <= last else range(first, last - 1, -1))
    run.null("nothing goes step by step from a {} to a {}", kind_of(start), kind_of(end))
    return None


def _range(run: Run, within: Range) -> Iterable[object] | None:
    steps = _steps(run, within.start, within.end)
    if steps is None:
        return None
    return (
        step
        for step in steps
        if not (step == within.start and not within.start_included)
        and not (step == within.end and not within.end_included)
    )


def _domains(
    compiler: Compiler, iterators: Sequence[nodes.Iterator], scope: Scope | None
) -> tuple[list[_Domain], set[str], Scope]:
    names: set[str] = set()
    inner = Scope(names, scope)
    domains = []
    for each in iterators:
        start = compiler.compile(each.start, inner)
        end = None if each.end is None else compiler.compile(each.end, inner)
        domains.append(_Domain(each.name, start, end))
        names.add(each.name)
    return domains, names, inner


class _Nothing(Exception):
    """What is to be gone through is no list."""


def _rows(frame: Frame, domains: Sequence[_Domain], values: Mapping[str, object]) -> Iterator[dict[str, object]]:
    domain, *rest = domains
    items = domain.items(Frame(frame.run, values, frame))
    if items is None:
        raise _Nothing
    for item in items:
        frame.run.tick()
        row = {**values, domain.name: item}
        if rest:
            yield from _rows(frame, rest, row)
        else:
            yield row


def _for(compiler: Compiler, node: nodes.For, scope: Scope | None) -> Code:
    domains, names, inner = _domains(compiler, node.iterators, scope)
    has_partial = _PARTIAL not in names
    names.add(_PARTIAL)
    body = compiler.compile(node.body, inner)
    keeps_partial = has_partial and _PARTIAL in inner.used

    def loop(frame: Frame) -> object:
        run = frame.run
        made: list[object] = []
        try:
            for row in _rows(frame, domains, {}):
                if keeps_partial:
                    # A copy: what is made so far must not change within a value that the body keeps.
                    run.tick(len(made) >> 4)
                    row[_PARTIAL] = made.copy()
                made.append(body(Frame(run, row, frame)))
                if len(made) & 0x3FF == 0:
                    run.items(made)
        except _Nothing:
            return None
        return run.items(made)

    return loop


def _quantified(compiler: Compiler, node: nodes.Quantified, scope: Scope | None) -> Code:
    domains, _, inner = _domains(compiler, node.iterators, scope)
    condition, decisive = compiler.compile(node.condition, inner), node.decisive

    def quantified(frame: Frame) -> object:
        unknown = False
        try:
            for row in _rows(frame, domains, {}):
                holds = condition(Frame(frame.run, row, frame))
                if holds is decisive:
                    return decisive
                unknown = unknown or type(holds) is not bool
        except _Nothing:
            return None
        return None if unknown else not decisive

    return quantified


HANDLERS: dict[type[nodes.Node], Handler] = {nodes.For: _for, nodes.Quantified: _quantified}
