"""A throw-away HTTPS server on loopback, in the place of a load balancer."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

__all__ = ["TlsServer", "tls_server"]


@dataclass
class TlsServer:
    """A server that answers each request with the next status; the last one repeats."""

    port: int
    context: ssl.SSLContext
    """A context for clients, which trusts the server's certificate."""
    statuses: list[int]
    requests: list[tuple[str, str, str | None]] = field(default_factory=list)
    """The path, the header Host, and the server name of TLS of each request."""
    headers: list[dict[str, str]] = field(default_factory=list)
    """The headers of each request."""


@contextmanager
def tls_server(host: str, directory: Path, statuses: Sequence[int] = (200,)) -> Iterator[TlsServer]:
    """Serve HTTPS on loopback with a certificate for `host`."""
    certificate, key = _certificate(host, directory)
    client = ssl.create_default_context(cafile=str(certificate))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    names: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: names.append(name)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            statuses = found.statuses
            status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
            found.requests.append((self.path, self.headers["Host"], names[-1]))
            found.headers.append(dict(self.headers))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        listener.socket = server.wrap_socket(listener.socket, server_side=True)
        found = TlsServer(listener.server_port, client, list(statuses))
        threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield found
        finally:
            listener.shutdown()


def _certificate(host: str, directory: Path) -> tuple[Path, Path]:
    """Write a self-signed certificate for a host and its key, and return their paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = directory / "certificate.pem", directory / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths
