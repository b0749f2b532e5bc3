"""An element where it stands on one page: an element of a dynamic list stands there once for each item."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forms.messages import Message
from forms.names import Names, Patience
from forms.page import Page
from forms.template import Filled, Template, item_scope

if TYPE_CHECKING:
    from forms.element import Element

Path = tuple[str | int, ...]
"""Where a value is among the answers: `("clients", 0, "name")`."""


class Answering:
    """The answers of a whole form as they stand while it is looked at."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self.data: dict[str, Any] = {}
        self.version = 0
        """Counts the changes, so that what was made of the data is made anew."""


class Scope:
    """What expressions can name at the places of one form."""

    def __init__(self, variables: Mapping[str, object], answering: Answering) -> None:
        self._variables = variables
        self._answering = answering
        self._version = -1
        self._names = Names()

    def names(self) -> Names:
        """Return them by name."""
        if self._version != self._answering.version:
            self._version = self._answering.version
            self._names = self._made()
        return self._names

    def item(self, item: object, index: int) -> "ItemScope":
        """Return what can be named within an item of a list here."""
        return ItemScope(self, self._answering, item, index)

    def _made(self) -> Names:
        """Return the names: a field hides the variable of its name."""
        data = self._answering.data
        names = Names({**self._variables, **data, "this": data} if data else self._variables)
        return names.with_patience(self._answering.patience)


class ItemScope(Scope):
    """What expressions can name within an item of a dynamic list."""

    def __init__(self, around: Scope, answering: Answering, item: object, index: int) -> None:
        super().__init__({}, answering)
        self._around = around
        self._item = item
        self._index = index

    def _made(self) -> Names:
        names = item_scope(self._around.names(), self._item)
        # FEEL counts from 1.
        names["i"] = self._index + 1
        return names


@dataclass(eq=False)
class Place:
    """One element at one place."""

    element: "Element"
    page: Page
    path: Path
    """Of its value, or of the value that what is in it belongs to."""
    around: Scope
    inside: list[list["Place"]] = field(default_factory=list)
    """What is in it: one list for a group, one for each item of a dynamic list."""
    rows: list[Markup] = field(default_factory=list)
    """The HTML of what is in it, when it is rendered."""
    hidden: bool = False
    """Whether it is not shown now."""
    conditional: bool = False
    """Whether that depends on a condition of its own, or of what it is in."""
    asked: bool = True
    """Whether the person has seen it on the page that was sent."""
    first: Any = None
    """What it holds before anybody fills it in."""
    value: Any = None
    typed: tuple[str, ...] | None = None
    """What the person has typed, to be shown again; None shows the value."""
    errors: tuple[Message, ...] = ()

    @property
    def scope(self) -> Names:
        """What expressions can name here."""
        return self.around.names()

    @cached_property
    def name(self) -> str:
        """What its control is called in what a browser posts: `clients[0].name`."""
        return name_of(self.path)

    @cached_property
    def anchor(self) -> str:
        """The HTML id of its control: `field-clients-0-name`."""
        return "-".join(("field", *map(str, self.path)))

    @cached_property
    def suffix(self) -> str:
        """What tells its box from those of the same element in other items of a list: `-0`."""
        return "".join(f"-{part}" for part in self.path if isinstance(part, int))

    def text(self, template: Template | None) -> str:
        """Fill a template that never opens a secret; nothing where there is none."""
        if template is None:
            return ""
        return (template.constant or template.fill(self.scope)).text

    def open(self, template: Template) -> Filled:
        """Fill a template that shows its secrets to the person whose page this is."""
        return template.fill(self.scope, self.page.reveal)

    def say(self, text: str, **values: object) -> str:
        """Return one of our own messages in the language of the page."""
        said = self.page.say(text)
        return said.format_map(values) if values else said


def name_of(path: Path) -> str:
    """Return what a browser calls the value at a path."""
    name = ""
    for part in path:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else part
    return name
