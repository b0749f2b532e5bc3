"""Integration Hub > Webhooks: the list, a new one, one of them with its deliveries, the form of one."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import request
from werkzeug.wrappers import Response

from engine.application import Application
from engine.identity import Cause
from engine.identity.cause import MAXIMUM_REASON
from engine.store.paging import After
from engine.webhooks import (
    MAXIMUM_DESCRIPTION,
    PUBLIC,
    DeliveryState,
    EventType,
    WantedDeliveries,
    WebhookInvalid,
    WebhookRecord,
    WebhookSettings,
)
from webui.backoffice import webhook_words
from webui.backoffice.access import Access
from webui.backoffice.asking import cause, seen
from webui.backoffice.listing import PAGE
from webui.backoffice.requests import page, to

MAXIMUM_URL = 2000
"""In characters."""


@dataclass(slots=True)
class WebhookForm:
    """What was filled in."""

    url: str = ""
    description: str = ""
    events: Sequence[str] = ()
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls) -> "WebhookForm":
        """Return what the current request has sent."""
        url, description = (request.form.get(name, "").strip() for name in ("url", "description"))
        return cls(url, description, request.form.getlist("event"), request.form.get("reason", ""))

    @property
    def settings(self) -> WebhookSettings:
        """What is asked for."""
        return WebhookSettings(self.url, tuple(self.events), self.description)


@dataclass(frozen=True, slots=True)
class WebhookPages:
    """The pages of webhooks."""

    application: Application
    access: Access

    def list(self) -> Response:
        """Show every webhook."""
        webhooks = [(each, webhook_words.state_of(each)) for each in self.application.webhooks.list()]
        return page("webhooks/list.html", webhooks=webhooks, all=len(PUBLIC))

    def new(self) -> Response:
        """Ask where to, and what is to be told."""
        return self._form(None, WebhookForm())

    def create(self) -> Response:
        """Make a webhook, and show its secret: only now."""
        form = WebhookForm.sent()
        try:
            issued = self.application.webhooks.create(form.settings, Cause(self.access.who))
        except WebhookInvalid as refused:
            form.errors[refused.field] = refused.message
            return self._form(None, form)
        return page("webhooks/issued.html", issued=issued, rotated=False)

    def show(self, webhook_id: str) -> Response:
        """Show a webhook, and the deliveries that are looked for."""
        webhook = self.application.webhooks.get(webhook_id)
        state, event = request.args.get("state", ""), request.args.get("event", "")
        wanted = WantedDeliveries(
            DeliveryState(state) if state in set(DeliveryState) else None, event if event in set(EventType) else None
        )
        after = After.read(request.args.get("after", ""))
        found = self.application.webhooks.deliveries(webhook_id, wanted, after, PAGE)
        return page(
            "webhooks/show.html",
            webhook=webhook,
            said=webhook_words.state_of(webhook),
            deliveries=found.rows,
            next=found.next and str(found.next),
            first=after is None,
            wanted={"state": wanted.state and wanted.state.value, "event": wanted.event},
            states=webhook_words.STATES,
            outcome=webhook_words.outcome,
            events=list(EventType),
        )

    def edit(self, webhook_id: str) -> Response:
        """Show the whole URL and what else can be changed."""
        webhook = self.application.webhooks.get(webhook_id)
        form = WebhookForm(self.application.webhooks.url(webhook_id), webhook.description, webhook.events)
        return self._form(webhook, form)

    def change(self, webhook_id: str) -> Response:
        """Change a webhook."""
        form, webhook = WebhookForm.sent(), self.application.webhooks.get(webhook_id)
        why = cause(self.access, form.errors)
        if not form.errors:
            try:
                changed = self.application.webhooks.change(webhook_id, form.settings, revision(), why)
            except WebhookInvalid as refused:
                form.errors[refused.field] = refused.message
            else:
                return to("webhook", webhook_id=webhook_id, done="webhook-changed" if changed else "webhook-same")
        return self._form(webhook, form)

    def _form(self, webhook: WebhookRecord | None, form: WebhookForm) -> Response:
        return page(
            "webhooks/form.html",
            wrong=bool(form.errors),
            webhook=webhook,
            version=(seen() or webhook.revision) if webhook else "",
            form=form,
            errors=form.errors,
            choices=webhook_words.choices(),
            maximum_url=MAXIMUM_URL,
            maximum_description=MAXIMUM_DESCRIPTION,
            maximum_reason=MAXIMUM_REASON,
        )


def revision() -> int:
    """Return the revision of the webhook that the person saw who sent the current request; 0 is none."""
    return int(text) if (text := seen()).isascii() and text.isdigit() and len(text) < len(str(2**31)) else 0
