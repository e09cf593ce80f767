"""Recordings, for providers to play: they cache by `Cache-Control` and `ETag`, so a menu is fetched once and not at every call."""

from flask import Blueprint, Response, abort, send_from_directory

from ivr.wiring import App

_CACHED_S = 3600
_ENDINGS = (".mp3", ".wav")


def audio_routes(app: App) -> Blueprint:
    """`GET /audio/<file>`: what lies in `callflows/audio`, and nothing else."""
    audio = Blueprint("audio", __name__)
    folder = app.settings.callflows_dir.resolve() / "audio"

    @audio.get("/audio/<path:file>")
    def recording(file: str) -> Response:
        if not file.endswith(_ENDINGS):
            abort(404)
        return send_from_directory(folder, file, max_age=_CACHED_S, conditional=True)

    return audio
