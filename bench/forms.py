"""What a form costs: shown, shown with errors, read and checked; and how many bytes the first journey's page has."""

import json
from collections.abc import Callable
from functools import partial
from time import process_time
from typing import Any

import click
from jinja2 import Environment

from bench.figures import Figure, Target
from bench.installation import installation
from bench.timing import in_turns
from forms import FormJs, render
from webui import create_app

SIZES = (10, 200)
TARGETS = {10: 1.0, 200: 15.0}
"""Milliseconds of CPU that showing, and checking, a form of so many fields may take."""

PAGE_TARGET = 12 * 1024
"""How many bytes the page with the QR code may have on the wire, headers included and cached assets not."""

_KINDS = (
    "textfield",
    "number",
    "select",
    "checkbox",
    "radio",
    "textarea",
    "datetime",
    "textfield",
    "checklist",
    "text",
)
_VARIABLES = {"name": "Ann"}

_BARE = Environment(autoescape=True).from_string(
    "{% for field in fields %}<div><label for='f-{{ field.key }}'>{{ field.label }}</label>"
    "<p id='h-{{ field.key }}'>{{ field.description }}</p>"
    "<input id='f-{{ field.key }}' name='{{ field.key }}' aria-describedby='h-{{ field.key }}' required></div>"
    "{% endfor %}"
)
"""The same number of plain fields in one hand-written template: what Jinja alone takes."""


def _field(number: int) -> dict[str, Any]:
    kind = _KINDS[number % len(_KINDS)]
    if kind == "text":
        return {"type": kind, "id": f"f{number}", "text": "Some **text** for {{processvar.name}}"}
    made: dict[str, Any] = {
        "type": kind,
        "id": f"f{number}",
        "key": f"k{number}",
        "label": f"Field {number}",
        "description": "A hint",
    }
    made["validate"] = {"required": True}
    if kind in {"select", "radio", "checklist"}:
        made["values"] = [{"label": f"Option {each}", "value": f"v{each}"} for each in range(4)]
    return made


def _document(fields: int) -> tuple[bytes, list[dict[str, Any]]]:
    components = [_field(number) for number in range(fields)]
    send = {"type": "submit", "id": "send"}
    return json.dumps({"type": "default", "id": "Bench", "components": [*components, send]}).encode(), components


def page_bytes() -> int:
    """Return the size of the page with the QR code of the first journey: one answer, headers included."""
    with installation() as (application, link):
        client = create_app(application).test_client()
        landing = client.get(f"/t/{link}").text
        values = {
            name: landing.split(f'name="{name}" value="', 1)[1].split('"', 1)[0] for name in ("csrf_token", "nonce")
        }
        page = client.post(f"/t/{link}", data=values, follow_redirects=True)
        if '<svg class="qrcode"' not in page.text:
            raise RuntimeError("the page shows no QR code")
        return len(page.data) + len(str(page.headers).encode())


@click.command("forms")
@click.option("--rounds", type=click.IntRange(5), default=100, show_default=True)
def command(rounds: int) -> None:
    """Measure forms; print medians of CPU time in milliseconds beside their targets."""
    *measured, page = figures(rounds)
    click.echo(f"{'':44}{'ms of CPU':>10}{'target':>8}")
    for each in measured:
        target = "" if each.target is None else f"{each.target.bound:.0f}"
        click.echo(f"{each.what:44}{each.value:>10.2f}{target:>8}")
    click.echo(f"{page.what}: {page.value:.0f} bytes on the wire, target {PAGE_TARGET}")


def figures(rounds: int) -> list[Figure]:
    """Return what forms cost beside the targets; the page with the QR code last."""
    found = []
    for size in SIZES:
        content, components = _document(size)
        posted = {each["key"]: ["v1"] for each in components if "key" in each}
        measured: dict[str, Callable[[], object]] = {
            "hand-written template, plain fields": partial(_BARE.render, fields=components),
            "show": partial(render, content, _VARIABLES),
            "show again with errors": partial(render, content, _VARIABLES, posted=posted, check=True),
            "read and check": partial(FormJs().read, content, _VARIABLES, posted),
        }
        for name, milliseconds in in_turns(measured, rounds, process_time).items():
            target = None if "template" in name else Target(TARGETS[size])
            found.append(Figure(f"{size:>4} fields: {name}", milliseconds, "ms of CPU", target))
    return [*found, Figure("page with its QR code", page_bytes(), "bytes", Target(PAGE_TARGET))]
