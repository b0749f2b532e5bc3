"""What the elements share whose answer is one, or some, of the options that they offer."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from engine.declare import parameter
from engine.errors import Problem
from engine.variables import Kind, holds_secret
from forms import messages
from forms.input import AnswerRefused, Input, Values, one_text
from forms.messages import message
from forms.options import MAXIMUM_OPTIONS, JsonValue, Offering
from forms.place import Place


class Choice(Offering, Input):
    """Base of both."""

    group: ClassVar[str] = "Selection"
    overridden: ClassVar[Mapping[str, str]] = {**Input.overridden, messages.NOT_AN_OPTION: "invalid_error_message"}

    default_value: JsonValue | None = parameter(
        "Default value", help="The value of the option that is chosen at first."
    )

    @property
    def depends(self) -> bool:
        """Whether the options depend on other fields."""
        return not self.values or super().depends

    def check(self) -> Iterator[Problem]:
        """Find a default that is not offered."""
        yield from super().check()
        offered = [each.value.value for each in self.values]
        wanted = self._wanted(self.default_value.value) if self.default_value else []
        if offered and any(each not in offered for each in wanted):
            yield Problem("form.invalid-property", "Default value is not one of the options.", "Change it.")

    def default(self, place: Place) -> Any:
        """Return what the form's author chose."""
        return self.initial(place, self.default_value.value) if self.default_value else self.empty

    def view(self, place: Place) -> Mapping[str, object]:
        """Return the options, each with the id of its control and whether it is chosen."""
        view = super().view(place)
        chosen = self._wanted(place.value)
        rows = [
            {
                "id": f"{place.anchor}-{number}",
                "label": option.label,
                "value": option.written,
                "chosen": any(_same(option.value, each) for each in chosen),
            }
            for number, option in enumerate(self.offered(place), start=1)
        ]
        # A control that cannot be changed is disabled: browsers know no other way for these.
        return {**view, "options": rows, "locked": view["readonly"] and not view["disabled"]}

    def plain(self, place: Place) -> str:
        """Return what is asked, with the options."""
        offered = [f"  {each.written}: {each.label}" for each in self.offered(place)] if self.asks(place) else []
        return "\n".join([super().plain(place), *offered])

    def written(self, place: Place) -> str:
        """Return the labels of what is chosen."""
        chosen = self._wanted(place.value)
        return ", ".join(each.label for each in self.offered(place) if any(_same(each.value, one) for one in chosen))

    def _wanted(self, value: object) -> list[object]:
        """Return the values that are chosen."""
        raise NotImplementedError


class OneChoice(Choice):
    """Asks for one of the options."""

    empty: ClassVar[Any] = None

    def initial(self, place: Place, known: object) -> Any:  # noqa: ARG002 - the same everywhere
        """Return a known value; whether it is offered is looked at once all fields are known."""
        return None if isinstance(known, dict | list) or known == "" or holds_secret(known) else known

    def take(self, place: Place, values: Values) -> Any:
        """Return the value of the option that was chosen; raises `AnswerRefused` when it is not offered."""
        text = one_text(values)
        if not text:
            return None
        option = self.choose(place, text)
        if option is None:
            raise AnswerRefused(message(messages.NOT_AN_OPTION))
        return option.value

    def settle(self, place: Place) -> None:
        """Forget a value that is not offered."""
        if place.value is not None and not any(_same(place.value, each.value) for each in self.offered(place)):
            place.value = None

    def _wanted(self, value: object) -> list[object]:
        return [] if value is None else [value]


class SeveralChoices(Choice):
    """Asks for any number of the options."""

    answer: ClassVar[Kind] = "list"

    def default(self, place: Place) -> Any:
        """Return what the form's author chose."""
        return super().default(place) or []

    def initial(self, place: Place, known: object) -> list[Any]:  # noqa: ARG002 - the same everywhere
        """Return the known values; whether they are offered is looked at once all fields are known."""
        known = known if isinstance(known, list) else []
        return [each for each in known if not isinstance(each, dict | list) and not holds_secret(each)]

    def take(self, place: Place, values: Values) -> list[Any]:
        """Return the values of the options that were chosen; raises `AnswerRefused` when one is not offered."""
        offered = {each.written: each.value for each in self.offered(place)}
        texts = [each for each in values if isinstance(each, str)] if isinstance(values, list | tuple) else [""]
        if len(texts) > MAXIMUM_OPTIONS or any(each not in offered for each in texts):
            raise AnswerRefused(message(messages.NOT_AN_OPTION))
        chosen = [offered[each] for each in dict.fromkeys(texts)]
        # What was chosen before and is chosen still keeps its order.
        before = place.value if isinstance(place.value, list) else []
        return before if len(chosen) == len(before) and all(each in before for each in chosen) else chosen

    def settle(self, place: Place) -> None:
        """Forget values that are not offered."""
        offered = [each.value for each in self.offered(place)] if place.value else []
        place.value = [each for each in place.value or [] if any(_same(each, other) for other in offered)]

    def _wanted(self, value: object) -> list[object]:
        return value if isinstance(value, list) else []


def _same(one: object, other: object) -> bool:
    """Compare two values; true is not 1 here."""
    return one == other and isinstance(one, bool) is isinstance(other, bool)
