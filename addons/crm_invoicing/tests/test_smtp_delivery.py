import os
import socket
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.tests.common import BaseCase, tagged

from ..tools import smtp_delivery
from ..tools.smtp_delivery import DeliveryError
from .smtp_server import CUT, SmtpServer, make_certificate

LETTER = b"From: a@company.example\r\nSubject: x\r\n\r\n.first\r\n..second\r\nlast"
TIMEOUT = 0.5


@tagged("post_install", "-at_install")
class TestSmtpDelivery(BaseCase):
    """The conversation with a mail server that refuses, is silent or goes away at each step."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.certificate = Path(folder) / "server.pem"
        make_certificate(cls.certificate)

    def _deliver(self, server, encryption="none", host="127.0.0.1", login=("me", "secret")):
        """Send a letter; return None, or the error."""
        try:
            session = smtp_delivery.open_session(host, server.port, encryption, TIMEOUT)
            try:
                if server.logins:
                    smtp_delivery.log_in(lambda: session.login(*login))
                smtp_delivery.deliver(session, "me@a.example", "you@b.example", ["copy@a.example"], LETTER)
            finally:
                smtp_delivery.close(session)
        except DeliveryError as error:
            return error
        return None

    def _fail(self, step, fault, **options):
        """Return the kind of failure; nothing may have arrived unless the outcome is unclear."""
        with SmtpServer(faults={step: fault}, **options) as server:
            error = self._deliver(server, server.tls or "none")
        self.assertTrue(error, f"{step} {fault} went unnoticed")
        self.assertEqual(bool(server.mailbox), error.is_unclear)
        return error

    # ------------------------------------------------------------
    # IT ARRIVES
    # ------------------------------------------------------------

    def test_letter_arrives_as_it_is(self):
        with SmtpServer() as server:
            self.assertIsNone(self._deliver(server))
        self.assertEqual(server.mailbox, [("me@a.example", ["you@b.example", "copy@a.example"], LETTER + b"\r\n")])
        self.assertEqual(server.commands[-1], "QUIT")

    def test_refused_copy_does_not_keep_the_letter(self):
        with SmtpServer(faults={"copy@a.example": "550 No"}) as server:
            self.assertIsNone(self._deliver(server))
        self.assertEqual(server.mailbox[0][1], ["you@b.example"])

    def test_login(self):
        with SmtpServer(logins={"me": "secret"}) as server:
            self.assertIsNone(self._deliver(server))
            self.assertEqual(self._deliver(server, login=("me", "wrong")).kind, "login")
        self.assertEqual(len(server.mailbox), 1)

    def test_encryption(self):
        for tls in ("starttls", "ssl"):
            with self.subTest(tls=tls), SmtpServer(tls=tls, certificate=self.certificate) as server:
                self.assertIsNone(self._deliver(server, tls))
                self.assertEqual(self._deliver(server, f"{tls}_strict").kind, "certificate")
                with patch.dict(os.environ, SSL_CERT_FILE=str(self.certificate)):
                    self.assertIsNone(self._deliver(server, f"{tls}_strict"), "trusted and made for this address")
                    self.assertIsNone(self._deliver(server, f"{tls}_strict", host="localhost"))
                self.assertEqual(len(server.mailbox), 3)

    def test_certificate_of_another_name(self):
        other = self.certificate.with_name("other.pem")
        make_certificate(other, name="elsewhere.example")
        with SmtpServer(tls="ssl", certificate=other) as server, patch.dict(os.environ, SSL_CERT_FILE=str(other)):
            self.assertEqual(self._deliver(server, "ssl_strict", host="localhost").kind, "certificate")

    # ------------------------------------------------------------
    # IT DOES NOT
    # ------------------------------------------------------------

    def test_refusals_are_named(self):
        for step, reply, kind in [
            ("connect", "554 Go away", "protocol"),
            ("connect", "421 Too busy", "later"),
            ("connect", "SSH-2.0-OpenSSH", "protocol"),
            ("mail", "553 5.7.1 Sender not owned by login", "sender"),
            ("mail", "530 5.7.0 Login first", "login_needed"),
            ("mail", "552 5.3.4 Too big", "size"),
            ("mail", "451 4.3.0 Later", "later"),
            ("rcpt", "550 5.1.1 No such user", "recipient"),
            ("rcpt", "452 4.2.2 Full", "mailbox_full"),
            ("rcpt", "552 Full", "mailbox_full"),
            ("rcpt", "550 5.2.2 Over quota", "mailbox_full"),
            ("rcpt", "451 4.7.1 Greylisted", "later"),
            ("data", "554 5.5.1 No", "content"),
            ("end", "554 5.7.1 Spam", "content"),
            ("end", "552 5.3.4 Too big", "size"),
            ("end", "552 5.2.2 Full", "mailbox_full"),
            ("end", "451 4.3.0 Later", "later"),
        ]:
            with self.subTest(step=step, reply=reply):
                error = self._fail(step, reply)
                self.assertEqual((error.kind, error.is_unclear), (kind, False))
                # the words of a server are shown once it has shown itself to be one
                self.assertEqual(bool(error.reply), step != "connect")

    def test_refused_login_and_tls(self):
        self.assertEqual(self._fail("auth", "454 4.7.0 Later", logins={"me": "secret"}).kind, "login")
        self.assertEqual(self._fail("starttls", "454 No", tls="starttls", certificate=self.certificate).kind, "no_tls")

    def test_what_the_server_does_not_offer(self):
        with SmtpServer() as server:
            self.assertEqual(self._deliver(server, "starttls").kind, "no_tls")
            self.assertEqual(self._deliver(server, "ssl").kind, "tls")
            session = smtp_delivery.open_session("127.0.0.1", server.port, "none", TIMEOUT)
            with self.assertRaises(DeliveryError) as failure:
                smtp_delivery.log_in(lambda: session.login("me", "secret"))
            session.close()
        self.assertEqual(failure.exception.kind, "no_login")

    def test_connection_cut_at_each_step(self):
        for step in ("connect", "ehlo", "mail", "rcpt", "data"):
            with self.subTest(step=step):
                error = self._fail(step, CUT)
                self.assertEqual((error.kind, error.is_unclear), ("cut", False))

    def test_silence_at_each_step(self):
        for step in ("connect", "ehlo", "mail", "rcpt", "data"):
            with self.subTest(step=step):
                error = self._fail(step, TIMEOUT * 2)
                self.assertEqual((error.kind, error.is_unclear), ("timeout", False))

    def test_after_the_letter_only_the_outcome_is_unclear(self):
        self.assertTrue(self._fail("end", CUT).is_unclear)
        with patch.object(smtp_delivery, "FINAL_TIMEOUT", TIMEOUT):
            self.assertTrue(self._fail("end", TIMEOUT * 2).is_unclear)

    def test_patience_for_the_answer_to_the_letter(self):
        """Servers look for viruses before they answer: longer than any other answer may take."""
        with SmtpServer(faults={"end": TIMEOUT * 2}) as server:
            self.assertIsNone(self._deliver(server))

    def test_letter_too_big_is_not_even_begun(self):
        with SmtpServer(size=10) as server:
            self.assertEqual(self._deliver(server).kind, "size")
        self.assertNotIn("MAIL", server.commands)

    def test_nobody_there(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with self.assertRaises(DeliveryError) as failure:
            smtp_delivery.open_session("127.0.0.1", port, "none", TIMEOUT)
        self.assertEqual(failure.exception.kind, "unreachable")
        for host in ("no-such-host.invalid", "a..b", "x" * 70):
            with self.subTest(host=host), self.assertRaises(DeliveryError) as failure:
                smtp_delivery.open_session(host, 25, "none", TIMEOUT)
            self.assertEqual(failure.exception.kind, "unknown_host")

    def test_words_of_the_server_are_one_short_line(self):
        error = self._fail("rcpt", "550-5.1.1 \x1b[31mNo\x07\n550 " + "such user " * 50)
        self.assertLessEqual(len(error.reply), smtp_delivery.REPLY_LENGTH)
        self.assertTrue(error.reply.isprintable())
        self.assertIn("No", error.reply)
