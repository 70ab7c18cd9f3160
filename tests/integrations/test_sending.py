"""One POST to real servers that answer, redirect, dawdle, break off and lie."""

import socket
import ssl
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from marketplace.core.clock import now
from marketplace.integrations.sending import KEPT_BYTES, post
from tests.integrations.receiver import Receiver, drip, nonsense, status


def send(url: str, **more):
    return post(url, headers={"webhook-id": "msg_1"}, body="{“山”}".encode(), **more)


def test_what_is_sent_arrives_to_the_letter(receiver):
    answer = send(receiver.url)
    assert (answer.status, answer.error, answer.start, answer.is_success) == (200, "", "ok", True)
    got = receiver.received[0]
    assert (got.path, got.body) == ("/hooks?of=mine", "{“山”}".encode())
    assert got.headers["host"] == receiver.url.split("/")[2]
    assert got.headers["content-type"] == "application/json; charset=utf-8"
    assert got.headers["webhook-id"] == "msg_1"


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(receiver, code):
    other = Receiver()
    other.start()
    receiver.says = [status(code, b"", Location=other.url)]
    answer = send(receiver.url)
    assert (answer.status, answer.is_success) == (code, False)
    assert (len(receiver.received), other.received) == (1, [])
    other.stop()


@pytest.mark.parametrize(("code", "success"), [(201, True), (204, True), (299, True), (400, False), (500, False)])
def test_only_2xx_is_a_success(receiver, code, success):
    receiver.says = [status(code, b"")]
    assert send(receiver.url).is_success == success


def test_only_the_first_bytes_are_kept_and_any_bytes_are_text(receiver):
    receiver.says = [status(500, b"\x00\xff" + "山".encode() * 100_000)]
    answer = send(receiver.url)
    assert answer.status == 500
    assert answer.start.startswith("��山")
    assert len(answer.start.encode()) <= KEPT_BYTES * 3
    assert "\x00" not in answer.start


def test_an_answer_that_never_ends_is_cut_off(receiver):
    receiver.says = [drip]
    began = time.monotonic()
    answer = send(receiver.url, total_s=1.5)
    assert (answer.status, answer.error) == (None, "timeout")
    assert time.monotonic() - began < 6


def test_one_that_never_comes_is_too():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answer = send(f"http://127.0.0.1:{silent.getsockname()[1]}/", total_s=1)
    assert (answer.status, answer.error) == (None, "timeout")
    assert answer.duration_ms >= 900


def test_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    answer = send(f"http://127.0.0.1:{port}/")
    assert (answer.status, answer.error) == (None, "connection")


def test_something_that_is_not_http(receiver):
    receiver.says = [nonsense]
    answer = send(receiver.url)
    assert (answer.status, answer.error) == (None, "answer")


@pytest.mark.parametrize(("told", "seconds"), [("120", 120), ("0", 0), ("soon", None), ("", None), ("9" * 30, 10**8)])
def test_retry_after(receiver, told, seconds):
    receiver.says = [status(503, b"", Retry_After=told)]
    assert send(receiver.url).retry_after_s == seconds


def test_retry_after_as_a_date(receiver):
    receiver.says = [status(429, b"", Retry_After=(now() + timedelta(minutes=5)).strftime("%a, %d %b %Y %H:%M:%S GMT"))]
    told = send(receiver.url).retry_after_s
    assert told is not None
    assert 280 <= told <= 300


def test_production_connects_to_nothing_inward(receiver, settings):
    """As if a name had come to stand for this machine after it was looked at."""
    settings.IN_PRODUCTION = True
    for url in (receiver.url, receiver.url.replace("http:", "https:")):
        answer = send(url)
        assert (answer.status, answer.error) == (None, "address")
    assert receiver.received == []


@pytest.fixture
def tls_server(tmp_path):
    """https on this machine with a certificate of its own making; answers 204."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            status(204, b"")(self)

        def log_message(self, *_):
            return

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    class Server(HTTPServer):
        def handle_error(self, *_):
            return  # a client that hangs up in the handshake, as one of these tests does

    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, file
    server.shutdown()
    server.server_close()


def test_a_certificate_that_nobody_vouches_for_is_refused(tls_server):
    port, _file = tls_server
    answer = send(f"https://localhost:{port}/")
    assert (answer.status, answer.error) == (None, "tls")


def test_a_valid_certificate_must_be_the_names(tls_server, monkeypatch):
    port, file = tls_server
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert send(f"https://localhost:{port}/").status == 204
    answer = send(f"https://127.0.0.1:{port}/")
    assert (answer.status, answer.error) == (None, "tls")
