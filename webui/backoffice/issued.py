"""The link of a process token, for the one moment in which it is shown."""

from dataclasses import dataclass, field

from flask import url_for
from markupsafe import Markup

from engine.config import Settings
from engine.tokens import IssuedToken
from forms.qr import svg

QR_SIZE = 240
"""Width and height of the QR code, in CSS pixels."""


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link and its QR code. They are nowhere else and cannot be had again."""

    id: str
    name: str
    link: str = field(repr=False)
    qr: Markup = field(repr=False)


def address_of(link: str, settings: Settings) -> str:
    """Return the address of a link, as people open it; see `shown_link`."""
    if settings.public_url is not None:
        return settings.link(link)
    return url_for("journey.landing", link=link, _external=True)


def shown_link(issued: IssuedToken, settings: Settings) -> ShownLink:
    """Return the link as people open it: at the public URL or, without one, where this request came to."""
    link = address_of(issued.link, settings)
    return ShownLink(issued.id, issued.name, link, svg(link, "QR code of the link", QR_SIZE))
