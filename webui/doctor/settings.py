"""The environment: variables that nobody reads."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from engine.declared_settings import known
from webui.doctor.finding import Finding, ok, warning

_PREFIX = "IDFLOW_"
_OF_TESTS = frozenset({"IDFLOW_REQUIRE_BROWSER", "IDFLOW_SCREENSHOTS"})


def examine(variables: Mapping[str, str]) -> Iterator[Finding]:
    """Look for variables with our prefix that are none of ours: somebody has mistyped them."""
    names = known()
    given = sorted(name for name in variables if name.startswith(_PREFIX) and name not in _OF_TESTS)
    unknown = [name for name in given if name not in names]
    for name in unknown:
        near = get_close_matches(name, names, 1)
        remedy = f"Did you mean {near[0]}?" if near else "Unset it; docs/operating.md has the settings that there are."
        yield warning("settings", f"Nothing reads {name}.", remedy)
    if not unknown:
        yield ok("settings", f"Set in the environment: {', '.join(given)}." if given else "All settings have defaults.")
