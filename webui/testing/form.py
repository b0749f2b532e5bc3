"""The form that is open in a journey, for a test."""

from webui.testing.person import Person


class Form:
    """The form that is open, to be looked at."""

    def __init__(self, person: Person) -> None:
        self._person = person

    @property
    def heading(self) -> str:
        """Its first heading."""
        return self._person.page.heading

    @property
    def text(self) -> str:
        """Everything that is to be read on it."""
        return self._person.page.text

    @property
    def labels(self) -> list[str]:
        """What its fields are called, in their order."""
        return list(dict.fromkeys(each.label for each in self._person.page.fields))

    @property
    def buttons(self) -> list[str]:
        """What its buttons say."""
        return [each.full for each in self._person.page.buttons]

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong with what was sent, by the labels of the fields."""
        return self._person.errors()

    def value(self, label: str) -> str | list[str]:
        """Return what a field holds, by its label or name; a list where it can be several."""
        __tracebackhide__ = True
        page = self._person.page
        found = page.find(label)
        if found is None:
            raise page.missing(label)
        values = [str(each) for each in found.values]
        return values if found.kind == "checks" else "".join(values[:1])

    def options(self, label: str) -> list[str]:
        """Return what a field offers."""
        __tracebackhide__ = True
        page = self._person.page
        found = page.find(label)
        if found is None:
            raise page.missing(label)
        return [each for each, _ in found.options]

    def qr(self, element: str | None = None) -> str:
        """Return what a device reads from the QR code of an element, or from the only one."""
        __tracebackhide__ = True
        return self._person.qr(element)
