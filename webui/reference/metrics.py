"""The page of the figures at `/metrics`."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client.core import Metric

from engine.application import Application
from engine.config import Settings
from forms import FormJs
from webui.metrics import SECONDS, Metrics
from webui.reference.table import table

_HEAD = """# Metrics

What `/metrics` says to Prometheus; [operating](../operating.md#watching) says who may ask. Counters are those of one
process and begin at zero with it; what is counted in the database is the same in every process. `process_…` beside
them are those of the operating system. This page is made from the declarations: `python -m webui.reference`.
"""


def page() -> str:
    """Return the page in Markdown."""
    limits = ", ".join(map(str, SECONDS))
    rows = table(("metric", "kind", "labels", "what it says"), sorted(_rows()))
    return "\n".join((_HEAD, *rows, f"Durations are counted up to {limits} seconds.\n"))


def _rows() -> Iterator[tuple[str, str, str, str]]:
    with TemporaryDirectory() as folder:
        application = Application.open(Settings(data=Path(folder)), activities={}, forms=FormJs())
        try:
            metrics = Metrics(application)
            labels = metrics.labels()
            for each in metrics.registry.collect():
                if not each.name.startswith("process_"):
                    yield _row(each, labels.get(each.name, ()))
        finally:
            application.close()


def _row(metric: Metric, labels: tuple[str, ...]) -> tuple[str, str, str, str]:
    name = f"{metric.name}_total" if metric.type == "counter" else metric.name
    found = labels or tuple(sorted({label for sample in metric.samples for label in sample.labels}))
    return f"`{name}`", metric.type, ", ".join(f"`{each}`" for each in found), metric.documentation
