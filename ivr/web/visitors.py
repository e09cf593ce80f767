"""Who asks, as far as a network address tells: guessing is counted by it. Our own host and scheme are what `PUBLIC_URL` says, always."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from flask import Request

_NEAR = tuple(
    ip_network(each)
    for each in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
        "100.64.0.0/10",  # shared address space (RFC 6598): some platforms' routers have theirs there
        *("::1/128", "fe80::/10", "fc00::/7"),
    )
)


def address_of(request: Request, trusted_proxies: int) -> str:
    """The address that failures are counted by; "" when nobody can tell, and then no limit by address can be kept.

    Each trusted proxy adds to `X-Forwarded-For` who came to it, so the visitor is the one that many from its end: what stands before is
    what a stranger wrote. Without them the connection's own address counts, unless it is loopback or private: that is a proxy's, and
    everybody's.
    """
    hops = [hop for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if trusted_proxies and len(hops) >= trusted_proxies:
        return _household(_read(hops[-trusted_proxies]))
    peer = _read(request.remote_addr or "")
    return "" if peer is None or any(peer in network for network in _NEAR) else _household(peer)


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """Some proxies write a port behind the address, and then brackets around IPv6."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _household(address: IPv4Address | IPv6Address | None) -> str:
    """IPv6 gives whoever asks 2^64 addresses: those count as one."""
    match address:
        case None:
            return ""
        case IPv6Address():
            return str(IPv6Network((int(address) >> 64 << 64, 64)))
        case _:
            return str(address)
