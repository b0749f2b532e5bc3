"""Truth: comparison, three-valued logic, `if`, tests and types (DMN 1.5, 10.3.2.10 to 10.3.2.13)."""

from collections.abc import Callable, Sequence

from engine.feel.budget import Run
from engine.feel.code.compiler import Code, Compiler, Frame, Handler, Scope
from engine.feel.syntax.nodes import (
    Between,
    Compared,
    Comparison,
    If,
    In,
    InstanceOf,
    Interval,
    Junction,
    Node,
    Not,
    Operator,
    Tests,
)
from engine.feel.values.comparison import at_least, contains, equal, less, order
from engine.feel.values.kinds import is_list, kind_of
from engine.feel.values.ranges import Bound, Range

_Compare = Callable[[Run, object, object], bool | None]


def _unequal(run: Run, left: object, right: object) -> bool | None:
    same = equal(run, left, right)
    return None if same is None else not same


_COMPARE: dict[Operator, _Compare] = {
    Operator.EQUAL: equal,
    Operator.UNEQUAL: _unequal,
    Operator.LESS: less,
    Operator.GREATER: lambda run, left, right: less(run, right, left),
    Operator.AT_LEAST: at_least,
    Operator.AT_MOST: lambda run, left, right: at_least(run, right, left),
}


def _comparison(compiler: Compiler, node: Comparison, scope: Scope | None) -> Code:
    compare = _COMPARE[node.operator]
    left, right = compiler.compile(node.left, scope), compiler.compile(node.right, scope)
    return lambda frame: compare(frame.run, left(frame), right(frame))


def _between(compiler: Compiler, node: Between, scope: Scope | None) -> Code:
    value, low, high = (compiler.compile(each, scope) for each in (node.value, node.low, node.high))

    def between(frame: Frame) -> object:
        known = value(frame)
        return contains(frame.run, Range(low(frame), high(frame)), known)

    return between


def _junction(compiler: Compiler, node: Junction, scope: Scope | None) -> Code:
    decisive = node.decisive
    terms = [compiler.compile(term, scope) for term in node.terms]

    def junction(frame: Frame) -> object:
        unknown = False
        for term in terms:
            value = term(frame)
            if value is decisive:
                return decisive
            if type(value) is not bool:
                unknown = True
        return None if unknown else not decisive

    return junction


def _not(compiler: Compiler, node: Not, scope: Scope | None) -> Code:
    operand = compiler.compile(node.operand, scope)

    def negation(frame: Frame) -> object:
        value = operand(frame)
        return (not value) if type(value) is bool else frame.run.null("{} is not true or false", kind_of(value))

    return negation


def _if(compiler: Compiler, node: If, scope: Scope | None) -> Code:
    condition, then, otherwise = (compiler.compile(each, scope) for each in (node.condition, node.then, node.otherwise))
    return lambda frame: then(frame) if condition(frame) is True else otherwise(frame)


def _instance_of(compiler: Compiler, node: InstanceOf, scope: Scope | None) -> Code:
    value, asked = compiler.compile(node.value, scope), node.type
    return lambda frame: asked.matches(frame.run, value(frame))


def _interval(compiler: Compiler, node: Interval, scope: Scope | None) -> Code:
    start = None if node.start is None else compiler.compile(node.start, scope)
    end = None if node.end is None else compiler.compile(node.end, scope)
    start_included, end_included = node.start_included, node.end_included

    def interval(frame: Frame) -> object:
        low = Bound.NONE if start is None else start(frame)
        high = Bound.NONE if end is None else end(frame)
        return make_range(frame.run, Range(low, high, start_included, end_included))

    return interval


def make_range(run: Run, made: Range) -> Range | None:
    """Return the range; null when its ends are of two types, or of one that has no order."""
    ends = [order(end) for end in (made.start, made.end) if end is not Bound.NONE and end is not None]
    if None in ends or len({end[0] for end in ends if end is not None}) > 1:
        run.null("a range cannot go from {} to {}", kind_of(made.start), kind_of(made.end))
        return None
    return made


def _in(compiler: Compiler, node: In, scope: Scope | None) -> Code:
    value, tests = compiler.compile(node.value, scope), test_codes(compiler, node.tests, scope)

    def within(frame: Frame) -> object:
        known = value(frame)
        return one_holds(frame, known, tests)

    return within


Test = Callable[[Frame, object], bool | None]


def one_holds(frame: Frame, value: object, tests: Sequence[Test]) -> bool | None:
    """Return whether a value passes one of the tests; null when none holds and one cannot be told."""
    unknown = False
    for test in tests:
        holds = test(frame, value)
        if holds is True:
            return True
        unknown = unknown or holds is None
    return None if unknown else False


def test_codes(compiler: Compiler, node: Tests, scope: Scope | None) -> list[Test]:
    """Return the code of unary tests."""
    return [test_code(compiler, test, scope) for test in node.tests]


def test_code(compiler: Compiler, node: Node, scope: Scope | None) -> Test:
    """Return the code of one unary test."""
    if isinstance(node, Compared):
        compare, right = _COMPARE[node.operator], compiler.compile(node.right, scope)
        return lambda frame, value: compare(frame.run, value, right(frame))
    code = compiler.compile(node, scope)
    return lambda frame, value: passes(frame.run, value, code(frame))


def passes(run: Run, value: object, test: object) -> bool | None:
    """Return whether a value equals `test`, lies in it, or is one of its items (DMN 1.5, table 55)."""
    if type(test) is Range and type(value) is not Range:
        return contains(run, test, value)
    if not is_list(test):
        return equal(run, value, test)
    if is_list(value) and equal(run, value, test) is True:
        return True
    for item in test:
        run.tick()
        if type(item) is Range and type(value) is not Range:
            if contains(run, item, value) is True:
                return True
        elif equal(run, value, item) is True:
            return True
    return False


HANDLERS: dict[type[Node], Handler] = {
    Comparison: _comparison,
    Between: _between,
    Junction: _junction,
    Not: _not,
    If: _if,
    InstanceOf: _instance_of,
    Interval: _interval,
    In: _in,
}
