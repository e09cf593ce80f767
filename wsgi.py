"""The web process's entry point: any WSGI server serves `wsgi:app`."""

from ivr.logs import set_up_logs
from ivr.readiness import require_ready
from ivr.run.onecore import stay_on_one_core
from ivr.settings import load_settings
from ivr.store.onlyone import only_web_process
from ivr.web.app import create_app
from ivr.wiring import build

set_up_logs("web")
settings = load_settings()
require_ready(settings)
only_web_process(settings.database_url)
if settings.web_one_core:
    stay_on_one_core()
app = create_app(build(settings))
