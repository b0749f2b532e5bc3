"""The processes of an installation, as they run in production: started, killed, paused, stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Event, Thread
from typing import IO

_PROGRAM = """
import faulthandler, signal
faulthandler.register(signal.SIGUSR1)
{before}
from webui.cli import main
main()
"""
"""Writes into its log where its threads are when it is asked to (SIGUSR1)."""

PATIENCE_SECONDS = 120.0
"""How long something may take on a machine that is busy with other things."""


class Node:
    """One process: `idflow serve`, `idflow worker` or `idflow run`."""

    def __init__(
        self, folder: Path, name: str, command: tuple[str, ...], environment: Mapping[str, str], *, before: str = ""
    ) -> None:
        """`before` is a line of Python that it runs first."""
        self.name = name
        self._command = [sys.executable, "-c", _PROGRAM.format(before=before), *command]
        self._folder = folder
        self._environment = {**os.environ, **environment, "IDFLOW_PORT": "0", "PYTHONUNBUFFERED": "1"}
        self._environment.setdefault("IDFLOW_DATA", str(folder / name))
        self._process: subprocess.Popen[str] | None = None
        self._reader: Thread | None = None
        self._said = Event()
        self.address = ""
        """Where it listens, if it does and has said so: `127.0.0.1:40123`."""
        self.begin()

    @property
    def process(self) -> "subprocess.Popen[str]":
        assert self._process is not None
        return self._process

    def begin(self) -> None:
        """Start it, and return before it is ready; see `ready`."""
        with (self._folder / f"{self.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        self._said = Event()
        self._reader = Thread(target=self._listen, args=(self._process.stdout, self._said), daemon=True)
        self._reader.start()

    def ready(self) -> "Node":
        """Wait until it says what it does."""
        assert self._said.wait(PATIENCE_SECONDS), self.log()
        assert self.process.poll() is None, self.log()
        return self

    def _listen(self, output: IO[str], said: Event) -> None:
        for line in output:
            if line.startswith("Idflow "):
                self.address = line.partition("http://")[2].partition(" ")[0].rstrip(".,")
                said.set()
        said.set()

    def kill(self) -> None:
        """End it in the middle of whatever it does (SIGKILL)."""
        self.process.kill()
        self._ended()

    def pause(self) -> None:
        """Let it stand still, with all that it holds (SIGSTOP)."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> int:
        """Tell it to stop (SIGTERM), and return how it ended."""
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def close(self) -> None:
        """End it, whatever state it is in."""
        if self.process.poll() is None:
            self.kill()

    def _ended(self) -> int:
        self.address = ""
        try:
            status = self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGUSR1)
            self.process.send_signal(signal.SIGCONT)
            raise AssertionError(self.log()) from None
        if self._reader is not None:
            self._reader.join(PATIENCE_SECONDS)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.address = ""
        return status

    def log(self) -> str:
        return (self._folder / f"{self.name}.log").read_text()


def sending_to(port: int) -> dict[str, str]:
    """Return what a process must be told to send its mails to a server of this machine."""
    return {
        "IDFLOW_SMTP_HOST": "127.0.0.1",
        "IDFLOW_SMTP_PORT": str(port),
        "IDFLOW_SMTP_SECURITY": "none",
        "IDFLOW_SMTP_FROM": "Idflow <noreply@example.com>",
    }
