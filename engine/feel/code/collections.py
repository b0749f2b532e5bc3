"""Lists, contexts and filters (DMN 1.5, 10.3.2.5 and 10.3.2.6)."""

from collections.abc import Mapping, Sequence

from engine.feel.budget import Run
from engine.feel.code.compiler import Code, Compiler, Frame, Handler, Scope
from engine.feel.syntax.nodes import Entries, Filter, Items, Literal, Minus, Node
from engine.feel.values.kinds import FOREIGN, adopted, is_context, is_list
from engine.feel.values.numbers import number, whole

_NOTHING: Mapping[str, object] = {}


def _items(compiler: Compiler, node: Items, scope: Scope | None) -> Code:
    codes = [compiler.compile(item, scope) for item in node.items]
    cost = len(codes) >> 3

    def items(frame: Frame) -> object:
        frame.run.tick(cost)
        return [code(frame) for code in codes]

    return items


def _entries(compiler: Compiler, node: Entries, scope: Scope | None) -> Code:
    names: set[str] = set()
    inner = Scope(names, scope)
    codes: list[tuple[str, Code]] = []
    for key, value in node.entries:
        codes.append((key, compiler.compile(value, inner)))
        names.add(key)

    cost = len(codes) >> 2

    def entries(frame: Frame) -> object:
        frame.run.tick(cost)
        made: dict[str, object] = {}
        within = Frame(frame.run, made, frame)
        for key, code in codes:
            made[key] = code(within)
        return made

    return entries


def _filter(compiler: Compiler, node: Filter, scope: Scope | None) -> Code:
    base = compiler.compile(node.base, scope)
    if _is_place(node.condition):
        place = compiler.compile(node.condition, scope)
        return lambda frame: _at(frame.run, _as_list(base(frame)), place(frame))
    condition = compiler.compile(node.condition, Scope(None, scope))

    def filtered(frame: Frame) -> object:
        items = _as_list(base(frame))
        run = frame.run
        kept: list[object] = []
        unusable = False
        for item in items or [None]:
            run.tick()
            known = adopted(item) if type(item) in FOREIGN else item
            values = known if is_context(known) else _NOTHING
            holds = condition(Frame(run, values, frame, known))
            if holds is True:
                kept.append(known)
            elif type(holds) is not bool and number(holds) is not None:
                return _at(run, items, holds)
            elif holds is not None and holds is not False:
                unusable = True
        if unusable and items and not kept:
            return run.null("a filter is neither a place nor a condition")
        return kept if items else []

    return filtered


def _is_place(node: Node) -> bool:
    while isinstance(node, Minus):
        node = node.operand
    return isinstance(node, Literal) and type(node.value) is not bool and number(node.value) is not None


def _as_list(value: object) -> Sequence[object]:
    if value is None:
        return []
    return value if is_list(value) else [value]


def _at(run: Run, items: Sequence[object], place: object) -> object:
    known = whole(place)
    if known is None or known == 0 or abs(known) > len(items):
        return run.null("a list of {} items has none at {}", len(items), "that place" if known is None else known)
    item = items[known - 1 if known > 0 else known]
    return adopted(item) if type(item) in FOREIGN else item


HANDLERS: dict[type[Node], Handler] = {Items: _items, Entries: _entries, Filter: _filter}
