"""The processes whose cost is measured against their size."""

from bench.diagram import Diagram

_DECIDED, _PARALLEL, _INCLUSIVE = "exclusiveGateway", "parallelGateway", "inclusiveGateway"

_BLOCK = 4
"""How many nodes a gateway, two tasks and another gateway are."""


def tasks(size: int, *, python: bool = False) -> Diagram:
    """Return tasks one after the other."""
    diagram = Diagram(f"tasks_{size}", python)
    diagram.whole([diagram.script() for _ in range(size)])
    return diagram


def iterations(size: int, *, python: bool = False) -> Diagram:
    """Return a task that a gateway leads back to."""
    diagram = Diagram(f"iterations_{size}", python)
    start, join, task = diagram.node("startEvent"), diagram.node(_DECIDED), diagram.script()
    split, end = diagram.node(_DECIDED, attributes=' default="again"'), diagram.node("endEvent")
    diagram.flow(start, join)
    diagram.flow(join, task)
    diagram.flow(task, split)
    diagram.flow(split, join, name="again")
    diagram.flow(split, end, f"n &gt;= {size}")
    return diagram


def branches(size: int, *, python: bool = False) -> Diagram:
    """Return tasks beside each other."""
    return _around(f"branches_{size}", _PARALLEL, 1, size, python=python)


def inclusive_branches(size: int, *, python: bool = False) -> Diagram:
    """Return tasks beside each other, joined by an inclusive gateway."""
    return _around(f"inclusive_branches_{size}", _INCLUSIVE, 1, size, python=python)


def stages(size: int, *, python: bool = False) -> Diagram:
    """Return parallel splits and joins one after the other, with two tasks in each."""
    return _around(f"stages_{size}", _PARALLEL, size, 2, python=python)


def inclusive_stages(size: int, *, python: bool = False) -> Diagram:
    """Return inclusive splits and joins one after the other, with two tasks in each."""
    return _around(f"inclusive_stages_{size}", _INCLUSIVE, size, 2, python=python)


def at_once(size: int, *, python: bool = False) -> Diagram:
    """Return a parallel multi-instance task; how often it runs is in the variables."""
    diagram = Diagram(f"at_once_{size}", python)
    diagram.whole([diagram.each(sequential=False)])
    return diagram


def one_by_one(size: int, *, python: bool = False) -> Diagram:
    """Return a sequential multi-instance task; how often it runs is in the variables."""
    diagram = Diagram(f"one_by_one_{size}", python)
    diagram.whole([diagram.each(sequential=True)])
    return diagram


def repeated(size: int, *, python: bool = False) -> Diagram:
    """Return a task with a standard loop."""
    diagram = Diagram(f"repeated_{size}", python)
    diagram.whole([diagram.repeat(size)])
    return diagram


def nested(size: int, *, python: bool = False) -> Diagram:
    """Return sub-processes inside each other."""
    diagram = Diagram(f"nested_{size}", python)
    diagram.whole([diagram.inside(size)])
    return diagram


def forms(size: int) -> Diagram:
    """Return user tasks beside each other, each of which comes again when it is submitted."""
    diagram = Diagram(f"forms_{size}")
    start, split = diagram.node("startEvent"), diagram.node(_PARALLEL)
    diagram.flow(start, split)
    for _ in range(size):
        form = diagram.form()
        diagram.flow(split, form)
        diagram.flow(form, form)
    return diagram


def minutes() -> Diagram:
    """Return a timer that fires every minute."""
    diagram = Diagram("minutes")
    start, timer = diagram.node("startEvent"), diagram.minute()
    diagram.flow(start, timer)
    diagram.flow(timer, timer)
    return diagram


def mixed(size: int) -> Diagram:
    """Return `size` nodes as people draw them: service tasks, forms, decisions and parallel work in turns."""
    diagram = Diagram(f"mixed_{size}")
    parts: list[str | tuple[str, str]] = []
    while (left := size - len(diagram.nodes) - len(("start", "end"))) > 0:
        turn = len(parts) % 4
        if turn > 1 and left >= _BLOCK:
            kind = _DECIDED if turn == 2 else _PARALLEL  # noqa: PLR2004 - the third in turn
            parts.append(diagram.around(kind, (diagram.script(), diagram.script())))
        else:
            parts.append(diagram.form() if turn == 1 else diagram.get_user())
    diagram.whole(parts)
    return diagram


def _around(name: str, kind: str, times: int, width: int, *, python: bool) -> Diagram:
    diagram = Diagram(name, python)
    diagram.whole([diagram.around(kind, [diagram.script() for _ in range(width)]) for _ in range(times)])
    return diagram
