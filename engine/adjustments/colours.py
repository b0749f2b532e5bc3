"""Colours with enough contrast (WCAG 2.2, 1.4.3), and what is derived from an accent."""

import colorsys
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from engine.declare import ParameterInvalid

ENOUGH = 4.5
"""The least contrast of a text (AA)."""

_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})", re.ASCII | re.IGNORECASE)
_HALVINGS = 10
"""How exactly a lighter or darker colour is looked for: to a thousandth."""

_SOFT, _SOFT_HOVER = 0.1, 0.16
"""How much of the accent is in the backgrounds that are tinted with it."""


class Colour(str):
    """A colour of sRGB, as CSS writes it: `#3f4fd6`. Nothing else is one, so it can stand in a stylesheet."""

    __slots__ = ()

    @classmethod
    def convert(cls, value: object) -> Self:
        """Return the colour that is written as `#3f4fd6` or `#34d`; raises `ParameterInvalid`."""
        found = _HEX.fullmatch(value.strip()) if isinstance(value, str) else None
        if found is None:
            raise ParameterInvalid("Write a colour as # and six digits or letters from a to f: #3f4fd6.")
        digits = found[1].lower()
        return cls("#" + ("".join(each * 2 for each in digits) if len(digits) < 6 else digits))  # noqa: PLR2004 - #rgb or #rrggbb

    @property
    def parts(self) -> tuple[float, float, float]:
        """Red, green and blue, each from 0 to 1."""
        red, green, blue = (int(self[place : place + 2], 16) / 255 for place in (1, 3, 5))
        return red, green, blue

    @classmethod
    def of(cls, parts: tuple[float, ...]) -> Self:
        """Return the nearest colour that can be written."""
        return cls("#" + "".join(f"{round(max(0.0, min(1.0, each)) * 255):02x}" for each in parts))

    def mixed(self, other: "Colour", share: float) -> "Colour":
        """Return this colour with a share of another, from 0 to 1."""
        return Colour.of(
            tuple(mine + (theirs - mine) * share for mine, theirs in zip(self.parts, other.parts, strict=True))
        )

    @property
    def luminance(self) -> float:
        """Its relative luminance, from 0 to 1."""
        red, green, blue = (_linear(each) for each in self.parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue


WHITE, BLACK = Colour("#ffffff"), Colour("#000000")


class Theme(StrEnum):
    """One of the two."""

    LIGHT = "light"
    DARK = "dark"


BACKGROUNDS = {
    Theme.LIGHT: (Colour("#ffffff"), Colour("#f3f4f8"), Colour("#f6f7fa")),
    Theme.DARK: (Colour("#161920"), Colour("#0c0e13"), Colour("#1d212a")),
}
"""What the pages have behind their texts: surface, canvas and sunken of `idflow.css`; a test compares."""


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours: from 1 to 21."""
    lighter, darker = sorted((one.luminance, other.luminance), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@dataclass(frozen=True, slots=True)
class Palette:
    """What the pages use of an accent, each with enough contrast to what it stands on when `is_readable`."""

    accent: Colour
    hover: Colour
    soft: Colour
    soft_hover: Colour
    on_accent: Colour
    text_on_accent: float
    """Its contrast."""
    on_background: float
    """The contrast of the accent with the background on which it is least."""

    @property
    def is_readable(self) -> bool:
        """Whether both are enough."""
        return min(self.text_on_accent, self.on_background) >= ENOUGH


def palette(accent: Colour, theme: Theme) -> Palette:
    """Return what follows from an accent."""
    surface = BACKGROUNDS[theme][0]
    away = BLACK if theme is Theme.LIGHT else WHITE
    on_accent = max(WHITE, accent.mixed(BLACK, 0.85), BLACK, key=lambda each: _worth(each, accent))
    return Palette(
        accent=accent,
        hover=accent.mixed(away, 0.2),
        soft=_tint(surface, accent, _SOFT),
        soft_hover=_tint(surface, accent, _SOFT_HOVER),
        on_accent=on_accent,
        text_on_accent=contrast(on_accent, accent),
        on_background=min(contrast(accent, each) for each in BACKGROUNDS[theme]),
    )


def nearest(accent: Colour, theme: Theme) -> Colour:
    """Return the colour of the same hue and saturation that is readable and as little lighter or darker as can be."""
    if palette(accent, theme).is_readable:
        return accent
    hue, lightness, saturation = colorsys.rgb_to_hls(*accent.parts)
    # Contrast grows all the way to black, or white, which is always enough.
    near, far = lightness, 0.0 if theme is Theme.LIGHT else 1.0
    found = BLACK if theme is Theme.LIGHT else WHITE
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        tried = Colour.of(colorsys.hls_to_rgb(hue, middle, saturation))
        if palette(tried, theme).is_readable:
            found, far = tried, middle
        else:
            near = middle
    return found


def _worth(text: Colour, background: Colour) -> float:
    """Return the contrast as far as it helps: of two that are easy to read, the first one is taken."""
    return min(contrast(text, background), ENOUGH + 1)


def _tint(surface: Colour, accent: Colour, share: float) -> Colour:
    """Return the surface with as much of the accent as the accent can still be read on."""
    tints = (surface.mixed(accent, share * part) for part in (1, 0.75, 0.5, 0.25))
    return next((each for each in tints if contrast(accent, each) >= ENOUGH), surface)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - IEC 61966-2-1
