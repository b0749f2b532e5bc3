"""The end user's pages."""

from collections.abc import Callable

from flask import Blueprint

from engine.application import Application
from engine.tokens.guesses import Guesses
from webui.journey.binding import Bindings
from webui.journey.pages import JourneyPages


def blueprint(application: Application, random: Callable[[int], bytes], *, https: bool) -> Blueprint:
    """Return the routes: `/t/<link>` begins a journey, `/j/<instance id>` goes on with it."""
    bindings = Bindings(application.derive("journey-binding"), random, secure=https)
    pages = JourneyPages(application, bindings, Guesses(application.clock))
    routes = Blueprint("journey", __name__)
    routes.add_url_rule("/t/<link>", "landing", pages.landing, methods=["GET"])
    routes.add_url_rule("/t/<link>", "begin", pages.begin, methods=["POST"])
    routes.add_url_rule("/t/<link>/opened", "opened", pages.opened, methods=["POST"])
    routes.add_url_rule("/j/<instance_id>", "show", pages.show, methods=["GET"])
    routes.add_url_rule("/j/<instance_id>", "submit", pages.submit, methods=["POST"])
    return routes
