"""The person, on the engine alone: the form is rendered when somebody looks at it, and there is no page around it."""

from collections.abc import Mapping
from functools import lru_cache, partial
from secrets import token_bytes
from typing import Any

from engine.form import Posted
from engine.instances import OpenTask, Step
from engine.throwaway import Trial
from forms import Rendered, answers, changed, is_action, qr_content, render
from webui.testing.failures import JourneyFailed
from webui.testing.page import Button, FormPage
from webui.testing.person import Person


class Headless(Person):
    """Goes through one journey without pages."""

    def begin(self, key: str, variables: Mapping[str, Any]) -> Trial:
        """Start the process, or wait for the event that starts it."""
        self.trial = Trial.start(self.kit.throwaway, key, variables, token_bytes(32))
        return self.trial

    def show(self) -> FormPage | None:
        """Render the form that waits."""
        step = self._step()
        return None if step is None or step.task is None else self._rendered(step, step.task)

    def send(self, page: FormPage, button: Button | None) -> FormPage | None:
        """Submit the form; show it again when something is wrong, or when that was not what the button is for."""
        step, task = self._open()
        posted = page.posted(button)
        if is_action(posted):
            return self._rendered(step, task, changed(posted))
        taken = self.trial.submit(task.id, posted)
        if not (taken.errors or taken.unasked):
            return None
        again = self._step()
        if again is None or again.task is None or again.task.id != task.id:
            return None
        return self._rendered(again, again.task, posted, check=bool(taken.errors))

    def qr(self, element_id: str | None) -> str:
        """Return the content that the form gives the QR code."""
        __tracebackhide__ = True
        step, task = self._open()
        contents = qr_content(task.form.content, step.variables, reveal=partial(self._reveal, step))
        found = [content for element, content in contents if element_id in {None, element}]
        if len(found) != 1:
            where = "on the page" if element_id is None else f"in the element {element_id!r}"
            raise JourneyFailed(f"There should be one QR code {where}, and there are {len(found)}.")
        return found[0]

    def press(self, text: str | None = None) -> None:
        """Press a button; a form on which nothing is to be filled in, and which nobody has looked at, is only sent."""
        __tracebackhide__ = True
        if text is None and self._page is None:
            _, task = self._open()
            if _asks_nothing(task.form.content):
                self.trial.submit(task.id, {})
                return
        super().press(text)

    def _step(self) -> Step | None:
        return self.trial.step if self.trial.instance_id else None

    def _open(self) -> tuple[Step, OpenTask]:
        __tracebackhide__ = True
        step = self._step()
        if step is None or step.task is None:
            raise JourneyFailed("No form is open.")
        return step, step.task

    def _reveal(self, step: Step, reference: Any) -> str:
        return self.kit.throwaway.application.journeys.reveal(step, reference)

    def _rendered(self, step: Step, task: OpenTask, posted: Posted | None = None, *, check: bool = False) -> FormPage:
        form: Rendered = render(
            task.form.content,
            step.variables,
            reveal=partial(self._reveal, step),
            posted=posted,
            earlier=task.earlier,
            check=check,
            readonly=task.readonly,
            hide_buttons=task.hide_buttons,
            now=self.kit.now,
        )
        return FormPage(str(form.html), form.live)


@lru_cache(maxsize=256)
def _asks_nothing(form: bytes) -> bool:
    return not answers(form)
