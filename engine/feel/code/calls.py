"""Calls and definitions of functions (DMN 1.5, 10.3.1.2, rules 38 to 42 and 55)."""

from collections.abc import Mapping, Sequence

from engine.feel.budget import Run
from engine.feel.builtins import BUILTINS
from engine.feel.code.compiler import Code, Compiler, Frame, Handler, Scope
from engine.feel.code.functions import Plan, call_builtin, call_value, plan
from engine.feel.code.names import exists
from engine.feel.syntax.nodes import Call, Definition, Name, Node
from engine.feel.syntax.types import Type
from engine.feel.values.functions import Function
from engine.feel.values.kinds import kind_of


def _call(compiler: Compiler, node: Call, scope: Scope | None) -> Code:
    function = node.function
    if isinstance(function, Name) and function.name in BUILTINS and not _is_local(function.name, scope):
        return _builtin(compiler, function.name, node, scope)
    callee = compiler.compile(function, scope)
    positional = [compiler.compile(each, scope) for each in node.positional]
    named = [(name, compiler.compile(each, scope)) for name, each in node.named]

    def call(frame: Frame) -> object:
        return call_value(
            frame.run,
            callee(frame),
            [code(frame) for code in positional],
            {name: code(frame) for name, code in named},
        )

    return call


def _is_local(name: str, scope: Scope | None) -> bool:
    while scope is not None:
        if scope.names is not None and name in scope.names:
            return True
        scope = scope.parent
    return False


def _builtin(compiler: Compiler, name: str, node: Call, scope: Scope | None) -> Code:
    if name == "is defined" and len(node.positional) == 1:
        defined = exists(compiler, node.positional[0], scope)
        if defined is not None:
            return defined
    names = [each for each, _ in node.named]
    codes = [compiler.compile(each, scope) for each in (*node.positional, *(value for _, value in node.named))]
    ways: Plan = plan(name, len(node.positional), names)
    compiler.changing = compiler.changing or any(overload.changing for overload in BUILTINS[name])
    if not ways:
        return lambda frame: frame.run.null("{!r} does not take such arguments", name)
    return lambda frame: call_builtin(frame.run, name, ways, [code(frame) for code in codes])


def _definition(compiler: Compiler, node: Definition, scope: Scope | None) -> Code:
    names = tuple(name for name, _ in node.parameters)
    types = dict(node.parameters)
    body = compiler.compile(node.body, Scope(set(names), scope))

    def definition(frame: Frame) -> object:
        def call(run: Run, positional: Sequence[object], named: Mapping[str, object]) -> object:
            given = named or dict(zip(names, positional, strict=False))
            if len(positional) + len(named) != len(names) or given.keys() != types.keys():
                return run.null("the function takes {} arguments", len(names))
            values: dict[str, object] = {}
            for name, value in given.items():
                fitting = _fitting(run, types[name], value)
                if fitting is _UNFIT:
                    return run.null("the argument {!r} cannot be a {}", name, kind_of(value))
                values[name] = fitting
            return body(Frame(run, values, frame))

        return Function(names, call, lambda count: count == len(names))

    return definition


_UNFIT = object()


def _fitting(run: Run, asked: Type | None, value: object) -> object:
    """Return the argument as its parameter's type asks (DMN 1.5, 10.3.2.9.4): a list of one stands for its item."""
    if asked is None or asked.accepts(run, value):
        return value
    if type(value) is list and len(value) == 1 and asked.accepts(run, value[0]):
        return value[0]
    if asked.accepts(run, [value]):
        return [value]
    return _UNFIT


HANDLERS: dict[type[Node], Handler] = {Call: _call, Definition: _definition}
