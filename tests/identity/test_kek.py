import base64
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from engine.config import Settings
from engine.identity import KeyFileExposed, KeyInvalid, key_encryption_key


def test_the_key_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "var")
    key = key_encryption_key(settings)
    assert len(key) == 32
    assert key_encryption_key(settings) == key
    keys = tmp_path / "var" / "keys"
    assert (keys.stat().st_mode & 0o777, (keys / "kek").stat().st_mode & 0o777) == (0o700, 0o600)
    assert [each.name for each in keys.iterdir()] == ["kek"]


def test_the_key_file_can_be_copied_to_the_environment(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    key = key_encryption_key(settings)
    copied = (tmp_path / "keys" / "kek").read_text()
    assert key_encryption_key(Settings(data=tmp_path / "elsewhere", key=copied)) == key
    assert not (tmp_path / "elsewhere").exists()


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    assert key_encryption_key(Settings(data=tmp_path / "a")) != key_encryption_key(Settings(data=tmp_path / "b"))


def test_the_mode_does_not_depend_on_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        key_encryption_key(Settings(data=tmp_path))
    finally:
        os.umask(before)
    assert (tmp_path / "keys" / "kek").stat().st_mode & 0o777 == 0o600


def test_threads_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    together = Barrier(8)

    def start(_: int) -> bytes:
        together.wait()
        return key_encryption_key(Settings(data=tmp_path))

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(start, range(8)))) == 1
    assert [each.name for each in (tmp_path / "keys").iterdir()] == ["kek"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o606, 0o610, 0o602])
def test_a_key_file_that_is_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    key_encryption_key(Settings(data=tmp_path))
    (tmp_path / "keys" / "kek").chmod(mode)
    with pytest.raises(KeyFileExposed, match="chmod 600"):
        key_encryption_key(Settings(data=tmp_path))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not Base64!",
        base64.b64encode(bytes(31)).decode(),
        base64.b64encode(bytes(33)).decode(),
        bytes(32).hex(),
        "ä" * 44,
    ],
)
def test_a_key_that_is_not_32_bytes_in_base64_is_refused_without_being_repeated(tmp_path: Path, text: str) -> None:
    with pytest.raises(KeyInvalid) as refused:
        key_encryption_key(Settings(data=tmp_path, key=text))
    assert "IDFLOW_KEY" in refused.value.message
    assert not text or text not in refused.value.message


def test_a_broken_key_file_is_named(tmp_path: Path) -> None:
    key_encryption_key(Settings(data=tmp_path))
    (tmp_path / "keys" / "kek").write_bytes(b"\xff\xfe")
    with pytest.raises(KeyInvalid, match="keys/kek"):
        key_encryption_key(Settings(data=tmp_path))
