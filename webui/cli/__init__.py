"""The `idflow` command."""

import logging
import sys

import click

from engine.errors import IdflowError
from engine.store import DatabaseUnavailable
from webui.api.problems import stable_code
from webui.cli.account import account
from webui.cli.attachments import ATTACHMENTS
from webui.cli.audit import audit
from webui.cli.backup import backup, restore
from webui.cli.database import database
from webui.cli.deploy import check, deploy
from webui.cli.doctor import doctor
from webui.cli.event import event
from webui.cli.explore import explore
from webui.cli.instance import instance
from webui.cli.job import job
from webui.cli.keys import keys
from webui.cli.mail import mail
from webui.cli.migrate import migrate
from webui.cli.operations import OPERATIONS
from webui.cli.play import play
from webui.cli.policy import policy
from webui.cli.record import record
from webui.cli.replay import replay_
from webui.cli.run import run
from webui.cli.serve import serve
from webui.cli.store import store
from webui.cli.templates import templates
from webui.cli.test import test
from webui.cli.token import token
from webui.cli.totp import totp
from webui.cli.user import user
from webui.cli.webhook import webhook
from webui.cli.worker import worker
from webui.logging import configure


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="idflow")
def idflow() -> None:
    """Idflow runs identity journeys: drawn as BPMN, shown to people in a browser."""


for command in (
    *(run, serve, worker, deploy, check, token, instance, event, job, mail, play, test, explore, replay_, templates),
    *(store, user, policy, totp, keys, audit, account, backup, restore, database, migrate, doctor, webhook),
):
    idflow.add_command(command)
for operation in (*OPERATIONS, *ATTACHMENTS, record):
    instance.add_command(operation)


def main() -> None:
    """Run the command line; an error of ours is one clear text and exit status 1."""
    # Standard output is for what a command says.
    configure(logging.WARNING)
    try:
        idflow(prog_name="idflow")
    except IdflowError as error:
        click.echo(f"{error.message}\n[{stable_code(error)}]", err=True)
        if isinstance(error, DatabaseUnavailable) and error.__cause__ is not None:
            # What the server or the network says, for who operates it; the password is not in it.
            click.echo(error.__cause__, err=True)
        sys.exit(1)
