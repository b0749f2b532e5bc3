"""What each kind of element does when it runs."""

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import ErrorEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import (
    BoundaryEventMixin,
    BpmnSpecMixin,
    EndEventMixin,
    StartEventMixin,
    SubWorkflowTaskMixin,
    UserTaskMixin,
)
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import BpmnError
from engine.model import Element
from engine.variables import assign


class _ElementSpec(BpmnSpecMixin):
    """A specification that knows the element it was made from."""

    element: Element

    def keep_outputs(self, task: Task, **local: Any) -> None:
        """Carry out the output mapping; `local` values can be named in it."""
        workflow = task.workflow.top_workflow
        for path, source in self.element.outputs.items():
            assign(workflow.variables, path, workflow.evaluate(source, **local))


class StartEvent(StartEventMixin, _ElementSpec):
    """A none start event."""


class ServiceTask(_ElementSpec):
    """Runs an activity."""

    def _run_hook(self, my_task: Task) -> bool:
        workflow = my_task.workflow.top_workflow
        inputs = {key: workflow.evaluate(source) for key, source in self.element.inputs.items() if source}
        result = workflow.call(self.element, inputs)
        self.keep_outputs(my_task, result=result)
        return True


class ScriptTask(_ElementSpec):
    """Evaluates FEEL and keeps the value."""

    def _run_hook(self, my_task: Task) -> bool:
        script = self.element.script
        workflow = my_task.workflow.top_workflow
        value = None if script is None else workflow.evaluate(script)
        if self.element.result_variable:
            assign(workflow.variables, self.element.result_variable, value)
        self.keep_outputs(my_task, result=value)
        return True


class UserTask(UserTaskMixin, _ElementSpec):
    """Waits for a person. It is run by `Run.submit` alone."""

    def _run_hook(self, my_task: Task) -> bool:
        self.keep_outputs(my_task)
        return True


class BoundaryEvent(BoundaryEventMixin, _ElementSpec):
    """Catches an error of the activity it sits on."""


class SubProcess(SubWorkflowTaskMixin, _ElementSpec):
    """An embedded sub-process. It shares the variables of its instance, so nothing is copied in or out."""

    def copy_data(self, my_task: Task, subworkflow: object) -> None:
        """Copy nothing."""

    def update_data(self, my_task: Task, subworkflow: object) -> None:
        """Copy nothing."""


class EndEvent(EndEventMixin, _ElementSpec):
    """A none, terminate or error end event.

    An error end event inside a sub-process raises its error there; at the top it ends the instance, as terminate does.
    """

    def _run_hook(self, my_task: Task) -> bool:
        # The library would throw the event through every scope and keep what nobody catches in the stored state.
        if isinstance(self.event_definition, ErrorEventDefinition) and my_task.workflow.parent_workflow is not None:
            code = self.event_definition.code
            raise BpmnError(f"{self.element.label!r} ended with the error {code}.", error_code=code)
        return True

    def _on_complete_hook(self, my_task: Task) -> None:
        if self._terminates:
            for task in list(my_task.workflow.tasks.values()):
                if task.has_state(TaskState.NOT_FINISHED_MASK) and task.id in my_task.workflow.tasks:
                    task.cancel()
            my_task.workflow._mark_complete(my_task)

    @property
    def declines(self) -> bool:
        """Whether an instance that ends here is declined."""
        return isinstance(self.event_definition, ErrorEventDefinition)

    @property
    def _terminates(self) -> bool:
        return isinstance(self.event_definition, TerminateEventDefinition | ErrorEventDefinition)
