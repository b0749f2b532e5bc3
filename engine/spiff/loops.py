"""Activities that run several times: multi-instance and standard loop (BPMN 2.0.2, 10.3.8 and 13.3.6-7).

The activity itself stands in a scope of its own. What loops is its body, a token outside, which carries the boundary
events and the flows; each instance is a token inside, with local variables: the item, `loopCounter` from 1, and the
variable that its output is taken from.
"""

from collections.abc import Mapping
from typing import Any

from engine.errors import Failure
from engine.model import MultiInstance, Source, StandardLoop
from engine.spiff.scope import SubScope
from engine.spiff.subprocesses import SubProcess
from engine.spiff.token import Token
from engine.variables import MAXIMUM_BYTES, encode, is_name

MAXIMUM_INSTANCES = 5_000
"""How many instances one multi-instance activity may have."""

COUNTER = "loopCounter"

INDEX = "index"
"""The note of a token that is one of several: which one, counted from 0."""

_ITEMS = "items"
_NEXT = "next"
_RESULTS = "results"
_SIZE = "size"
_LAST = "last"
_AGAIN = "again"


class CollectionInvalid(Failure):
    """What a multi-instance activity iterates, or what its instances give, is not a list or too large."""

    code = "collection-invalid"


class LoopBody(SubProcess):
    """What is the same for all loops: it stands for the activity, and opens the scope of its instances."""

    def open(self, token: Token) -> SubScope:
        """Open the scope; the inputs are the activity's, not the loop's."""
        return token.workflow.top_workflow.open(token, self.inner)

    def keep_outputs(self, token: Token, local: Mapping[str, Any] | None = None) -> None:
        """Keep nothing: each instance has kept its own."""

    def enter(self, scope: SubScope, index: int, local: dict[str, Any]) -> None:
        """Start the instance with this index, counted from 0."""
        scope.enter(self.name, notes={INDEX: index}, local={COUNTER: index + 1, **local})


class MultiInstanceBody(LoopBody):
    """Runs one instance for each item, at once or one after the other."""

    def start(self, scope: SubScope) -> None:
        """Evaluate the collection, once, and start the first instance or all of them."""
        host, rules = _host(scope), self._rules
        items = self._items(host)
        scope.top_workflow.check_room(len(items))
        host.notes |= {_ITEMS: items, _NEXT: 0, _RESULTS: [None] * len(items)}
        for _ in range(min(1, len(items)) if rules.sequential else len(items)):
            self._next(host, scope)
        scope.settle()

    def inner_done(self, token: Token) -> None:
        """Keep what the instance contributes, and look whether it was the last one that is needed."""
        host, rules = _host(token.workflow), self._rules
        result = None if rules.output_item is None else token.workflow.evaluate(token, rules.output_item)
        done = len(host.notes[_RESULTS]) - (len(token.workflow.tasks) + self._left(host)) + 1
        numbers = {
            "numberOfInstances": len(host.notes[_RESULTS]),
            "numberOfActiveInstances": len(token.workflow.tasks) - 1,
            "numberOfCompletedInstances": done,
            "numberOfTerminatedInstances": 0,
        }
        if rules.completion is not None and token.workflow.evaluate(token, rules.completion, numbers) is True:
            token.notes[_LAST] = True
        # All of them become one variable in the end.
        size = host.notes.get(_SIZE, 0) + len(encode({"": result}))
        if size > MAXIMUM_BYTES:
            raise CollectionInvalid(f"The results take more than {MAXIMUM_BYTES} bytes.")
        host.notes[_SIZE] = size
        host.notes[_RESULTS][token.notes[INDEX]] = result

    def inner_left(self, host: Token, token: Token) -> None:
        """Cancel the other instances, or start the next one."""
        scope = token.workflow
        if _LAST in token.notes:
            scope.cancel_all(but=token)
        elif self._rules.sequential and self._left(host):
            self._next(host, scope)

    def finish(self, token: Token, scope: SubScope) -> None:
        """Set the output collection, in the order of the items."""
        super().finish(token, scope)
        if self._rules.output_collection:
            token.workflow.assign(token, self._rules.output_collection, token.notes[_RESULTS])

    @property
    def _rules(self) -> MultiInstance:
        loop = self.element.loop
        assert isinstance(loop, MultiInstance)  # noqa: S101 - it is made for one
        return loop

    def _left(self, host: Token) -> int:
        return len(host.notes[_RESULTS]) - int(host.notes[_NEXT])

    def _next(self, host: Token, scope: Any) -> None:
        index = host.notes[_NEXT]
        host.notes[_NEXT] = index + 1
        local = {}
        if self._rules.item:
            local[self._rules.item] = host.notes[_ITEMS][index]
        output = self._rules.output_item
        name = _variable(output)
        if output is not None and name is not None and name not in local:
            # What is set inside of a context needs one of its own.
            local[name] = {} if "." in output.text else None
        self.enter(scope, index, local)

    def _items(self, host: Token) -> list[Any]:
        rules = self._rules
        source = rules.collection or rules.cardinality
        assert source is not None  # noqa: S101 - the deployment rules ask for one
        value = host.workflow.evaluate(host, source)
        where = f"{source.text!r} (line {source.line})"
        if rules.collection is None:
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise CollectionInvalid(f"{where} must be a whole number that is 0 or more.")
            value = range(min(value, MAXIMUM_INSTANCES + 1))
        elif not isinstance(value, list):
            raise CollectionInvalid(f"{where} must be a list.")
        if len(value) > MAXIMUM_INSTANCES:
            raise CollectionInvalid(f"{where} has too many items; {MAXIMUM_INSTANCES} are allowed.")
        return list(value)


class StandardLoopBody(LoopBody):
    """Runs the activity again while its condition is true."""

    def start(self, scope: SubScope) -> None:
        """Start the first run, unless the condition is looked at before it and is not true."""
        host = _host(scope)
        if not self._rules.test_before or self._continues(host, 0):
            self.enter(scope, 0, {})
        scope.settle()

    def inner_done(self, token: Token) -> None:
        """Look whether there is another run."""
        token.notes[_AGAIN] = self._continues(token, token.notes[INDEX] + 1)

    def inner_left(self, host: Token, token: Token) -> None:
        """Start the next run."""
        if token.notes[_AGAIN]:
            scope = host.workflow.subprocess_of(host)
            assert scope is not None  # noqa: S101 - the token has just left it
            self.enter(scope, token.notes[INDEX] + 1, {})

    def _continues(self, token: Token, done: int) -> bool:
        rules = self._rules
        if rules.maximum is not None and done >= rules.maximum:
            return False
        if rules.condition is None:
            return True
        return token.workflow.evaluate(token, rules.condition, {COUNTER: done}) is True

    @property
    def _rules(self) -> StandardLoop:
        loop = self.element.loop
        assert isinstance(loop, StandardLoop)  # noqa: S101 - it is made for one
        return loop


def _host(scope: Any) -> Token:
    host: Token = scope.host
    return host


def _variable(source: Source | None) -> str | None:
    """Return the variable that an output is taken from, if that is what the expression is."""
    name = "" if source is None else source.text.partition(".")[0].strip()
    return name if is_name(name) else None
