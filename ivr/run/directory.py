"""What the sandbox's softphone shows as published: our lines with what each does, and the first of the sample doctors."""

from dataclasses import asdict

import requests

from ivr.doctors.duty_texts import DAY_FLOW
from ivr.doctors.sample import samples
from ivr.lines import Action, Answer, CallBack, CancelCall, Line, OnDuty, OptOut, TextApp
from ivr.sandbox.directory import Directory, Doctor, PublishedLine
from ivr.wiring import App

_DOCTORS = 20


def tell_directory(app: App, sandbox_url: str) -> None:
    """Hand it over to a sandbox that answers."""
    requests.put(f"{sandbox_url}/sandbox/api/directory", json=asdict(directory(app)), timeout=10).raise_for_status()


def directory(app: App) -> Directory:
    lines = tuple(_published(line, app.settings.voice_provider) for line in app.lines)
    doctors = tuple(Doctor(each.phone.e164, each.name, f"{each.registration}, {each.city}") for each in samples(app.clock.now())[:_DOCTORS])
    return Directory(lines, doctors, app.settings.delivered_seconds, f"{app.settings.public_url}/ops/")


def _published(line: Line, usual_provider: str) -> PublishedLine:
    for_doctors = isinstance(line.action, OnDuty) or line.flow == DAY_FLOW
    return PublishedLine(
        line.published,
        line.name,
        _does(line.action),
        answers=isinstance(line.action, Answer),
        flow=line.flow or "",
        audience="doctors" if for_doctors else "callers",
        provider=line.provider or usual_provider,
    )


def _does(action: Action) -> str:
    match action:
        case TextApp():
            return "Never answers. An SMS with the link to the app follows."
        case CallBack(flow, delay_s):
            return f"Never answers. After {delay_s} seconds it calls back, with the menu “{flow}”."
        case CancelCall():
            return "Never answers. Calls that were to come to this phone are cancelled."
        case OptOut():
            return "Never answers. This phone gets no more texts."
        case OnDuty():
            return "Never answers. A doctor who rings it goes on duty, and is called to be sure that it was they."
        case Answer(flow):
            return f"Answers with the menu “{flow}”."
