"""The routes of webhooks."""

from engine.accounts import Permission
from engine.application import Application
from webui.backoffice.access import Access, Routes
from webui.backoffice.deliveries import DeliveryPages
from webui.backoffice.webhook_actions import ACTIONS, WebhookActions
from webui.backoffice.webhooks import WebhookPages


def add(routes: Routes, application: Application, access: Access) -> None:
    """Add them."""
    view, edit, post, one = Permission.WEBHOOKS_VIEW, Permission.WEBHOOKS_EDIT, ["POST"], "/webhooks/<webhook_id>"
    pages, deliveries = WebhookPages(application, access), DeliveryPages(application, access)
    actions = WebhookActions(application, access)
    routes.add("/webhooks", "webhooks", pages.list, needs=view)
    routes.add("/webhooks", "create_webhook", pages.create, needs=edit, methods=post)
    routes.add("/new-webhook", "new_webhook", pages.new, needs=edit)
    routes.add(one, "webhook", pages.show, needs=view)
    routes.add(f"{one}/edit", "edit_webhook", pages.edit, needs=edit)
    routes.add(f"{one}/edit", "change_webhook", pages.change, needs=edit, methods=post)
    for name in ACTIONS:
        routes.add(f"{one}/{name}", f"ask_{name}_webhook", actions.asking(name), needs=edit)
        routes.add(f"{one}/{name}", f"{name}_webhook", actions.doing(name), needs=edit, methods=post)
    routes.add(f"{one}/test", "test_webhook", deliveries.test, needs=edit, methods=post)
    delivery = f"{one}/deliveries/<delivery_id>"
    routes.add(delivery, "delivery", deliveries.show, needs=view)
    routes.add(f"{delivery}/again", "send_again", deliveries.again, needs=edit, methods=post)
