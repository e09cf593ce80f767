"""Random tokens: those in links, which nobody may guess, and references, which people read out and type."""

from secrets import choice, randbits

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LENGTH = 10


def new_token() -> str:
    """10 random base62 characters: 59 bits, which nobody guesses one by one."""
    number = randbits(64)
    token = ""
    for _ in range(LENGTH):
        number, index = divmod(number, 62)
        token += _BASE62[index]
    return token


_READABLE = "ACDEFHJKMNPRTUVWXY34679"  # nothing that looks or sounds like another


def new_reference() -> str:
    """Like `K7PX-3MHT`: 23⁸ of them, about 80 thousand million."""
    letters = "".join(choice(_READABLE) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"
