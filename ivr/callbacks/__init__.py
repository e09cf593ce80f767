"""Call backs: a missed call, or a key pressed in a menu, becomes a call that we place.

A call back is to a dial as a text is to an attempt.
"""
