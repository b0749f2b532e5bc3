"""The specification of what is in one scope: the elements of a process, of a sub-process, or of a loop."""

from typing import TYPE_CHECKING

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

if TYPE_CHECKING:
    from engine.spiff.element import ElementSpec
    from engine.spiff.subprocesses import EventSubProcess


class ScopeSpec(BpmnProcessSpec):
    """Elements by their ids. Shared by all instances: it holds no state."""

    task_specs: dict[str, "ElementSpec"]

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        # The library's own start and end are not run, and their names are free for elements.
        self.task_specs.clear()
        self.starts: tuple[str, ...] = ()
        """The elements at which it begins: its none start event, or what no flow leads to (BPMN 2.0.2, 13.2)."""
        self.event_subprocesses: tuple[EventSubProcess, ...] = ()
        self.compensation: str | None = None
        """The event sub-process that undoes what was done in it."""
