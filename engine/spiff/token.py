"""A token: SpiffWorkflow's task, without the tree of tasks that might follow it."""

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.model import Flow

if TYPE_CHECKING:
    from engine.spiff.element import ElementSpec
    from engine.spiff.scope import Scope

LIVE = TaskState.READY | TaskState.STARTED | TaskState.WAITING


class Token(Task):
    """Stands at one element of one scope, and is gone when the element is left.

    The library keeps every task that ever ran and predicts those that may follow, in a tree; both grow without end in
    a loop. What happened is in the instance's history, and what follows is decided when it follows.
    """

    workflow: "Scope"
    task_spec: "ElementSpec"

    def __init__(  # noqa: PLR0913 - what is stored of it
        self,
        scope: "Scope",
        spec: "ElementSpec",
        state: int = TaskState.READY,
        *,
        token_id: UUID | None = None,
        notes: dict[str, Any] | None = None,
        local: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(scope, spec, None, state, token_id or uuid4())
        scope.top_workflow.size += 1
        self.notes = notes if notes is not None else {}
        """What is kept with it while it is here. JSON values."""
        self.local = local
        """Variables that only this token, and what runs inside it, can see."""
        self.chosen: tuple[Flow, ...] = ()
        """The flows on which it goes on."""

    @property
    def here(self) -> bool:
        """Whether it has neither left nor been cancelled."""
        return self.id in self.workflow.tasks

    def run(self) -> bool | None:
        """Run the element; nothing further happens to a token that was cancelled meanwhile."""
        self._set_state(TaskState.STARTED)
        result: bool | None = self.task_spec._run(self)
        if result and self.here:
            self.complete()
        return result

    def _set_state(self, value: int) -> None:
        # The library's own also logs, and builds what it would log even when nobody listens.
        self._state = value
