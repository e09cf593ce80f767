"""How wide a text is drawn, about: a server has no fonts, so this is on the generous side of what browsers have."""

from unicodedata import category, combining

_NARROW, _WIDE = frozenset("iljtf.,:;'|!()[] "), frozenset("mwMW@%…→—")


def width(text: str, size: float, bold: bool = False) -> float:
    """In pixels, at `size` pixels."""
    return round(sum(map(_em, text)) * size * (1.07 if bold else 1), 1)


def _em(character: str) -> float:
    if character in _NARROW:
        return 0.34
    if character in _WIDE:
        return 0.92
    if category(character) in ("Mn", "Cf") or combining(character):
        return 0.1
    if character.isupper() or ord(character) > 0x2FF:
        return 0.74
    return 0.58


def wrapped(text: str, room: float, size: float, rows: int) -> tuple[str, ...]:
    """The text in so many rows at most, cut at a blank, with an ellipsis for what is left out."""
    found: list[str] = []
    words = text.split()
    while words and len(found) < rows:
        many = next((n for n in range(len(words), 1, -1) if width(" ".join(words[:n]), size) <= room), 1)
        found.append(" ".join(words[:many]))
        words = words[many:]
    if words:
        found[-1] += "…"
    return tuple(_cut(row, room, size) for row in found)


def _cut(row: str, room: float, size: float) -> str:
    while (len(row) > 1 and width(row, size) > room) or row.endswith((" …", ",…", ";…", ":…")):
        row = f"{row.removesuffix('…')[:-1]}…"
    return row
