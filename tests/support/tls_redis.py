"""A Redis that speaks TLS alone, with a certificate of its own that nobody has signed, as some
hosts give it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.certificates import write_certificate
from tests.support.machine import free_port
from tests.support.processes import Program
from tests.support.waiting import accepts


@dataclass(frozen=True)
class TlsRedis:
    url: str
    certificate: Path


@contextmanager
def tls_redis(folder: Path) -> Iterator[TlsRedis]:
    port, certificate, key = free_port(), folder / "redis.crt", folder / "redis.key"
    write_certificate(certificate, key)
    files = f"--tls-cert-file {certificate} --tls-key-file {key} --tls-auth-clients no".split()
    options = f"--port 0 --tls-port {port} --bind 127.0.0.1 --save".split()
    program = Program(
        ["redis-server", *files, *options, ""], folder / "redis.log", cwd=folder
    )
    program.wait_ready(lambda: accepts(port))
    yield TlsRedis(f"rediss://127.0.0.1:{port}", certificate)
    program.stop()
