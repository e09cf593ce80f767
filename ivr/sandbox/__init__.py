"""Plivo and Twilio on this machine: a process of its own that their SDKs and our webhooks cannot tell from the vendors.

    world.py      start here: what phones can do, what can be seen
    calls.py      the course of a call      messages.py   the course of a text
    documents.py  reads call documents: one table of verb → function per vendor
    *_wire.py     a vendor's webhooks       plivo.py, twilio.py   a vendor's REST API
    faults.py     what goes wrong on purpose
    server.py     the process, the control API (control.py) and the softphone page

Imports none of the product's own readings of these vendors, so it cannot share our misunderstandings.
"""
