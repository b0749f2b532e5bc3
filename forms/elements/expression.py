"""Computed value: what an expression gives, kept like an answer."""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine import feel
from engine.declare import parameter
from engine.variables import Kind
from forms.formulas import Formula
from forms.input import Input, Values
from forms.place import Place
from forms.template import Template


class Expression(Input):
    """Keeps what an expression gives for the answers on the page. Nothing of it is shown."""

    type: ClassVar[str] = "expression"
    name: ClassVar[str] = "Computed value"
    group: ClassVar[str] = "Inputs"
    icon: ClassVar[str] = "M9 4c-3 0-1 16-5 16 M5 11h6 M14 10l6 7 M20 10l-6 7"
    empty: ClassVar[None] = None
    answer: ClassVar[Kind] = "any"
    html: ClassVar[str] = ""

    expression: Formula = parameter("Expression", required=True, help="FEEL, such as =amount * 1.19.")
    compute_on: str = parameter(
        "Compute on",
        default="change",
        choices=("change", "presubmit"),
        help="For editors; it is always worked out anew.",
    )

    @property
    def labels(self) -> tuple[Template | None, ...]:
        """Nobody sees it."""
        return (Template(),)

    @property
    def depends(self) -> bool:
        """Return that it does."""
        return True

    def asks(self, place: Place) -> bool:  # noqa: ARG002 - never
        """Return that nothing is asked."""
        return False

    def initial(self, place: Place, known: object) -> Any:  # noqa: ARG002 - never
        """Return nothing: it is worked out when everything is known."""
        return None

    def take(self, place: Place, values: Values) -> Any:
        """Return nothing."""
        raise NotImplementedError

    def settle(self, place: Place) -> None:
        """Work the value out."""
        value = self.expression.of(place.scope)
        try:
            # Neither a secret nor a sensitive text is plain.
            place.value = feel.to_json(value)
        except feel.FeelEvaluationError:
            place.value = None

    def view(self, place: Place) -> Mapping[str, object]:  # noqa: ARG002 - nothing is shown
        """Return nothing."""
        return {}

    def plain(self, place: Place) -> str:  # noqa: ARG002 - nothing is shown
        """Return nothing."""
        return ""
