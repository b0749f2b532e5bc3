"""Webhooks: others are told by HTTP of what happens, signed, again until they have taken it, with a log.

desk.py      what pages, commands and the worker ask      records.py    webhooks and deliveries, for others
events.py    what can be told, declared once              payload.py    how it is written
following.py the audit trail as an outbox                 sending.py    one attempt, as a job
schedule.py  when it is tried again                       signing.py    Standard Webhooks
registry.py  made, changed, switched, new secrets         log.py        what was delivered
switching.py switching one off
"""

from engine.webhooks.desk import Webhooks
from engine.webhooks.events import MEANINGS, PUBLIC, EventType
from engine.webhooks.log import WantedDeliveries
from engine.webhooks.records import (
    MAXIMUM_DESCRIPTION,
    AttemptRecord,
    DeliveryDetail,
    DeliveryNotFound,
    DeliveryRecord,
    DeliveryState,
    IssuedWebhook,
    OffBecause,
    WebhookChanged,
    WebhookInvalid,
    WebhookNotFound,
    WebhookRecord,
)
from engine.webhooks.registry import WebhookSettings

__all__ = [
    "MAXIMUM_DESCRIPTION",
    "MEANINGS",
    "PUBLIC",
    "AttemptRecord",
    "DeliveryDetail",
    "DeliveryNotFound",
    "DeliveryRecord",
    "DeliveryState",
    "EventType",
    "IssuedWebhook",
    "OffBecause",
    "WantedDeliveries",
    "WebhookChanged",
    "WebhookInvalid",
    "WebhookNotFound",
    "WebhookRecord",
    "WebhookSettings",
    "Webhooks",
]
