"""Graphs whose vertices are numbers."""

from collections.abc import Sequence


def components(successors: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the strongly connected components, each after all that lead to it; linear in vertices and edges.

    M. Sharir, A strong-connectivity algorithm and its applications in data flow analysis, Computers & Mathematics with
    Applications 7 (1981): in the order in which a walk ends, backwards, each takes those that lead to it and are left.
    """
    predecessors: list[list[int]] = [[] for _ in successors]
    for vertex, following in enumerate(successors):
        for each in following:
            predecessors[each].append(vertex)
    seen = [False] * len(successors)
    ended = [each for vertex in range(len(successors)) for each in _walk(vertex, successors, seen)]
    taken = [False] * len(successors)
    found = [_walk(vertex, predecessors, taken) for vertex in reversed(ended)]
    return [component for component in found if component]


def _walk(start: int, successors: Sequence[Sequence[int]], seen: list[bool]) -> list[int]:
    """Return what can be reached and was not seen, each after what was reached from it."""
    if seen[start]:
        return []
    seen[start] = True
    path, ended = [(start, iter(successors[start]))], []
    while path:
        vertex, ahead = path[-1]
        following = next((each for each in ahead if not seen[each]), None)
        if following is None:
            _ = path.pop()
            ended.append(vertex)
        else:
            seen[following] = True
            path.append((following, iter(successors[following])))
    return ended
