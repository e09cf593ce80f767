"""Builds requests as the web hands them to a provider."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ivr.model.ports import Hook


def pairs(encoded: str) -> list[tuple[str, str]]:
    """A form body or a query as ordered pairs, blanks kept."""
    return parse_qsl(encoded, keep_blank_values=True)


def hook(method: str, url: str, form: Any = "", body: Any = b"", **headers: str) -> Hook:
    """`form` is encoded text or pairs. `x_plivo_signature_v3="…"` becomes the header `x-plivo-signature-v3`."""
    return Hook(
        method=method,
        url=url,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        query=pairs(urlsplit(url).query),
        form=pairs(form) if isinstance(form, str) else list(form),
        body=body,
    )
