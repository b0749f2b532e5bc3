"""How the end user's pages look: who asks, the logo, the colours, what is said on every page.

`/brand.css?v=<hash>` sets custom properties and nothing else; `/brand/logo?v=<hash>` is a logo. Both are kept by
browsers for ever, and are asked for only where something was set. An SVG is only shown as an image, and its response
lets it run nothing, wherever it is opened: a policy with a sandbox, and the type that it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from flask import Flask, Response, abort, g, request, url_for

from engine.adjustments import BRANDING, Adjustments, Branding
from engine.adjustments.branding import Corners, Picture
from engine.adjustments.colours import Palette, Theme, palette
from webui import language
from webui.headers import IMAGE_POLICY, POLICY, may_be_kept

ROUTES = frozenset({"brand_css", "brand_logo"})

LINKS = ("privacy", "imprint", "support")

_HASH_LENGTH = 16
_DEFAULT = Branding.read({})


class Said(NamedTuple):
    """A text of the organisation, and what a page says of its language when it is not that of the page."""

    text: str
    tag: str = ""
    direction: str = ""

    @property
    def paragraphs(self) -> list[str]:
        """The text in parts: an empty line is between two of them."""
        return [each.strip() for each in self.text.split("\n\n") if each.strip()]


@dataclass(frozen=True)
class Brand:
    """What a page needs of it."""

    branding: Branding
    sheets: Sequence[str] | None = None
    """Addresses of other stylesheets than the saved one: those of a preview."""
    sources: dict[str, str] = field(default_factory=dict)
    """Where the files of logos are that were not saved."""

    @property
    def name(self) -> str:
        """Who asks."""
        return self.branding.name

    @property
    def alternative(self) -> str:
        """What is said for the logo."""
        return self.branding.alternative or self.name

    @cached_property
    def css(self) -> str:
        """The stylesheet; empty when it would say what the other one says."""
        return stylesheet(self.branding)

    @cached_property
    def css_hash(self) -> str:
        """What the stylesheet is called by."""
        return sha256(self.css.encode()).hexdigest()[:_HASH_LENGTH]

    @property
    def styles(self) -> Sequence[str]:
        """The addresses of the stylesheets after the common ones."""
        if self.sheets is not None:
            return self.sheets
        return [url_for("brand_css", v=self.css_hash)] if self.css else []

    def source(self, picture: Picture) -> str:
        """Return the address of a logo."""
        return self.sources.get(picture.file) or url_for("brand_logo", v=picture.file)

    @property
    def links(self) -> dict[str, Said]:
        """The links below every page that there are, in their order."""
        return {name: said for name in LINKS if (said := self.said(name)) is not None}

    def said(self, name: str) -> Said | None:
        """Return a text or link in the language of the page, or else in another one; None when there is none."""
        spoken = language.current()
        found = self.branding.text(name, spoken.tag)
        if found is None:
            return None
        other = next((each for each in language.offered() if each.tag == found.language), None)
        if other is None or other == spoken:
            return Said(found.text)
        return Said(found.text, other.tag, other.direction)


class Brands:
    """The brand of an installation."""

    def __init__(self, adjustments: Adjustments) -> None:
        self._adjustments = adjustments
        self._known = Brand(_DEFAULT)

    def current(self, *, fresh: bool = False) -> Brand:
        """Return the brand that the page of the current request has: made anew only when another one was saved."""
        if "brand" in g:
            shown: Brand = g.brand
            return shown
        branding = self._adjustments.current(BRANDING, fresh=fresh)
        if branding is not self._known.branding:
            self._known = Brand(branding)
        return self._known

    def css(self) -> Response:
        """Return the stylesheet."""
        wanted, brand = request.args.get("v"), self.current()
        if wanted != brand.css_hash:
            # Another process may know more than this one.
            brand = self.current(fresh=True)
        response = Response(brand.css, mimetype="text/css")
        return may_be_kept(response) if wanted == brand.css_hash else response

    def logo(self) -> Response:
        """Return a logo."""
        file = self._adjustments.file(request.args.get("v", ""))
        if file is None:
            abort(404)
        response = Response(file.content, content_type=file.media_type)
        response.headers[POLICY] = IMAGE_POLICY
        return may_be_kept(response)


def use(brand: Brand) -> None:
    """Let the page of the current request have another brand: one that was not saved."""
    g.brand = brand


def install(app: Flask, adjustments: Adjustments) -> None:
    """Let templates call `branding()`, and serve the stylesheet and the logos."""
    brands = Brands(adjustments)
    app.jinja_env.globals |= {"branding": brands.current}
    app.add_url_rule("/brand.css", "brand_css", brands.css)
    app.add_url_rule("/brand/logo", "brand_logo", brands.logo)


def stylesheet(branding: Branding, only: Theme | None = None) -> str:
    """Return custom properties of both themes, or of `only` one whatever the browser prefers; empty for the usual ones.

    Nothing in it is text that somebody wrote: colours are `Colour`s, and corners a choice.
    """
    parts: list[str] = []
    if branding.corners != _DEFAULT.corners or only:
        parts.append(f":root{{--radius:{Corners(branding.corners).radius}px}}")
    # Both or none: a later stylesheet for every theme counts before an earlier one for the dark one.
    if only or (branding.accent, branding.dark_accent) != (_DEFAULT.accent, _DEFAULT.dark_accent):
        accents = {Theme.LIGHT: branding.accent, Theme.DARK: branding.dark_accent}
        blocks = {theme: _properties(palette(accent, theme)) for theme, accent in accents.items()}
        if only:
            parts.append(blocks[only])
        else:
            parts += [blocks[Theme.LIGHT], f"@media (prefers-color-scheme:dark){{{blocks[Theme.DARK]}}}"]
    return "\n".join(parts)


def _properties(colours: Palette) -> str:
    named = {
        "accent": colours.accent,
        "accent-hover": colours.hover,
        "accent-soft": colours.soft,
        "accent-soft-hover": colours.soft_hover,
        "on-accent": colours.on_accent,
    }
    return ":root{" + ";".join(f"--{name}:{colour}" for name, colour in named.items()) + "}"
