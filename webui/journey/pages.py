"""The views: landing, form, waiting, end. Every one asks the application where the instance stands; none remembers."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.application import Application
from engine.form import Answers, Posted
from engine.instances import Step
from engine.journeys import Reveal
from engine.tokens import TokenRefused, TokenUnknown
from engine.tokens.guesses import Guesses
from webui import language
from webui.devices import device
from webui.journey.binding import Bindings
from webui.journey.screen import Screen, sent_now
from webui.logging import about
from webui.problems import NOT_PROTECTED, show


@dataclass(frozen=True, slots=True)
class JourneyPages:
    """The end user's pages of one installation."""

    application: Application
    bindings: Bindings
    guesses: Guesses

    def landing(self, link: str) -> str:
        """Say what the link is for. Mail scanners open links: this changes nothing."""
        address = request.remote_addr or ""
        self.guesses.look(address)
        try:
            landing = self.application.journeys.landing(link)
        except TokenUnknown:
            self.guesses.was_unknown(address)
            raise
        except TokenRefused:
            begun = self.bindings.journey_of(self.application.journeys.token_id(link))
            if begun is None:
                raise
            return render_template("journey/resume.html", begun=begun)
        begun = self.bindings.journey_of(landing.token_id)
        opened, nonce = url_for("journey.opened", link=link), self.bindings.nonce()
        return render_template("journey/landing.html", landing=landing, nonce=nonce, begun=begun, opened=opened)

    def begin(self, link: str) -> AnyResponse:
        """Redeem the link and go to the journey; sending the same landing page again leads to the same journey."""
        binding = self.bindings.make(link, request.form.get("nonce", ""))
        if binding is None:
            return show(NOT_PROTECTED)
        address = request.remote_addr or ""
        self.guesses.begin(address, link)
        try:
            instance_id = self.application.journeys.begin(link, binding, device())
        except TokenUnknown:
            self.guesses.was_unknown(address)
            raise
        except TokenRefused:
            self.guesses.was_refused(link)
            raise
        about(instance_id)
        response = make_response(self._to(instance_id))
        self.bindings.keep(
            response, binding, token_id=self.application.journeys.token_id(link), instance_id=instance_id
        )
        return response

    def opened(self, link: str) -> AnyResponse:
        """Note that the landing page is on a screen; of which links that is so is not said."""
        binding = self.bindings.make(link, request.form.get("nonce", ""))
        if binding is None:
            return show(NOT_PROTECTED)
        self.guesses.opened(request.remote_addr or "", link)
        self.application.journeys.opened(link, binding, device())
        return Response(status=HTTPStatus.NO_CONTENT)

    def show(self, instance_id: str) -> Response:
        """Show where the journey stands."""
        return self._screen(instance_id).show()

    def submit(self, instance_id: str) -> AnyResponse:
        """Take the answers to the open form and go on; see `Screen.submit`."""
        return self._screen(instance_id).submit(sent_now()) or self._to(instance_id)

    def _screen(self, instance_id: str) -> Screen:
        run = _Journey(self.application, instance_id, self.bindings.current())
        return Screen(run, partial(url_for, "journey.show", instance_id=instance_id))

    def _to(self, instance_id: str) -> AnyResponse:
        response = redirect(url_for("journey.show", instance_id=instance_id), HTTPStatus.SEE_OTHER)
        language.keep(response, instance_id)
        return response


@dataclass(frozen=True, slots=True)
class _Journey:
    """One instance in the browser of the current request; see `Run`."""

    application: Application
    instance_id: str
    binding: bytes

    @property
    def now(self) -> datetime:
        return self.application.clock.now()

    def step(self) -> Step:
        return self.application.journeys.step(self.instance_id, self.binding)

    def submit(self, task_id: str, posted: Posted) -> Answers:
        return self.application.journeys.submit(self.instance_id, self.binding, task_id, posted)

    def revealing(self, step: Step) -> AbstractContextManager[Reveal]:
        return self.application.journeys.revealing(step)
