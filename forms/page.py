"""What an element is shown with: the values, the one who may open secrets, and the person's own input."""

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import DictLoader, Environment, StrictUndefined

from engine.form import Answers, Posted
from forms.template import Filled, Reveal, Template

_PARTS = """
{%- macro hidden(what) -%}
<details class="secret" data-secret>
<summary><span class="when-closed">Show {{ what }}</span><span class="when-open">Hide {{ what }}</span></summary>
{{ caller() }}
</details>
{%- endmacro -%}
"""

# What elements have in common: `{% from "parts" import hidden %}` keeps a secret out of sight until it is asked for.
ENVIRONMENT = Environment(
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    loader=DictLoader({"parts": _PARTS}),
)


@dataclass(frozen=True, slots=True)
class Page:
    """One view of a form by one person."""

    scope: Mapping[str, object]
    """What placeholders can name; see `engine.variables.scope`."""
    reveal: Reveal | None = None
    """Opens secrets; without it they are masked."""
    answers: Answers | None = None
    """What was made of the refused submission, with its errors."""
    posted: Posted | None = None
    """The refused submission itself, to be shown again."""
    readonly: bool = False
    """Whether no field can be filled in."""

    def fill(self, template: Template) -> Filled:
        """Fill a template that never opens a secret."""
        return template.fill(self.scope)

    def open(self, template: Template) -> Filled:
        """Fill a template that shows its secrets to the person whose page this is."""
        return template.fill(self.scope, self.reveal)
