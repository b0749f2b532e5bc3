"""How the pages of end users look and what they say of the organisation: declared once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Self

from engine.adjustments.colours import ENOUGH, Colour, Theme, nearest, palette
from engine.adjustments.group import Group
from engine.adjustments.links import Link
from engine.declare import Declared, ParameterInvalid, parameter

MAXIMUM_NAME = 60
MAXIMUM_INTRODUCTION = 600
MAXIMUM_HELP = 200
MAXIMUM_ALTERNATIVE = 120
"""In characters, like those above."""

DEFAULT_NAME = "Idflow"
FALLBACK = "en"
"""The language whose text stands for one that is missing."""


class Corners(StrEnum):
    """How round buttons, fields and cards are."""

    SQUARE = "square"
    SLIGHT = "slight"
    ROUND = "round"

    @property
    def radius(self) -> int:
        """In pixels."""
        return {Corners.SQUARE: 0, Corners.SLIGHT: 8, Corners.ROUND: 16}[self]


class Text(str):
    """A text in paragraphs, without control characters."""

    __slots__ = ()
    breaks: ClassVar[str] = "\n"

    @classmethod
    def convert(cls, value: object) -> Self:
        """Return the text; raises `ParameterInvalid`."""
        text = value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""
        if not all(each.isprintable() or each in cls.breaks for each in text):
            raise ParameterInvalid("Take the control characters out of the text.")
        return cls(text)


class Line(Text):
    """A text in one line: it can stand in a header of a mail."""

    __slots__ = ()
    breaks: ClassVar[str] = ""


class LocalTexts(Declared):
    """What the pages say in one language."""

    language: str = parameter("Language", required=True, maximum=35)
    introduction: Text | None = parameter(
        "Introduction",
        maximum=MAXIMUM_INTRODUCTION,
        help="On the first page, below what the journey is for. An empty line begins a paragraph.",
    )
    contact: Line | None = parameter(
        "Help", maximum=MAXIMUM_HELP, help="On every page: whom people can ask, with a number or an address."
    )
    privacy: Link | None = parameter("Privacy", help="Link at the bottom of every page: https:// or mailto:.")
    imprint: Link | None = parameter("Imprint", help="Link at the bottom of every page.")
    support: Link | None = parameter("Support", help="Link at the bottom of every page.")


class Picture(Declared):
    """A logo. Its file is kept apart."""

    file: str = parameter("File", default="")
    """Its id; empty: there is none."""
    width: int = parameter("Width", default=0)
    """In pixels, as a page shows it."""
    height: int = parameter("Height", default=0)

    def __bool__(self) -> bool:
        return bool(self.file)


class Branding(Declared):
    """How the pages of end users look."""

    name: Line = parameter(
        "Organisation",
        default=DEFAULT_NAME,
        maximum=MAXIMUM_NAME,
        help="Who asks: on every page of a journey, and the sender of mails that have no other name.",
    )
    logo: Picture = parameter("Logo", help="Instead of the mark and the name.")
    dark_logo: Picture = parameter("Logo for dark mode", help="Without one, the other is shown there, too.")
    alternative: Line | None = parameter(
        "Alternative text",
        maximum=MAXIMUM_ALTERNATIVE,
        help="What screen readers say for the logo. Empty: the name of the organisation.",
    )
    accent: Colour = parameter("Accent colour", default="#3f4fd6", help="Buttons, links and marks in light mode.")
    dark_accent: Colour = parameter(
        "Accent colour for dark mode", default="#a3adff", help="Lighter, because it stands on a dark ground."
    )
    corners: str = parameter(
        "Corners", default=Corners.SLIGHT.value, choices=tuple(Corners), help="Of buttons, fields and cards."
    )
    texts: tuple[LocalTexts, ...] = parameter("Texts", default=())

    def text(self, name: str, language: str) -> "LocalText | None":
        """Return a text or link in a language, or else in English, or else in any; None when there is none."""
        by_language = {each.language: value for each in self.texts if (value := getattr(each, name))}
        for tag in (language, FALLBACK, *by_language):
            if tag in by_language:
                return LocalText(by_language[tag], tag)
        return None

    @property
    def files(self) -> frozenset[str]:
        """The files that it needs."""
        return frozenset(each.file for each in (self.logo, self.dark_logo) if each)


@dataclass(frozen=True, slots=True)
class LocalText:
    """A text, and the language that it is in."""

    text: str
    language: str


def accents(branding: Branding) -> Iterable[tuple[str, Theme, Colour]]:
    """Return the accent of each theme, with the name of its setting."""
    yield "accent", Theme.LIGHT, branding.accent
    yield "dark_accent", Theme.DARK, branding.dark_accent


def _unreadable(branding: Branding) -> Mapping[str, str]:
    return {
        name: f"Links and buttons of this colour are hard to read in {theme} mode. The nearest that works is "
        f"{nearest(colour, theme)}; contrasts must be {ENOUGH} or more."
        for name, theme, colour in accents(branding)
        if not palette(colour, theme).is_readable
    }


BRANDING = Group("branding", Branding, check=_unreadable, files=lambda branding: branding.files)
