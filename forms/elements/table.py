"""Table: rows of values that the process has."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from engine.declare import Declared, parameter
from engine.errors import Problem
from forms.element import Element
from forms.formulas import Formula
from forms.place import Place
from forms.template import Template, shown

MAXIMUM_SHOWN = 500
"""How many rows are shown."""

MAXIMUM_COLUMNS = 50
"""How many columns are shown."""


class Column(Declared):
    """One column."""

    label: Template | None = parameter("Label", help="Above the column; empty shows the key.")
    key: str = parameter("Key", required=True, help="The entry of each row that stands in it.")


class Table(Element):
    """Shows a list of contexts as rows."""

    type: ClassVar[str] = "table"
    name: ClassVar[str] = "Table"
    group: ClassVar[str] = "Text"
    icon: ClassVar[str] = "M3 5h18v14H3z M3 10h18 M9 5v14"
    create: ClassVar[Mapping[str, object]] = {
        "label": "Table",
        "dataSource": "=rows",
        "rowCount": 10,
        "columns": [{"label": "Name", "key": "name"}, {"label": "Value", "key": "value"}],
    }
    html: ClassVar[str] = """
<div class="table" role="region" tabindex="0" aria-labelledby="{{ place.element.id }}{{ place.suffix }}-caption"\
{% if element.row_count %} data-rows="{{ element.row_count }}" data-previous="{{ place.say(messages.PREVIOUS_PAGE) }}" \
data-next="{{ place.say(messages.NEXT_PAGE) }}" data-page="{{ place.say(messages.PAGE_OF) }}"{% endif %}>
<table><caption id="{{ place.element.id }}{{ place.suffix }}-caption">{{ label }}</caption>
<thead><tr>{% for column in columns %}<th scope="col">{{ column }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in rows %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% else %}
<tr><td colspan="{{ columns|length or 1 }}">{{ place.say(messages.NOTHING_THERE) }}</td></tr>
{% endfor %}
</tbody></table></div>
"""

    label: Template = parameter("Table label", default="Table", help="What the table shows, above it.")
    data_source: Formula = parameter("Data source", required=True, help="An expression for the list of rows.")
    row_count: int | None = parameter("Rows on a page", minimum=1, maximum=MAXIMUM_SHOWN, help="Empty shows all.")
    columns: tuple[Column, ...] = parameter(
        "Columns", default=(), section="Options", help="What stands in each column."
    )
    columns_expression: Formula | None = parameter(
        "Columns from an expression", section="Options", help="A list of contexts with key and label."
    )

    def check(self) -> Iterator[Problem]:
        """Find a table without columns."""
        yield from super().check()
        if not self.columns and self.columns_expression is None:
            yield Problem("form.missing-property", "Properties Missing: Columns.", "Fill in Columns.")

    def view(self, place: Place) -> Mapping[str, object]:
        """Return the columns and the cells of each row."""
        head, *rows = self._cells(place)
        return {"label": place.text(self.label), "columns": head, "rows": rows}

    def plain(self, place: Place) -> str:
        """Return the rows, one a line."""
        return "\n".join([place.text(self.label), *("\t".join(row) for row in self._cells(place))])

    def _cells(self, place: Place) -> list[list[str]]:
        """Return the labels of the columns, and then the cells of each row."""
        columns = list(self._columns(place))[:MAXIMUM_COLUMNS]
        found = self.data_source.of(place.scope)
        rows = [each for each in found if isinstance(each, dict)][:MAXIMUM_SHOWN] if isinstance(found, list) else []
        return [[label for _, label in columns], *([shown(row.get(key)) for key, _ in columns] for row in rows)]

    def _columns(self, place: Place) -> Iterator[tuple[str, str]]:
        if self.columns:
            yield from ((each.key, place.text(each.label) or each.key) for each in self.columns)
            return
        found = self.columns_expression.of(place.scope) if self.columns_expression else []
        for each in found if isinstance(found, list) else []:
            if isinstance(each, dict) and isinstance(key := each.get("key"), str):
                yield key, str(each.get("label") or key)
