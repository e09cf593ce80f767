"""The one text that the sending tests send, and a secure server that nobody should trust."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from socket import socket
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ivr.model.ports import Dlt, OutgoingText
from ivr.model.values import Phone

TO = Phone("+919845012345")
DLT = Dlt(entity_id="1101000000000000001", template_id="1107000000000000001", category="service")
TEXT = OutgoingText(
    attempt_id="01JD0000000000000000000000",
    to=TO,
    sender="MFINEX",
    body="Your link: https://ivr.example.in/MFINEX/abc",
    report_url="https://ivr.example.in/texts/plivo/report/01JD0000000000000000000000/mac",
    dlt=DLT,
    expires_s=3600,
)


def nobodys_address() -> str:
    """An address where nothing listens."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@contextmanager
def busy_address() -> Iterator[str]:
    """An address whose queue of callers is full, so that connecting takes for ever."""
    with socket() as server, socket() as first, socket() as second:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for caller in (first, second):
            caller.setblocking(False)
            caller.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def untrusted_server(folder: Path) -> Iterator[str]:
    """A TLS server whose certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), start, start + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, secret = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file = folder / "server.pem"
    file.write_bytes(certificate.public_bytes(pem) + key.private_bytes(pem, secret, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
