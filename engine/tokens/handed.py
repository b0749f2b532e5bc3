"""The result file of a batch: a CSV file with the links, for Excel and LibreOffice."""

from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo

from engine.csv_cells import line
from engine.tokens.batch import BatchEntry

COLUMNS = ("name", "external ID", "link", "id", "expires")


def lines(
    entries: Iterable[BatchEntry], url: Callable[[str], str], zone: tzinfo, delimiter: str = ","
) -> Iterator[str]:
    """Yield the lines without their ends; `url` makes the address of a link, times are those of the zone."""
    yield line(COLUMNS, delimiter)
    for each in entries:
        link = url(each.link) if each.link else ""
        expires = each.expires and each.expires.astimezone(zone).isoformat(timespec="minutes")
        yield line((each.name, each.external_id, link, each.id, expires), delimiter)
