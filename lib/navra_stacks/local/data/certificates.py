"""Throw-away certificates of local servers."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["CertificateAuthority", "ServerCertificate", "ca_bundle", "ca_variables"]

VALID_DAYS = 7

CLOCK_SKEW = timedelta(hours=1)
"""The clock of an engine's virtual machine can be behind that of the machine."""

_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, Amazon Linux
    "/etc/ssl/cert.pem",  # macOS
)


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """A certificate and its key, as PEM texts."""

    certificate: str
    key: str = field(repr=False)


class CertificateAuthority:
    """A certificate authority (EC P-256) that exists in this process only."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("navra local")
        certificate = (
            _builder(self._name, self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(is_authority=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )
        self.certificate: str = certificate.public_bytes(serialization.Encoding.PEM).decode()
        """The certificate as a PEM text."""

    def issue(self, names: Sequence[str]) -> ServerCertificate:
        """Return a certificate for a server, which is valid for 7 days.

        Args:
            names: The host names and IP addresses of the server, at least one.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _builder(_name(names[0]), self._name, key.public_key())
            .add_extension(
                x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False
            )
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(is_authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            # Python 3.13 verifies with X509_V_FLAG_X509_STRICT, which requires both identifiers.
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )
        return ServerCertificate(
            certificate.public_bytes(serialization.Encoding.PEM).decode(),
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ).decode(),
        )


def ca_bundle(authority: CertificateAuthority, bundles: Iterable[str | Path] | None = None) -> str:
    """Return the certificates that a client in a container trusts, as a PEM text.

    These are the machine's default authorities, because a bundle replaces that of the image, and
    `authority`.

    Args:
        authority: The authority of local servers.
        bundles: Paths of the default bundle, of which the first that exists is read; None for
            those of OpenSSL and of common systems.
    """
    if bundles is None:
        paths = ssl.get_default_verify_paths()
        bundles = [path for path in (paths.cafile, paths.openssl_cafile, *_BUNDLES) if path]
    for path in map(Path, bundles):
        if path.is_file():
            default = path.read_text(encoding="utf-8", errors="replace")
            return f"{default.rstrip()}\n{authority.certificate}"
    return authority.certificate


def ca_variables(path: str) -> dict[str, str]:
    """Return the environment variables with which clients trust the bundle at a path.

    OpenSSL, Go and Python read ``SSL_CERT_FILE``, Node.js ``NODE_EXTRA_CA_CERTS``, and libpq and
    asyncpg ``PGSSLROOTCERT``.
    """
    return dict.fromkeys(("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "PGSSLROOTCERT"), path)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + timedelta(days=VALID_DAYS))
    )


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
