"""Values, events, replies, outcomes and ports: the words the rest is written in.

Nothing here does I/O or knows a vendor.
"""
