"""Tasks that can be undone."""

from tests.spiff.player import Player


def step(name: str, *after: str) -> tuple[str, ...]:
    """Return a task that is undone by a service task, and the flows off it."""
    flows = (f"{name} -> {target}" for target in after)
    return f"task {name}", f"on on_{name} {name} compensation u{name}", f"undo u{name}", *flows


def handlers(player: Player) -> list[str]:
    """Return what was undone, in its order."""
    return [name for name in player.path if name.startswith("u")]
