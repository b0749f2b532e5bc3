"""`idflow worker` as a process."""

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep


def test_it_stops_whichever_thread_is_given_the_signal(tmp_path: Path) -> None:
    environment = {**os.environ, "IDFLOW_DATA": str(tmp_path / "var"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", "from webui.cli import main; main()", "worker"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "Idflow does jobs in one thread" in process.stdout.readline()
        # By then it waits to be told; sooner, this would prove less.
        sleep(0.3)
        # The system may choose any; here it is one that is not the main one.
        other = max(int(each.name) for each in Path(f"/proc/{process.pid}/task").iterdir())
        assert other != process.pid
        assert ctypes.CDLL(None).tgkill(process.pid, other, signal.SIGTERM) == 0
        try:
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()
