"""Fields with a text before or after what is filled in: `€`, `kg`."""

from collections.abc import Mapping

from engine.declare import Declared, parameter
from forms.input import Input
from forms.place import Place
from forms.template import Template


class Appearance(Declared):
    """What stands around the field: form-js's `appearance`."""

    prefix_adorner: Template | None = parameter(
        "Prefix", section="Appearance", help="Shown before the field, such as €."
    )
    suffix_adorner: Template | None = parameter(
        "Suffix", section="Appearance", help="Shown after the field, such as kg."
    )


class Adorned(Input):
    """Base of the inputs that can have them."""

    appearance: Appearance = parameter("Appearance")

    def view(self, place: Place) -> Mapping[str, object]:
        """Return what is shown; people who cannot see the page hear the texts with the hint."""
        view = dict(super().view(place))
        for name, template in (("prefix", self.appearance.prefix_adorner), ("suffix", self.appearance.suffix_adorner)):
            view[name] = place.text(template)
            if view[name]:
                view["described"] = f"{place.anchor}-{name} {view['described']}".strip()
        return view
