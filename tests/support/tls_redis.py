"""A Redis that speaks TLS alone, with a certificate of its own that nobody has signed, as some
hosts give it.
"""

import datetime
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.machine import free_port
from tests.support.processes import Program
from tests.support.waiting import accepts

LOOPBACK = ipaddress.ip_address("127.0.0.1")


@dataclass(frozen=True)
class TlsRedis:
    url: str
    certificate: Path


@contextmanager
def tls_redis(folder: Path) -> Iterator[TlsRedis]:
    port, certificate, key = free_port(), folder / "redis.crt", folder / "redis.key"
    _write_certificate(certificate, key)
    files = f"--tls-cert-file {certificate} --tls-key-file {key} --tls-auth-clients no".split()
    options = f"--port 0 --tls-port {port} --bind 127.0.0.1 --save".split()
    program = Program(
        ["redis-server", *files, *options, ""], folder / "redis.log", cwd=folder
    )
    program.wait_ready(lambda: accepts(port))
    yield TlsRedis(f"rediss://127.0.0.1:{port}", certificate)
    program.stop()


def _write_certificate(certificate: Path, key: Path) -> None:
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "redis of the tests")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(LOOPBACK)]), critical=False
        )
        .sign(secret, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    key.write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM, form, serialization.NoEncryption()
        )
    )
