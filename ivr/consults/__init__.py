"""Paid consults, from the emergency screen to completed or refunded.

lifecycle.py    every state, what moves it, and its clock          (pure)
moves.py        the one writer of a consult's state
desk.py         what a menu wishes for: screen, open, quote, ask to pay, status
paying.py       the pay page: the last gate before the gateway
collecting.py   payment links at the gateway: made, looked at, closed
booking.py      what the gateway tells, booked once: held, earned, going back
refunding.py    refunds, asked for until they are done
"""
