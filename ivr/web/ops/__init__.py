"""The console: login, the latest calls and texts, and RQ's dashboard behind the same door."""

from flask import Flask

from ivr.web.ops.console import console_routes
from ivr.web.ops.door import Door, set_up_sessions
from ivr.web.ops.jobs import mount_jobs
from ivr.web.ops.login import login_routes
from ivr.wiring import App


def mount_ops(flask: Flask, app: App) -> None:
    """Everything below `/ops`."""
    set_up_sessions(flask, app.settings)
    door = Door(app)
    mount_jobs(flask, app, door)
    flask.register_blueprint(login_routes(app, door))
    flask.register_blueprint(console_routes(app, door))
