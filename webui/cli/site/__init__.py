"""Where commands work: at the data folder of this machine, or at the server that `IDFLOW_URL` names.

port.py    what commands need to have done
local.py, local_identity.py     by the engine, at the data folder
remote.py, remote_identity.py   by the API of a server
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webui.cli.options import AT_SERVER, at_server, settings
from webui.cli.site.port import Issued, Site, Skip, WantedToken, Who

if TYPE_CHECKING:
    from webui.cli.site.local import LocalSite
    from webui.cli.site.remote import RemoteSite

__all__ = ["Issued", "Site", "Skip", "WantedToken", "Who", "site"]


@contextmanager
def site(data: Path | None, *, make: bool = False) -> Iterator[Site]:
    """Open the installation that commands work on, and let go of it at the end.

    `data` is the folder of the option; `make` says whether an installation is made where there is none.

    Raises:
        InstallationMissing: when there is none.
        UsageError: when a folder is named, and a server, too.

    """
    if at_server() and data is not None:
        raise click.UsageError(f"--data names a folder, and {AT_SERVER} a server. Leave one of them out.")
    with closing(_opened(data, make=make)) as found:
        yield found


def _opened(data: Path | None, *, make: bool) -> "LocalSite | RemoteSite":
    """Open one of them, and import only that."""
    if at_server():
        from webui.cli.site.remote import RemoteSite  # noqa: PLC0415 - see above
        from webui.client import ServerSettings  # noqa: PLC0415 - see above

        if (chosen := ServerSettings.from_environment()) is not None:
            return RemoteSite(chosen)
    from webui.cli.site.local import LocalSite  # noqa: PLC0415 - see above

    return LocalSite(settings(data=data), make=make)
