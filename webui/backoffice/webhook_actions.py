"""What is done to a webhook as a whole: each asks first, is done to what was seen, and is kept with the reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import make_response, url_for
from werkzeug.wrappers import Response

from engine.application import Application
from engine.identity import Cause
from engine.webhooks import WebhookRecord, Webhooks
from webui.backoffice.access import Access
from webui.backoffice.asking import Question, ask, cause
from webui.backoffice.requests import page, to
from webui.backoffice.webhooks import revision


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done."""

    title: str
    text: str
    button: str
    work: Callable[[Webhooks, str, int, Cause], Response]
    danger: bool = False


def _on(webhooks: Webhooks, webhook_id: str, seen: int, why: Cause) -> Response:
    webhooks.switch(webhook_id, True, seen, why)
    return to("webhook", webhook_id=webhook_id, done="webhook-on")


def _off(webhooks: Webhooks, webhook_id: str, seen: int, why: Cause) -> Response:
    webhooks.switch(webhook_id, False, seen, why)
    return to("webhook", webhook_id=webhook_id, done="webhook-off")


def _rotate(webhooks: Webhooks, webhook_id: str, seen: int, why: Cause) -> Response:
    return page("webhooks/issued.html", issued=webhooks.rotate(webhook_id, seen, why), rotated=True)


def _delete(webhooks: Webhooks, webhook_id: str, seen: int, why: Cause) -> Response:
    webhooks.delete(webhook_id, seen, why)
    return to("webhooks", done="webhook-deleted")


ACTIONS: Mapping[str, Action] = {
    "on": Action(
        "Switch {} on?",
        "It is told of what happens from now on. What happened while it was off is not sent.",
        "Switch it on",
        _on,
    ),
    "off": Action(
        "Switch {} off?",
        "Nothing is sent to it any more, and what waits for another try is stopped. The log stays.",
        "Switch it off",
        _off,
        danger=True,
    ),
    "rotate": Action(
        "Give {} a new secret?",
        "The new secret is shown once. For 24 hours both secrets sign, so that the receiver can change over. "
        "A secret that was changed before stops signing at once.",
        "Make a new secret",
        _rotate,
    ),
    "delete": Action(
        "Delete {}?",
        "It is told of nothing any more, and its deliveries are deleted. This cannot be undone.",
        "Delete the webhook",
        _delete,
        danger=True,
    ),
}
"""By the end of their address."""


@dataclass(frozen=True, slots=True)
class WebhookActions:
    """Asks, and does."""

    application: Application
    access: Access

    def asking(self, name: str) -> Callable[[str], str]:
        """Return the view that says what an action does."""

        def ask_it(webhook_id: str) -> str:
            return self._ask(name, self.application.webhooks.get(webhook_id), {})

        return ask_it

    def doing(self, name: str) -> Callable[[str], Response]:
        """Return the view that does it."""

        def do_it(webhook_id: str) -> Response:
            errors: dict[str, str] = {}
            webhook, why = self.application.webhooks.get(webhook_id), cause(self.access, errors)
            if errors:
                return make_response(self._ask(name, webhook, errors), HTTPStatus.UNPROCESSABLE_ENTITY)
            return ACTIONS[name].work(self.application.webhooks, webhook_id, revision(), why)

        return do_it

    def _ask(self, name: str, webhook: WebhookRecord, errors: Mapping[str, str]) -> str:
        action = ACTIONS[name]
        question = Question(
            "webhooks",
            action.title.format(webhook.name),
            action.text,
            action.button,
            url_for(f"backoffice.{name}_webhook", webhook_id=webhook.id),
            url_for("backoffice.webhook", webhook_id=webhook.id),
            str(webhook.revision),
            danger=action.danger,
        )
        return ask(question, errors)
