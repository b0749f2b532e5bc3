"""Acts in a sandbox."""

from collections.abc import Callable

from engine.sandbox import Sandbox, SandboxState
from engine.throwaway import SAMPLE
from tests.sandbox.conftest import Installed


class Tried:
    """A sandbox, acted in by one request after the other."""

    def __init__(self, installed: Installed, sandbox_id: str) -> None:
        self.installed, self.id = installed, sandbox_id

    def do(self, act: Callable[[Sandbox], object]) -> SandboxState:
        self.installed.sandboxes.change(self.installed.account, self.id, act)
        return self.state

    @property
    def state(self) -> SandboxState:
        with self.installed.sandboxes.look(self.installed.account, self.id) as sandbox:
            return sandbox.state()

    def submit(self, **values: str) -> SandboxState:
        def act(sandbox: Sandbox) -> None:
            task = sandbox.step().task
            assert task is not None
            sandbox.submit(task.id, {name: [value] for name, value in values.items()})

        return self.do(act)

    def code(self, external_id: str = SAMPLE) -> str:
        return next(each.code for each in self.state.codes if each.external_id == external_id)

    @property
    def at(self) -> list[str]:
        return [each.element_id for each in self.state.places if each.waits_for == "form"]
