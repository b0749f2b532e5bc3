"""What was delivered to a webhook: one delivery with its attempts, a test event, sending something again."""

from dataclasses import dataclass

import orjson
from werkzeug.wrappers import Response

from engine.application import Application
from engine.identity import Cause
from webui.backoffice import webhook_words
from webui.backoffice.access import Access
from webui.backoffice.requests import page, to


@dataclass(frozen=True, slots=True)
class DeliveryPages:
    """The pages of deliveries."""

    application: Application
    access: Access

    def show(self, webhook_id: str, delivery_id: str) -> Response:
        """Show what is sent, and every attempt."""
        detail = self.application.webhooks.delivery(webhook_id, delivery_id)
        return page(
            "webhooks/delivery.html",
            webhook=self.application.webhooks.get(webhook_id),
            delivery=detail.delivery,
            body=orjson.dumps(orjson.loads(detail.body), option=orjson.OPT_INDENT_2).decode(),
            attempts=detail.attempts,
            states=webhook_words.STATES,
        )

    def test(self, webhook_id: str) -> Response:
        """Send a test event."""
        made = self.application.webhooks.test(webhook_id, self._who)
        return to("delivery", webhook_id=webhook_id, delivery_id=made, done="webhook-tested")

    def again(self, webhook_id: str, delivery_id: str) -> Response:
        """Send the same event once more."""
        self.application.webhooks.send_again(webhook_id, delivery_id, self._who)
        return to("delivery", webhook_id=webhook_id, delivery_id=delivery_id, done="webhook-again")

    @property
    def _who(self) -> Cause:
        return Cause(self.access.who)
