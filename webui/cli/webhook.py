"""`idflow webhook`."""

from pathlib import Path

import click

from engine.application import Application
from engine.webhooks import PUBLIC, DeliveryState, WantedDeliveries, WebhookNotFound, WebhookRecord, WebhookSettings
from webui.cli.options import data_option, installation

_MAXIMUM = 1000


@click.group()
def webhook() -> None:
    """Webhooks: who is told by HTTP of what happens."""


@webhook.command("list")
@data_option
def list_(data: Path | None) -> None:
    """List the webhooks by name; never the whole URL."""
    with installation(data) as application:
        found = application.webhooks.list()
    for each in found:
        events = "every event" if len(each.events) == len(PUBLIC) else ", ".join(each.events)
        click.echo(f"{each.id}  {_state(each)}  {each.name}  {each.origin}  {events}")
    if not found:
        click.echo("There are no webhooks.")


@webhook.command()
@click.argument("url")
@click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice([each.value for each in PUBLIC]),
    help="What it is told of; can be repeated. [default: everything]",
)
@click.option("--description", default="", help="What lists call it.")
@data_option
def add(url: str, events: tuple[str, ...], description: str, data: Path | None) -> None:
    """Make a webhook for URL and print its secret, which is shown only now."""
    wanted = tuple(dict.fromkeys(events)) or tuple(each.value for each in PUBLIC)
    with installation(data) as application:
        issued = application.webhooks.create(WebhookSettings(url, wanted, description))
    click.echo(f"Webhook: {issued.record.id}\nSecret: {issued.secret}")


@webhook.command()
@click.argument("webhook_id", metavar="ID")
@click.argument("state", type=click.Choice(["on", "off"]))
@data_option
def switch(webhook_id: str, state: str, data: Path | None) -> None:
    """Switch the webhook ID on, for what happens from now on, or off, which stops what waits for it."""
    with installation(data) as application:
        application.webhooks.switch(webhook_id, state == "on", application.webhooks.get(webhook_id).revision)
    click.echo(f"The webhook is {state}.")


@webhook.command()
@click.argument("webhook_id", metavar="ID")
@data_option
def rotate(webhook_id: str, data: Path | None) -> None:
    """Give the webhook ID a new secret and print it; the former one signs, too, for 24 hours."""
    with installation(data) as application:
        issued = application.webhooks.rotate(webhook_id, application.webhooks.get(webhook_id).revision)
    click.echo(
        f"Secret: {issued.secret}\nThe former secret signs, too, until {issued.record.former_until:%Y-%m-%d %H:%MZ}."
    )


@webhook.command()
@click.argument("webhook_id", metavar="ID", required=False)
@click.option("--state", type=click.Choice([each.value for each in DeliveryState]), help="Only those that stand so.")
@click.option("--limit", type=click.IntRange(1, _MAXIMUM), default=50, show_default=True)
@data_option
def deliveries(webhook_id: str | None, state: str | None, limit: int, data: Path | None) -> None:
    """List the deliveries to the webhook ID, or to all of them, each with the newest first."""
    wanted = WantedDeliveries(DeliveryState(state) if state else None)
    with installation(data) as application:
        for each in _chosen(application, webhook_id):
            for row in application.webhooks.deliveries(each.id, wanted, limit=limit).rows:
                came_to = f"answered {row.status}" if row.status else row.problem or "not tried yet"
                later = f", again at {row.next_at:%Y-%m-%d %H:%M:%SZ}" if row.next_at and row.attempts else ""
                said = (f"{row.created_at:%Y-%m-%d %H:%M:%SZ}", row.state, row.event, row.event_id, each.name)
                click.echo("  ".join(said) + f"  {row.attempts} attempts: {came_to}{later}")


def _chosen(application: Application, webhook_id: str | None) -> list[WebhookRecord]:
    found = [each for each in application.webhooks.list() if webhook_id in {None, each.id}]
    if webhook_id is not None and not found:
        raise WebhookNotFound
    return found


def _state(each: WebhookRecord) -> str:
    if each.active:
        return "failing" if each.failing_since else "active"
    return f"off ({each.off_because})" if each.off_because else "off"
