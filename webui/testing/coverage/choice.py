"""Which diagrams are looked at: those that ran, or all in some folders and files, whether they ran or not."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.deployment import PROCESS_SUFFIXES
from engine.dialect import read
from service_tasks import ACTIVITIES
from webui.testing.coverage.counts import Coverage
from webui.testing.coverage.parts import Diagram


@dataclass(frozen=True, slots=True)
class Choice:
    """The folders and files; none of them means whatever ran."""

    paths: Sequence[Path]
    root: Path
    """What the names of files are shown from."""

    def of(self, coverage: Coverage) -> Coverage:
        """Return what of a coverage is looked at, with what did not run at all, named from the root."""
        if self.paths:
            chosen = {each.key for each in self._diagrams()}
            for diagram in self._diagrams():
                coverage.know(diagram)
            coverage = coverage.keep(chosen)
        shown = Coverage()
        for key, diagram in coverage.diagrams.items():
            named = replace(diagram, file=self._named(diagram.file))
            shown.know(named)
            for test, reached in coverage.by_test.items():
                if key in reached:
                    shown.add(test, named, reached[key])
        return shown

    def _diagrams(self) -> Iterator[Diagram]:
        for path in self._files():
            content = path.read_bytes()
            for process in read(content, str(path), ACTIVITIES).processes:
                yield Diagram.of(str(path), content, process)

    def _files(self) -> Iterable[Path]:
        for given in self.paths:
            path = given.resolve()
            inside = sorted(path.rglob("*")) if path.is_dir() else [path]
            yield from (each for each in inside if each.name.endswith(PROCESS_SUFFIXES))

    def _named(self, file: str) -> str:
        path = Path(file)
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else file
