"""A mail server on the loopback, for the tests: real sockets, real TLS, a mailbox to look into, and faults on demand."""

import base64
import datetime
import ipaddress
import socketserver
import ssl
import threading
import time
from contextlib import suppress
from email import message_from_bytes, policy

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CUT = "cut"
RESET = "reset"


class SmtpServer:
    """Serves while it is a context: ``with SmtpServer(...) as server``.

    :param dict faults: by step (connect, ehlo, starttls, auth, mail, rcpt, data, end): a reply such as "550 No", CUT (the
        connection is closed without a word), or a number of seconds to be silent before the usual answer
    :param str tls: None, "starttls" or "ssl"; then ``certificate`` is a file with key and certificate
    :param dict logins: password by login; None: no login is offered
    """

    def __init__(self, faults=None, tls=None, certificate=None, logins=None, size=0):
        self.faults = faults or {}
        self.tls = tls
        self.logins = logins
        self.size = size
        self.mailbox = []  # (sender, recipients, raw letter)
        self.commands = []
        self.context = None
        if tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)

    def __enter__(self):
        self.server = _TcpServer(("127.0.0.1", 0), _Conversation)
        self.server.owner = self
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_exception):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    @property
    def letters(self):
        """The letters that arrived, parsed."""
        return [message_from_bytes(raw, policy=policy.default) for _sender, _recipients, raw in self.mailbox]


class _TcpServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """A client that goes away is what the tests are about."""


class _Cut(Exception):
    """End the connection without a word."""


class _Conversation(socketserver.StreamRequestHandler):
    timeout = 30

    def handle(self):
        self.owner = self.server.owner
        self.is_encrypted = self.owner.tls == "ssl"
        self.is_known = not self.owner.logins
        self.sender, self.recipients = None, []
        with suppress(_Cut, OSError):
            if self.is_encrypted:
                self._encrypt()
            if self._answer("connect", "220 loopback ESMTP"):
                self._converse()

    def _converse(self):
        while line := self.rfile.readline():
            command, _space, rest = line.decode().strip().partition(" ")
            self.owner.commands.append(command.upper())
            handler = getattr(self, f"_do_{command.lower()}", None)
            if not handler:
                self._say("502 What?")
            elif handler(rest) == "bye":
                return

    def _say(self, *lines):
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def _answer(self, step, *lines):
        """Say the usual answer of a step unless the test wants a fault there.

        :return: whether the usual answer was given
        """
        fault = self.owner.faults.get(step)
        if fault == CUT:
            raise _Cut
        if isinstance(fault, str):
            self._say(*fault.split("\n"))
            return False
        if fault:
            time.sleep(fault)
        self._say(*lines)
        return True

    def _encrypt(self):
        self.connection = self.owner.context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)

    # ------------------------------------------------------------
    # COMMANDS
    # ------------------------------------------------------------

    def _do_ehlo(self, _name):
        features = ["loopback", f"SIZE {self.owner.size}", "8BITMIME"]
        if self.owner.tls == "starttls" and not self.is_encrypted:
            features.append("STARTTLS")
        if self.owner.logins:
            features.append("AUTH PLAIN LOGIN")
        self._answer("ehlo", *(f"250-{feature}" for feature in features), "250 HELP")

    def _do_helo(self, _name):
        self._answer("ehlo", "250 loopback")

    def _do_starttls(self, _rest):
        if self._answer("starttls", "220 Go ahead"):
            self._encrypt()
            self.is_encrypted = True

    def _do_auth(self, rest):
        method, _space, given = rest.partition(" ")
        login, password = self._read_plain(given) if method.upper() == "PLAIN" else self._read_login(given)
        if self.owner.logins.get(login) != password:
            self._say("535 5.7.8 Authentication failed")
            return
        self.is_known = self._answer("auth", "235 2.7.0 Welcome")

    def _read_plain(self, given):
        _identity, login, password = base64.b64decode(given).decode().split("\0")
        return login, password

    def _read_login(self, given):
        if not given:
            self._say("334 VXNlcm5hbWU6")
            given = self.rfile.readline()
        self._say("334 UGFzc3dvcmQ6")
        return base64.b64decode(given).decode(), base64.b64decode(self.rfile.readline()).decode()

    def _do_mail(self, rest):
        if not self.is_known:
            self._say("530 5.7.0 Authentication required")
        elif self._answer("mail", "250 2.1.0 OK"):
            self.sender = _read_address(rest)
            self.recipients = []

    def _do_rcpt(self, rest):
        address = _read_address(rest)
        if address in self.owner.faults:
            self._say(self.owner.faults[address])
        elif self._answer("rcpt", "250 2.1.5 OK"):
            self.recipients.append(address)

    def _do_data(self, _rest):
        if not self._answer("data", "354 Go ahead"):
            return
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if not line:
            raise _Cut
        # a server that keeps the letter and then fails to say so
        if self.owner.faults.get("end") == CUT or not isinstance(self.owner.faults.get("end"), str):
            self.owner.mailbox.append((self.sender, self.recipients, b"".join(lines)))
        self._answer("end", "250 2.0.0 Queued")

    def _do_rset(self, _rest):
        self._say("250 OK")

    def _do_quit(self, _rest):
        self._say("221 Bye")
        return "bye"


def _read_address(text):
    return text.partition("<")[2].partition(">")[0]


def make_certificate(path, name="localhost"):
    """Write a self-signed certificate with its key for a name and for 127.0.0.1 into a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
