"""What the build made: the bundles, the documentation, the catalogs of the languages."""

from collections.abc import Iterator
from pathlib import Path

from webui import assets, manual
from webui.doctor.finding import Finding, error, ok, warning

_BUNDLES = ("builder.js", "designer.js", "diagram.js")
# Not `make run` alone: it does not look again at what is installed.
_AGAIN = "Install Idflow again, without IDFLOW_SKIP_FRONTEND: make clean run does, or pip install -e ."


def examine(folder: Path = Path(__file__).parents[1]) -> Iterator[Finding]:
    """Look at what git does not have, in the folder of this package."""
    found = assets.find(folder / "static")
    absent = [name for name in _BUNDLES if not found.has_bundle(name)]
    lost = [file for file in found.bundles.values() if not (folder / "static" / assets.BUNDLES / file).is_file()]
    if absent:
        text = f"The bundles {', '.join(absent)} are not there: the designer and the form builder say so."
        yield warning("bundles", text, _AGAIN)
    elif lost:
        yield error("bundles", f"Files of the bundles are missing: {', '.join(lost)}.", _AGAIN)
    else:
        yield ok("bundles", "The designer and the form builder are there.")
    if (folder / "manual" / manual.SITE.name / manual.FIRST).is_file():
        yield ok("documentation", "The documentation is there.")
    else:
        yield warning("documentation", "The documentation is not there: /docs says so.", _AGAIN)
    texts = sorted((folder / "translations").glob("*/LC_MESSAGES/*.po"))
    uncompiled = [each.parents[1].name for each in texts if not each.with_suffix(".mo").is_file()]
    if uncompiled:
        text = f"The texts in {', '.join(uncompiled)} are not compiled: pages are not offered in them."
        yield warning("languages", text, "Install Idflow again: make clean run does, or pip install -e .")
    else:
        yield ok("languages", f"Pages are offered in en, {', '.join(each.parents[1].name for each in texts)}.")
