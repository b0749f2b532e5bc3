"""What a form is shown with: the values, the one who may open secrets, and the person's own input."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from jinja2 import DictLoader, StrictUndefined

from engine.form import Posted
from forms import messages
from forms.jinja import Environment
from forms.messages import Say
from forms.names import Names, Patience
from forms.template import Filled, Reveal, Template

_PARTS = """
{%- macro hidden(place, show, hide) -%}
<details class="secret" data-secret>
<summary><span class="when-closed">{{ place.say(show) }}</span>\
<span class="when-open">{{ place.say(hide) }}</span></summary>
{{ caller() }}
</details>
{%- endmacro -%}
{%- macro notes(place, view) -%}
{% if view.description %}<p class="hint" id="{{ place.anchor }}-hint">{{ view.description }}</p>
{% endif %}
{% for error in view.errors %}<p class="error" id="{{ place.anchor }}-error{{ loop.index if loop.index > 1 }}">\
<span class="visually-hidden">{{ place.say(messages.ERROR) }} </span>{{ error }}</p>
{% endfor %}
{%- endmacro -%}
{%- macro field(place, view) -%}
<div class="field{{ ' invalid' if view.errors }}">
<label for="{{ place.anchor }}">{{ view.label }}\
{% if view.optional %} <span class="optional">{{ view.optional }}</span>{% endif %}</label>
{{ notes(place, view) -}}
{% if view.prefix or view.suffix %}<span class="adorned">\
{% if view.prefix %}<span class="adorner" id="{{ place.anchor }}-prefix">{{ view.prefix }}</span>{% endif %}\
{{ caller() }}\
{% if view.suffix %}<span class="adorner" id="{{ place.anchor }}-suffix">{{ view.suffix }}</span>{% endif %}\
</span>{% else %}{{ caller() }}{% endif %}

</div>
{%- endmacro -%}
{%- macro choices(place, view, control, searched=false) -%}
<fieldset class="field{{ ' invalid' if view.errors }}" id="{{ place.anchor }}" tabindex="-1"\
{% if view.described %} aria-describedby="{{ view.described }}"{% endif %}\
{% if control == "radio" and view.errors %} aria-invalid="true"{% endif %}>
<legend>{{ view.label }}{% if view.optional %} <span class="optional">{{ view.optional }}</span>{% endif %}</legend>
{{ notes(place, view) -}}
<div class="options"{% if searched %} data-search{% endif %}>
{% for option in view.options %}
<div class="option"><input id="{{ option.id }}" name="{{ place.name }}" type="{{ control }}" value="{{ option.value }}"\
{% if option.chosen %} checked{% endif %}{% if view.disabled or view.locked %} disabled{% endif %}\
{% if view.required and control == "radio" and loop.first %} required data-missing="{{ view.missing }}"{% endif %}>
<label for="{{ option.id }}">{{ option.label }}</label></div>
{% endfor %}
</div>
</fieldset>
{%- endmacro -%}
{%- macro state(view) -%}
{% if view.required %} required data-missing="{{ view.missing }}"{% endif %}\
{% if view.readonly %} readonly{% endif %}\
{% if view.disabled %} disabled{% endif %}\
{% if view.errors %} aria-invalid="true"{% endif %}\
{% if view.described %} aria-describedby="{{ view.described }}"{% endif %}
{%- endmacro -%}
"""

# What elements have in common. `field` is a label, hint and errors around one control, `choices` around
# several; `state` are the attributes of a control; `hidden` keeps a secret out of sight until it is asked for.
ENVIRONMENT = Environment(
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    loader=DictLoader({"parts": _PARTS}),
)
ENVIRONMENT.globals["messages"] = messages


def as_written(message: str) -> str:
    """Return a message in English."""
    return message


@dataclass(frozen=True, slots=True)
class Page:
    """One view of a form by one person."""

    scope: Mapping[str, object]
    """What expressions can name besides the fields of the form; see `engine.variables.scope`."""
    known: Mapping[str, Any] = field(default_factory=dict)
    """What the fields hold at first, by their paths: answers that were given before, and process variables."""
    reveal: Reveal | None = None
    """Opens secrets; without it they are masked."""
    posted: Posted | None = None
    """What the person has filled in; None when the form is shown for the first time."""
    checked: bool = False
    """Whether what was filled in is to be checked, and shown with its errors."""
    readonly: bool = False
    """Whether no field can be filled in."""
    say: Say = as_written
    """Translates our own messages."""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    zone: tzinfo = UTC
    """Where the person's clock is."""
    patience: Patience = field(default_factory=Patience)
    """With its expressions."""

    def fill(self, template: Template) -> Filled:
        """Fill a template that never opens a secret, outside of lists."""
        return template.fill(Names(self.scope).with_patience(self.patience))
