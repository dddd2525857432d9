"""Throw-away certificates, in real handshakes on loopback."""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from navra_stacks.local.data.certificates import CertificateAuthority, ca_bundle, ca_variables

DEFAULT = CertificateAuthority()
"""In the place of an authority that the machine trusts."""


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return CertificateAuthority()


def handshake(authority: CertificateAuthority, bundle: str, name: str, directory: Path) -> str:
    """Connect to a server with a certificate for two names, and return what it sends."""
    issued = authority.issue(["data-database", "127.0.0.1"])
    files = directory / "server.crt", directory / "server.key"
    files[0].write_text(issued.certificate)
    files[1].write_text(issued.key)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(*files)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    client.load_verify_locations(cadata=bundle)
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            with server.wrap_socket(theirs, server_side=True) as connection:
                connection.sendall(b"ready")
        except OSError:  # the client refused the certificate
            theirs.close()

    ours.settimeout(20)
    theirs.settimeout(20)
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with ours, client.wrap_socket(ours, server_hostname=name) as connection:
            return connection.recv(5).decode()
    finally:
        thread.join()


@pytest.mark.parametrize("name", ["data-database", "127.0.0.1"])
def test_a_client_with_the_bundle_verifies_the_server(
    authority: CertificateAuthority, tmp_path: Path, name: str
) -> None:
    assert handshake(authority, ca_bundle(authority, []), name, tmp_path) == "ready"


def test_a_client_refuses_another_name_and_another_authority(
    authority: CertificateAuthority, tmp_path: Path
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(authority, authority.certificate, "other", tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(authority, DEFAULT.certificate, "data-database", tmp_path)


def test_the_bundle_contains_the_default_authorities_of_the_machine(
    authority: CertificateAuthority, tmp_path: Path
) -> None:
    default = tmp_path / "default.pem"
    default.write_text(DEFAULT.certificate)
    bundle = ca_bundle(authority, [tmp_path / "absent", default])
    assert len(x509.load_pem_x509_certificates(bundle.encode())) == 2
    assert handshake(DEFAULT, bundle, "data-database", tmp_path) == "ready"
    assert ca_bundle(authority).endswith(authority.certificate)


def test_a_certificate_is_valid_for_seven_days_and_does_not_show_its_key(
    authority: CertificateAuthority,
) -> None:
    issued = authority.issue(["a"])
    certificate = x509.load_pem_x509_certificate(issued.certificate.encode())
    rest = certificate.not_valid_after_utc - datetime.now(UTC)
    assert timedelta(days=6, hours=23) < rest <= timedelta(days=7)
    assert "PRIVATE" in issued.key
    assert "PRIVATE" not in repr(issued)


def test_the_variables_name_the_bundle() -> None:
    assert ca_variables("/ca.pem")["SSL_CERT_FILE"] == "/ca.pem"
