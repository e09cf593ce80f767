"""Logs: one JSON object a line on stderr, with the fields given as `extra`. No number and no secret is ever a field."""

import json
import logging
import sys

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        entry = {"at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "process": self._process, "level": record.levelname.lower()}
        entry |= {"logger": record.name, "message": record.getMessage()}
        entry |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


def set_up_logs(process: str, level: int = logging.INFO) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(process))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("twilio.http_client", "urllib3", "rq.worker", "werkzeug", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
