"""Cells of CSV files (RFC 4180) that spreadsheets take as texts.

A spreadsheet runs a cell as a formula when it begins with `=`, `+`, `-` or `@`, also in their full width, or with a
tab or a line break before them. Such a cell gets an apostrophe before it, as OWASP advises ("CSV Injection"); every
cell is quoted, so that no separator in it begins another.
"""

import csv
from collections.abc import Iterable
from io import StringIO

BYTE_ORDER_MARK = "\ufeff"
"""Excel reads a file as UTF-8 only when this comes first; LibreOffice does not mind."""

LINE_END = "\r\n"

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - full width is meant


def safe(cell: str) -> str:
    """Return the text of a cell so that no spreadsheet runs it, whatever spaces it begins with."""
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell


def line(cells: Iterable[object], delimiter: str = ",", *, quoting: int = csv.QUOTE_ALL) -> str:
    """Return a line without its end; None is an empty cell."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="", quoting=quoting)  # type: ignore[arg-type] # an int to us
    writer.writerow(["" if each is None else safe(str(each)) for each in cells])
    return buffer.getvalue()
