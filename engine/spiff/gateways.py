"""Gateways, where SpiffWorkflow's own fall short."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from SpiffWorkflow.bpmn.specs.mixins import (
    BoundaryEventMixin,
    BpmnSpecMixin,
    ExclusiveGatewayMixin,
    InclusiveGatewayMixin,
    ParallelGatewayMixin,
)
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import feel
from engine.errors import Failure
from engine.model import Element, Source
from engine.variables import masked, scope

_LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


class NoConditionHolds(Failure):
    """No condition of a gateway holds and it has no default flow."""

    code = "no-condition-holds"


def _explain(task: Task) -> str:
    """Return the conditions of the gateway at `task` with the values they looked at."""
    variables = task.workflow.top_workflow.variables
    spec = task.task_spec
    shown = [_condition(condition.args[0], variables) for condition, _ in spec.cond_task_specs if condition is not None]
    return f"No condition of {spec.element.label!r} holds and it has no default flow: {'; '.join(shown)}."


def _condition(source: Source, variables: dict[str, object]) -> str:
    expression = feel.compile_as(source.text, source.syntax.value)
    context = scope(variables)
    known = ", ".join(f"{'.'.join(path)} is {_value(path, context)}" for path in sorted(expression.paths))
    return f"{source.text} ({known})" if known else source.text


def _value(path: tuple[str, ...], context: Mapping[str, object]) -> str:
    try:
        return _shown(feel.value_at(path, context))
    except feel.FeelEvaluationError:
        return "too large to show"


def _shown(value: object) -> str:
    match value:
        case None:
            return "null"
        case dict():
            return "a context"
        case Decimal():
            return format(value, "f")
        case list():
            return f"a list of {len(value)}"
    return repr(masked(value))


class ExclusiveGateway(ExclusiveGatewayMixin, BpmnSpecMixin):
    """Takes the first flow, in the order of the file, whose condition is true (BPMN 2.0.2, 10.6.2)."""

    element: Element

    def _run_hook(self, my_task: Task) -> bool:
        taken = next(
            (name for condition, name in self.cond_task_specs if condition and condition._matches(my_task) is True),
            None,
        )
        taken = taken or self.default_task_spec
        if taken is None:
            raise NoConditionHolds(_explain(my_task))
        _continue_with(my_task, [my_task.workflow.spec.get_task_spec_from_name(taken)])
        return True


class InclusiveGateway(InclusiveGatewayMixin, BpmnSpecMixin):
    """Takes every flow whose condition is true; joins what can still arrive (BPMN 2.0.2, 10.6.3 and 13.4.3)."""

    element: Element

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        # The library follows only one of several inputs when it looks back from a join; this is the standard's own
        # rule.
        tasks = [task for task in my_task.workflow.tasks.values() if not task.has_state(TaskState.CANCELLED)]
        here = [task for task in tasks if task.task_spec is self and task.parent.has_state(TaskState.COMPLETED)]
        arrived = {task.parent.task_spec for task in here if not task.has_state(TaskState.COMPLETED)}
        missing = [spec for spec in self.inputs if spec not in arrived]
        for task in tasks:
            if task.task_spec is self or not task.has_state(_LIVE) or isinstance(task.task_spec, BoundaryEventMixin):
                continue
            reachable = self._reachable(task.task_spec)
            if any(spec in reachable for spec in missing) and not any(spec in reachable for spec in arrived):
                return False
        return True

    def _reachable(self, start: TaskSpec) -> set[TaskSpec]:
        """Return every specification on a path from `start` that does not visit this gateway."""
        seen: set[TaskSpec] = {start}
        ahead = [start]
        while ahead:
            for spec in ahead.pop().outputs:
                if spec is not self and spec not in seen:
                    seen.add(spec)
                    ahead.append(spec)
        return seen

    def _run_hook(self, my_task: Task) -> bool:
        UnstructuredJoin._run_hook(self, my_task)
        spec_named = my_task.workflow.spec.get_task_spec_from_name
        taken = [
            spec_named(name)
            for condition, name in self.cond_task_specs
            if condition and condition._matches(my_task) is True
        ]
        taken = taken or [spec_named(name) for condition, name in self.cond_task_specs if condition is None]
        if not taken:
            raise NoConditionHolds(_explain(my_task))
        _continue_with(my_task, taken)
        return True


class ParallelGateway(ParallelGatewayMixin, BpmnSpecMixin):
    """Predicts nothing past itself before it ran: n forks in a row would otherwise make 2^n tasks at the start."""

    element: Element

    def _predict_hook(self, my_task: Task) -> None:
        # The join's own rule looks for a loop that leads back to it, so a join in a cycle must stay visible.
        in_cycle = len(self._inputs) > 1 and self in self.ancestors()
        if in_cycle or my_task.has_state(TaskState.FINISHED_MASK | TaskState.READY | TaskState.STARTED):
            super()._predict_hook(my_task)

    def _run_hook(self, my_task: Task) -> bool:
        super()._run_hook(my_task)
        _continue_with(my_task, self.outputs)
        return True


def _continue_with(task: Task, specs: Iterable[TaskSpec]) -> None:
    task._sync_children(list(specs), TaskState.FUTURE)
    for child in task.children:
        child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
