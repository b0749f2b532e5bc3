from pathlib import Path

import pytest

from engine.config import Security, SettingInvalid, Settings, SmtpSettings

HOST = {"IDFLOW_SMTP_HOST": "mail.example.com", "IDFLOW_SMTP_FROM": "Example Bank <noreply@bank.example>"}
AUTH = {"IDFLOW_SMTP_USER": "relay", "IDFLOW_SMTP_PASSWORD": "open-sesame"}


def read(**environment: str) -> SmtpSettings:
    settings = Settings.from_environment(HOST | environment).smtp
    assert settings is not None
    return settings


def test_without_a_host_there_is_no_mail() -> None:
    assert Settings.from_environment({}).smtp is None
    assert Settings.from_environment({"IDFLOW_SMTP_FROM": "nonsense"}).smtp is None


def test_the_defaults() -> None:
    settings = read()
    assert (settings.security, settings.port, settings.timeout, settings.user) == (Security.STARTTLS, 587, 10, None)
    assert settings.sender_address == "noreply@bank.example"
    assert read(IDFLOW_SMTP_SECURITY="tls").port == 465
    assert read(IDFLOW_SMTP_SECURITY="none").port == 25
    assert read(IDFLOW_SMTP_PORT="2525", IDFLOW_SMTP_TIMEOUT="3").port == 2525


def test_the_password_can_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("open-sesame\n")
    from_file = {"IDFLOW_SMTP_USER": "relay", "IDFLOW_SMTP_PASSWORD_FILE": str(file)}
    assert read(**from_file) == read(**AUTH)
    with pytest.raises(SettingInvalid, match="IDFLOW_SMTP_PASSWORD_FILE"):
        read(**from_file | {"IDFLOW_SMTP_PASSWORD_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize(
    "environment",
    [
        {"IDFLOW_SMTP_FROM": ""},
        {"IDFLOW_SMTP_FROM": "Example Bank"},
        {"IDFLOW_SMTP_FROM": "Example Bank <noreply@>"},
        {"IDFLOW_SMTP_FROM": "noreply@bücher.example"},
        {"IDFLOW_SMTP_FROM": "a@example.com, b@example.com"},
        {"IDFLOW_SMTP_FROM": "a@example.com\r\nBcc: b@example.com"},
        {"IDFLOW_SMTP_SECURITY": "ssl"},
        {"IDFLOW_SMTP_PORT": "0"},
        {"IDFLOW_SMTP_PORT": "x"},
        {"IDFLOW_SMTP_TIMEOUT": "21"},
        {"IDFLOW_SMTP_USER": "relay"},
        {"IDFLOW_SMTP_PASSWORD": "open-sesame"},
        AUTH | {"IDFLOW_SMTP_SECURITY": "none"},
        AUTH | {"IDFLOW_SMTP_PASSWORD": "öpen-sesame"},
    ],
)
def test_what_cannot_be_used_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(SettingInvalid, match="IDFLOW_SMTP_") as raised:
        read(**environment)
    assert "sesame" not in raised.value.message


def test_no_secret_is_in_a_representation() -> None:
    settings = Settings.from_environment(HOST | AUTH | {"IDFLOW_KEY": "canary"})
    assert settings.smtp is not None
    assert settings.smtp.password == "open-sesame"
    assert "sesame" not in repr(settings)
    assert "canary" not in repr(settings)
