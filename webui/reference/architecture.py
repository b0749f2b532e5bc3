"""The picture of the packages, drawn from the imports: who is above uses who is below.

A picture has three bands, each of which uses those below it: only what is used within a band is drawn as a line. Lines
that follow from others are left out: where A uses B and B uses C, that A uses C, too, is not drawn.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from webui.reference.imports import Graph, packages

COLOURS = {"webui": "#d7e5ff", "service_tasks": "#ffe8c2", "forms": "#ffe8c2", "engine": "#dcf3e3"}
"""Of the boxes, by the top package; each reads with black text."""

BANDS = (
    ("Pages, API, command line: the only ones that know Flask", ("webui",)),
    ("Activities and forms: they do not know each other", ("service_tasks", "forms")),
    ("The engine: no HTTP, no HTML", ("engine",)),
)
"""From above: what each band is, and its top packages."""

_WIDTH, _HEIGHT = 136, 28
_ACROSS, _DOWN = 16, 36
_MARGIN = 24
_HEADING = 30
_ROUNDS = 12
"""How often the boxes of a row are put in the order of what they are joined to."""


def picture() -> str:
    """Return the picture as SVG."""
    graph = packages()
    parts: list[str] = []
    top, widest = _MARGIN, 0.0
    for heading, owners in BANDS:
        within = {name: used & _of(graph, owners) for name, used in graph.items() if name in _of(graph, owners)}
        lines = list(_reduced(within))
        rows = _ordered(_rows(within), lines)
        places = {name: (x, y + top + _HEADING) for name, (x, y) in _places(rows)}
        parts.append(f'<text x="{_MARGIN}" y="{top + 14}" font-weight="600" fill="#16181d">{escape(heading)}</text>')
        parts += [*(_line(places[one], places[other]) for one, other in lines), *map(_box, places, places.values())]
        top = int(max(y for _, y in places.values())) + _HEIGHT + _MARGIN
        widest = max(widest, *(x + _WIDTH + _MARGIN for x, _ in places.values()))
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {widest:g} {top}" width="{widest:g}" height="{top}"',
            ' font-family="system-ui, sans-serif" font-size="13">',
            "<title>The packages of Idflow: each uses those below it that it is joined to</title>",
            f'<rect width="{widest:g}" height="{top}" rx="8" fill="#ffffff"/>',
            *parts,
            "</svg>\n",
        )
    )


def _of(graph: Graph, owners: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in graph if name.partition(".")[0] in owners)


def _reduced(graph: Graph) -> Iterator[tuple[str, str]]:
    for name, used in graph.items():
        further = set().union(*(_below(graph, each) for each in used)) if used else set()
        yield from ((name, each) for each in sorted(used - further))


def _below(graph: Graph, name: str) -> set[str]:
    """Return everything that is used by `name`, directly or not, but not itself."""
    seen: set[str] = set()
    waiting = [*graph[name]]
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting += graph[each]
    return seen - {name}


def _rows(graph: Graph) -> list[list[str]]:
    """Return the rows from above: everything stands above all that it uses."""
    level: dict[str, int] = {}

    def find(name: str, path: tuple[str, ...] = ()) -> int:
        if name not in level:
            level[name] = max((find(each, (*path, name)) + 1 for each in graph[name] if each not in path), default=0)
        return level[name]

    for name in graph:
        find(name)
    rows: list[list[str]] = [[] for _ in range(max(level.values()) + 1)]
    for name in sorted(graph):
        rows[-1 - level[name]].append(name)
    return rows


def _ordered(rows: list[list[str]], lines: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Return the rows with what is joined near each other."""
    joined: dict[str, list[str]] = {}
    for one, other in lines:
        joined.setdefault(one, []).append(other)
        joined.setdefault(other, []).append(one)
    for _ in range(_ROUNDS):
        for row in rows:
            at = {name: x for name, (x, _) in _places(rows)}

            def middle(name: str, at: Mapping[str, float] = at) -> float:
                near = joined.get(name, [])
                return sum(at[each] for each in near) / len(near) if near else at[name]

            row.sort(key=lambda name: (middle(name), name))
    return rows


def _places(rows: Iterable[Sequence[str]]) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield where the box of each package begins; rows are in the middle."""
    known = list(rows)
    widest = max(len(row) for row in known)
    for number, row in enumerate(known):
        indent = (widest - len(row)) * (_WIDTH + _ACROSS) / 2
        for place, name in enumerate(row):
            yield name, (_MARGIN + indent + place * (_WIDTH + _ACROSS), number * (_HEIGHT + _DOWN))


def _line(one: tuple[float, float], other: tuple[float, float]) -> str:
    (x, y), (u, v) = one, other
    begin, end = (x + _WIDTH / 2, y + _HEIGHT), (u + _WIDTH / 2, v)
    half = (end[1] - begin[1]) / 2
    points = (*begin, begin[0], begin[1] + half, end[0], end[1] - half, *end)
    path = "M{:g} {:g}C{:g} {:g} {:g} {:g} {:g} {:g}".format(*points)
    return f'<path d="{path}" fill="none" stroke="#5a6472" stroke-opacity="0.55"/>'


def _box(name: str, place: tuple[float, float]) -> str:
    x, y = place
    colour = COLOURS[name.partition(".")[0]]
    middle = f'x="{x + _WIDTH / 2:g}" y="{y + _HEIGHT / 2 + 5:g}"'
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{_WIDTH}" height="{_HEIGHT}" rx="5" fill="{colour}" stroke="#5a6472"/>'
        f'<text {middle} text-anchor="middle" fill="#16181d">{escape(name)}</text>'
    )
