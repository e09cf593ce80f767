"""The sandbox as a process of its own, and as a server for tests."""

from threading import Event, Thread

from flask import Flask, Response, redirect
from flask.typing import ResponseReturnValue

from ivr.model.clock import SystemClock
from ivr.sandbox.control import control_api
from ivr.sandbox.directory import directory_api
from ivr.sandbox.gateway_api import gateway_api
from ivr.sandbox.gateway_control import gateway_control
from ivr.sandbox.gateway_page import pay_page
from ivr.sandbox.listener import Listener
from ivr.sandbox.pages import kept_pages
from ivr.sandbox.plivo import plivo_api
from ivr.sandbox.plivo_calls import plivo_calls_api
from ivr.sandbox.softphone import softphone
from ivr.sandbox.twilio import twilio_api
from ivr.sandbox.twilio_calls import twilio_calls_api
from ivr.sandbox.world import Accounts, Sandbox
from ivr.signals import stop_on_signals

_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"


def create_sandbox(world: Sandbox) -> Flask:
    """The vendors' REST APIs, the gateway's pay page, the control API and the softphone page at `/sandbox/`."""
    app = Flask(__name__, static_folder="static", static_url_path="/sandbox/static")
    for vendors_api in (plivo_api, plivo_calls_api, twilio_api, twilio_calls_api):
        app.register_blueprint(vendors_api(world))
    for ours in (softphone, control_api, directory_api, kept_pages, gateway_control, pay_page, gateway_api):
        app.register_blueprint(ours(world))

    @app.get("/")
    def front() -> ResponseReturnValue:
        return redirect("/sandbox/")

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response

    return app


def listen(world: Sandbox, host: str = "127.0.0.1", port: int = 0) -> Listener:
    """A started server for `world`, its actions stepped by whoever holds it; `.url`, `.stop()`. ValueError off loopback."""
    return Listener(create_sandbox(world), host, port).start()


def serve(world: Sandbox, host: str, port: int) -> None:
    """Serve and perform actions until SIGTERM or SIGINT; held answers are let go at once. Call it on the main thread."""
    stop = Event()
    stop_on_signals(stop)
    listener = listen(world, host, port)
    Thread(target=world.run_forever, args=(stop,), name="sandbox-agenda", daemon=True).start()
    stop.wait()
    world.hooks.stopping.set()
    listener.stop()


def main(host: str, port: int, target: str, accounts: Accounts) -> None:
    """The command line's entry: a sandbox at `host:port` for the product at `target`; ValueError unless both are loopback."""
    serve(Sandbox(SystemClock(), target, accounts), host, port)
