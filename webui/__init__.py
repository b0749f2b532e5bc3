"""The pages and the command line.

app.py       puts the pages of an installation together
headers.py   what every response says to the browser    problems.py  the pages for when something cannot be done
assets.py    stylesheet, script and icon                journey/     the end user's pages
bearer.py    API keys in requests, CSRF tokens in others
bodies.py    how large a request may be                 backoffice/  the pages for designers and operators
language.py  the language that a request is answered in  catalogs.py  the languages and their texts
logging.py   what is logged, and what never is          server.py    the server
health.py    whether it lives and can do its work       metrics.py   what is counted
brand.py     how the end user's pages look
proxies.py   whom a request is believed                 hosts.py     by which names it may be asked
telemetry.py whether traces are sent                    tracing.py   what is in them
api/         the REST API                               statuses.py  errors as HTTP statuses
client/      a client of it                             cli/         the command line
testing/     the kit by which journeys are tested, with its pytest plugin

Nothing is imported here until it is asked for: pytest loads the plugin in every run, whether it tests journeys or not.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webui.app import PUBLIC, create_app

__all__ = ["PUBLIC", "create_app"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from webui import app  # noqa: PLC0415 - see above

    return getattr(app, name)
