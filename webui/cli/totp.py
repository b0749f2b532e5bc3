"""`idflow totp`."""

import os
import sys
from pathlib import Path

import click

from engine.errors import Refused
from engine.identity import listing, pskc
from engine.identity.exchange import Exchange, uri_of
from engine.identity.kek import open_private
from engine.identity.key_uri import parse_lines
from engine.identity.otp_key import ImportRefused
from engine.identity.pskc import Protection, ProtectionInvalid
from webui.cli.options import data_option, open_application, settings

MAXIMUM_KEY_FILE = 1024
"""In bytes: of a file with a pre-shared key or a passphrase."""

_FORMATS = ("otpauth", "pskc")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_store = click.option("--store", "store_name", required=True, help="The identity store.")
_policy = click.option("--policy", "policy_name", required=True, help="The TOTP policy.")
_format = click.option("--format", "form", type=click.Choice(_FORMATS), required=True, help="What the file is.")
_key_file = click.option("--key-file", type=_FILE, help="PSKC: a file with the pre-shared key in hexadecimal digits.")
_passphrase_file = click.option("--passphrase-file", type=_FILE, help="PSKC: a file with the passphrase.")


class TerminalRefused(Refused):
    """Secrets are not printed on a terminal: name a file with --output, or force it with --to-terminal."""

    code = "terminal-refused"


@click.group()
def totp() -> None:
    """TOTP registrations."""


@totp.command("list")
@_store
@click.option("--limit", type=click.IntRange(1, listing.MAXIMUM_LENGTH), default=100, show_default=True)
@data_option
def list_(store_name: str, limit: int, data: Path | None) -> None:
    """List registrations by the external ID of their users, without secrets."""
    application = open_application(settings(data=data), make=False)
    with application.database.read() as session:
        for each in listing.credentials(session, application.identity.store(session, store_name), limit=limit):
            parameters = f"{each.algorithm}/{each.digits}/{each.period}"
            who, made = each.external_id or each.user_id, f"{each.registered_at:%Y-%m-%d}"
            click.echo(f"{each.id}  {each.status:8}  {each.policy}  {parameters}  {made}  {who}")


@totp.command()
@click.argument("external_id")
@_store
@_policy
@data_option
def revoke(external_id: str, store_name: str, policy_name: str, data: Path | None) -> None:
    """End the registration of the user with EXTERNAL_ID."""
    application = open_application(settings(data=data), make=False)
    identity = application.identity
    with application.write() as session:
        found = identity.user_by_external_id(session, identity.store(session, store_name), external_id)
        identity.deregister_totp(session, found, identity.policy(session, policy_name))
    click.echo(f"Revoked: {external_id}")


@totp.command("export")
@_store
@_policy
@_format
@click.option("--user", "external_id", help="Only the user with this external ID.")
@click.option("--output", type=click.Path(path_type=Path), help="A new file, made for its owner alone.")
@click.option("--to-terminal", is_flag=True, help="Print secrets even where everybody can see them.")
@_key_file
@_passphrase_file
@data_option
def export(
    store_name: str,
    policy_name: str,
    form: str,
    external_id: str | None,
    output: Path | None,
    to_terminal: bool,
    key_file: Path | None,
    passphrase_file: Path | None,
    data: Path | None,
) -> None:
    """Write current registrations with their secrets. Each is audited."""
    if output is None and on_terminal() and not to_terminal:
        raise TerminalRefused
    protection = _protection(key_file, passphrase_file)
    application = open_application(settings(data=data), make=False)
    identity = application.identity
    with application.write() as session:
        store, policy = identity.store(session, store_name), identity.policy(session, policy_name)
        user = None if external_id is None else identity.user_by_external_id(session, store, external_id)
        keys = Exchange(identity.vault, application.clock).export(session, store, policy, user)
        content = (
            pskc.write(keys, protection) if form == "pskc" else "".join(f"{uri_of(key)}\n" for key in keys).encode()
        )
        # Before the commit: what could not be written was not handed on.
        _write(output, content)
    if output is not None:
        click.echo(f"{len(keys)} registrations in {output}. Delete it when the other system has them.")


@totp.command("import")
@click.argument("file", type=_FILE)
@_store
@_policy
@_format
@_key_file
@_passphrase_file
@data_option
def import_(
    file: Path,
    store_name: str,
    policy_name: str,
    form: str,
    key_file: Path | None,
    passphrase_file: Path | None,
    data: Path | None,
) -> None:
    """Register the secrets in FILE for the users whose external IDs it names: all of them or none. Each is audited."""
    content = file.read_bytes()
    if form == "pskc":
        found = list(pskc.read(content, _protection(key_file, passphrase_file)))
    else:
        found = list(parse_lines(content.decode("utf-8", "replace")))
    if not found:
        raise ImportRefused(f"There is nothing in {file}.")
    application = open_application(settings(data=data), make=False)
    identity = application.identity
    with application.write() as session:
        store, policy = identity.store(session, store_name), identity.policy(session, policy_name)
        made = Exchange(identity.vault, application.clock).take_over(session, store, policy, found)
    click.echo(f"{len(made)} registrations. Delete {file}: it holds their secrets.")


def on_terminal() -> bool:
    """Tell whether somebody looks at what is printed."""
    return sys.stdout.isatty()


def _write(output: Path | None, content: bytes) -> None:
    if output is None:
        click.echo(content, nl=False)
        return
    with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _protection(key_file: Path | None, passphrase_file: Path | None) -> Protection:
    key = None
    if key_file is not None:
        try:
            key = bytes.fromhex(open_private(key_file, MAXIMUM_KEY_FILE))
        except ValueError as error:
            raise ProtectionInvalid(f"{key_file} does not hold hexadecimal digits.") from error
    return Protection(key, None if passphrase_file is None else open_private(passphrase_file, MAXIMUM_KEY_FILE).strip())
