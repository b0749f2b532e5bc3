"""What a run asks of the rest of the engine, with nothing behind it: for what the engine alone costs."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine import feel
from engine.spiff import Specification


class Memory:
    """An `engine.spiff.Environment` whose activities do nothing; nothing is called or decided."""

    settings = feel.Settings()
    zone = ZoneInfo("UTC")

    def call(self, *_: object) -> object:
        return None

    came = decide = call

    def called(self, *_: object) -> str:
        raise NotImplementedError("No process calls another here.")

    def specification(self, _definition_id: str) -> Specification:
        raise NotImplementedError("No process calls another here.")

    def now(self) -> datetime:
        return datetime.now(UTC)
