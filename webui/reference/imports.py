"""Which package imports which, as the sources say."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOPS = ("engine", "service_tasks", "forms", "webui")
ENGINE, WEB = "engine.application", "webui.server"
"""What the single modules of `engine` and of `webui` are drawn as: the façade, and the application that serves."""

_COMPOSED = "webui.app"
"""Puts what the server serves together: one box with it."""

_DIVIDED = ("engine", "webui")
"""Whose sub-packages are drawn one by one."""
_NOT_DRAWN = frozenset({"webui.reference", "webui.frontend", "webui.templates", "webui.static", "webui.translations"})

Graph = Mapping[str, frozenset[str]]


@cache
def packages() -> Graph:
    """Return each package that is drawn, with those that it uses: itself, or by a single module in between."""
    modules = {_name(file): frozenset(_imported(file)) for top in TOPS for file in sorted((ROOT / top).rglob("*.py"))}
    drawn = sorted({_package(name) for name in modules if _is_drawn(name)})
    return {name: frozenset(_reached(name, modules) - {name}) for name in drawn}


def _reached(package: str, modules: Graph) -> set[str]:
    """Return the packages that are reached from this one without going through another."""
    waiting = [name for name in modules if _is_drawn(name) and _package(name) == package]
    seen, reached = set(waiting), set()
    while waiting:
        for target in modules[waiting.pop()]:
            known = target if target in modules else target.rpartition(".")[0]
            # A top package itself holds nothing but what it is called.
            if known not in modules or known in seen or known in _DIVIDED:
                continue
            seen.add(known)
            if _is_drawn(known):
                reached.add(_package(known))
            else:
                waiting.append(known)
    return reached


def _is_drawn(module: str) -> bool:
    """Tell whether a module belongs to a box; small single modules of the engine are only gone through."""
    top, _, rest = module.partition(".")
    if any(module == each or module.startswith(f"{each}.") for each in _NOT_DRAWN):
        return False
    if top not in _DIVIDED:
        return True
    first = rest.partition(".")[0]
    return (bool(first) and (ROOT / top / first).is_dir()) or module in {ENGINE, WEB, _COMPOSED}


def _package(module: str) -> str:
    top, _, rest = module.partition(".")
    if top not in _DIVIDED:
        return top
    return WEB if module == _COMPOSED else f"{top}.{rest.partition('.')[0]}"


def _name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield module
                yield from (f"{module}.{each.name}" for each in names)
