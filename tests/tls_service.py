"""A TLS server with an untrusted, self-signed certificate."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass
class Impostor:
    """The server, with the number of connections and the data received."""

    url: str
    connections: int = 0
    received: list[bytes] = field(default_factory=list[bytes])


@contextmanager
def serve() -> Iterator[Impostor]:
    """Listen until the block ends; each connection is closed after its first data."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        (Path(folder) / "pem").write_bytes(_certificate())
        context.load_cert_chain(Path(folder) / "pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        impostor = Impostor(f"https://localhost:{listener.getsockname()[1]}")

        def listen() -> None:
            with suppress(OSError):  # the block has ended
                while True:
                    connection, _ = listener.accept()
                    impostor.connections += 1
                    with connection, suppress(OSError), context.wrap_socket(connection, server_side=True) as tls_socket:
                        impostor.received.append(tls_socket.recv(65536))

        thread = Thread(target=listen)
        thread.start()
        try:
            yield impostor
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _certificate() -> bytes:
    """A private key and a self-signed certificate for localhost, in PEM."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - DAY, now + DAY)
    signed = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False).sign(
        key, SHA256()
    )
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + signed.public_bytes(Encoding.PEM)
