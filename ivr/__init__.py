"""Missed calls, voice menus and paid consults: the engine.

Follow one missed call:

    ivr/web/voice.py        the webhook: verify, read, one use-case, render
    ivr/calls.py            the use-case: what a line does when it rings
    ivr/store/              one commit: call, text, link, outbox
    workers/relay.py        outbox rows become RQ jobs
    workers/texts.py        the job: claim, send, record   (rules: ivr/texts/)
    ivr/providers/plivo.py  the vendor's words, all of them

Read `ivr/model` first: the values, events, replies and ports everything speaks in.
"""
