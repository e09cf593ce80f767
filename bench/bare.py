"""Baseline: the least that Flask can do with a missed call. No signature, no record, a constant document."""

from flask import Flask, Response

app = Flask(__name__)


@app.post("/voice/plivo")
def ring() -> Response:
    return Response('<Response><Hangup reason="busy"/></Response>', mimetype="text/xml")
