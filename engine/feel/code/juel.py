"""What JUEL has more than FEEL (Jakarta Expression Language 3.0, chapter 1)."""

from engine.feel.builtins.methods import METHODS, is_empty
from engine.feel.code.compiler import Code, Compiler, Frame, Handler, Scope
from engine.feel.code.properties import member
from engine.feel.syntax.nodes import Empty, Index, Method, Node
from engine.feel.values.kinds import is_list, kind_of
from engine.feel.values.numbers import whole


def _empty(compiler: Compiler, node: Empty, scope: Scope | None) -> Code:
    operand = compiler.compile(node.operand, scope)
    return lambda frame: is_empty(operand(frame))


def _index(compiler: Compiler, node: Index, scope: Scope | None) -> Code:
    base, key = compiler.compile(node.base, scope), compiler.compile(node.key, scope)

    def index(frame: Frame) -> object:
        within, wanted = base(frame), key(frame)
        if type(wanted) is str:
            return member(frame.run, within, wanted)
        place = whole(wanted)
        if is_list(within) and place is not None:
            return within[place] if 0 <= place < len(within) else frame.run.null("there is no item {}", place)
        return frame.run.null("a {} has no item at a {}", kind_of(within), kind_of(wanted))

    return index


def _method(compiler: Compiler, node: Method, scope: Scope | None) -> Code:
    work = METHODS[node.name][1]
    base = compiler.compile(node.base, scope)
    arguments = [compiler.compile(argument, scope) for argument in node.arguments]
    return lambda frame: work(frame.run, base(frame), *(argument(frame) for argument in arguments))


HANDLERS: dict[type[Node], Handler] = {Empty: _empty, Index: _index, Method: _method}
