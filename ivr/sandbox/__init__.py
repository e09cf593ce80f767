"""Plivo, Twilio and Razorpay on this machine: a process of its own that their SDKs and our webhooks cannot tell from the vendors.

    world.py       start here: what phones can do, what can be seen
    calls.py       calls from both ends: who rings whom, who does what
    live.py        the course of a live call; listening.py keys and speech, joining.py Dial, rooms.py conferences (room_records.py),
                   dialling.py and phones.py who picks up, habits.py what they do then,
                   board.py what they share: calls under way, waits, webhooks, ends
    messages.py    the course of a text
    documents.py   call documents as steps; verbs_plivo.py, verbs_twilio.py: one table of verb → steps per vendor; voices.py,
                   plivo_attributes.py
    *_wire.py      a vendor's webhooks (plivo_voice.py: Plivo's of calls)
    plivo.py, plivo_calls.py, twilio.py, twilio_calls.py: the vendors' REST APIs (*_rest.py what theirs have in common)
    gateway.py     the payment gateway: what payers and its merchant do; gateway_refunds.py, gateway_events.py (webhooks),
                   gateway_books.py (what it keeps: gateway_records.py), gateway_entities.py (its JSON), gateway_wishes.py,
                   gateway_api.py (REST), gateway_page.py (where people pay), gateway_control.py
    faults.py      what goes wrong on purpose; switches.py: by name, for people
    server.py      the process, with the control API (control.py)
    softphone.py   the page of phones and what it asks for: static/ has its scripts; directory.py what is published, as it was told;
                   payer.py somebody who pays by the link of a text
    terminal.py    a phone in a terminal, which uses that API (remote.py); hands.py: who presses its keys

Imports none of the product's own readings of these vendors, so it cannot share our misunderstandings.
"""
