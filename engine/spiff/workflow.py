"""SpiffWorkflow's workflow: variables beside it, no script engine of its own, no walks over the whole tree."""

from collections.abc import Callable, Mapping
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import feel
from engine.model import Element, Source
from engine.spiff.expressions import Expressions, evaluate
from engine.spiff.specification import Specification

Call = Callable[[Element, Mapping[str, Any]], object]
"""Runs the activity of a service task with its evaluated inputs, and returns its result."""


class _Indexed:
    """Looks at the table of tasks where the library walks the tree (after every task that completes)."""

    tasks: dict[Any, Task]

    def update_waiting_tasks(self) -> None:
        """Look again at every task that waits for others."""
        for task in [task for task in self.tasks.values() if task.state == TaskState.WAITING]:
            if task.state == TaskState.WAITING and task.id in self.tasks:
                task.task_spec._update(task)


class SubWorkflow(_Indexed, BpmnSubWorkflow):
    """The scope of an embedded sub-process."""


class Workflow(_Indexed, BpmnWorkflow):
    """One instance in SpiffWorkflow's terms."""

    def __init__(
        self,
        specification: Specification,
        variables: dict[str, Any],
        call: Call,
        settings: feel.Settings,
        **kwargs: Any,
    ) -> None:
        self.variables = variables
        self.call = call
        self.settings = settings
        super().__init__(specification.spec, specification.subprocesses, script_engine=Expressions(), **kwargs)

    def evaluate(self, source: Source, **local: Any) -> Any:
        """Return the value of an expression; `local` values can be named in it beside the variables."""
        return evaluate(source, {**self.variables, **local} if local else self.variables, self.settings)

    def create_subprocess(self, my_task: Task, spec_name: str) -> SubWorkflow:
        """Open the scope of the sub-process at `my_task`."""
        return self.add_subprocess(my_task, self.subprocess_specs[spec_name])

    def add_subprocess(self, task: Task, spec: BpmnProcessSpec, **kwargs: Any) -> SubWorkflow:
        """Open a scope; `deserializing=True` leaves it without tasks."""
        scope = SubWorkflow(spec, parent_task_id=task.id, top_workflow=self, **kwargs)
        self.subprocesses[task.id] = scope
        return scope

    @property
    def scopes(self) -> list["Workflow | SubWorkflow"]:
        """The instance itself and every open sub-process, outermost first."""
        return [self, *(scope for scope in self.subprocesses.values() if not scope.completed)]
