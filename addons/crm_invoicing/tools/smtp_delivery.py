"""One conversation with a mail server, led so that it is always known whether the letter may have left.

`smtplib.SMTP.sendmail` tells a lost connection before the letter from one after it by no sign at all. Here each step has a
name, a failure says in which step it happened, and only what breaks after the closing dot leaves the outcome unclear.
"""

import re
import smtplib
import socket
import ssl
from contextlib import contextmanager, suppress

# seconds for the answer to the whole letter: servers look for viruses before they answer
FINAL_TIMEOUT = 60
REPLY_LENGTH = 200


class DeliveryError(Exception):
    """Why a letter did not leave.

    :param str kind: what happened, a key of the messages in `ir.mail_server._get_delivery_messages`
    :param int code: the three digits of the server's reply, 0 if there was none
    :param str reply: the server's own words, one line, empty before the login succeeded
    :param bool is_unclear: the connection was lost after the letter was handed over: it may have arrived
    """

    def __init__(self, kind, code=0, reply="", is_unclear=False):
        super().__init__(kind)
        self.kind = kind
        self.code = code
        self.reply = reply
        self.is_unclear = is_unclear


def open_session(host, port, encryption, timeout):
    """Connect and agree on encryption.

    :param str encryption: as in `ir.mail_server.smtp_encryption`; the strict ones check the certificate
    :param float timeout: seconds for each answer
    :return: `smtplib.SMTP`, greeted
    :raises DeliveryError:
    """
    context = None if encryption == "none" else _get_tls_context(encryption.endswith("_strict"))
    with _step("connect"):
        if encryption.startswith("ssl"):
            session = smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
        else:
            session = smtplib.SMTP(host, port, timeout=timeout)
    try:
        if encryption.startswith("starttls"):
            with _step("starttls"):
                session.starttls(context=context)
        with _step("greet"):
            session.ehlo_or_helo_if_needed()
    except DeliveryError:
        session.close()
        raise
    return session


def _get_tls_context(is_strict):
    context = ssl.create_default_context()
    if not is_strict:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def log_in(login):
    """Call ``login``, which authenticates a session.

    :raises DeliveryError:
    """
    with _step("login"):
        login()


def check_sender(session, sender):
    """Ask whether the server takes letters of ``sender``, and send none.

    :raises DeliveryError:
    """
    with _step("mail"):
        _expect("mail", session.mail(sender))
    with _step("rcpt"):
        _expect("rcpt", session.rcpt(sender))
        session.rset()


def deliver(session, sender, recipient, copies, data):
    """Hand over one letter.

    :param str recipient: whose refusal is a failure
    :param list copies: addresses that get it too, if the server takes them
    :param bytes data: the letter, headers and lines as RFC 5322 wants them
    :raises DeliveryError:
    """
    _check_size(session, data)
    with _step("mail"):
        _expect("mail", session.mail(sender, [f"size={len(data)}"] if session.has_extn("size") else []))
    with _step("rcpt"):
        _expect("rcpt", session.rcpt(recipient))
        for address in copies:
            session.rcpt(address)
    with _step("data"):
        _expect("data", session.docmd("DATA"), 354)
        session.send(_prepare_payload(data))
    session.sock.settimeout(max(FINAL_TIMEOUT, session.sock.gettimeout() or 0))
    with _step("end"):
        session.send(b".\r\n")
        _expect("end", session.getreply())


def close(session):
    """Say goodbye; whether the server still listens does not matter."""
    with suppress(smtplib.SMTPException, OSError):
        session.quit()
    session.close()


def _check_size(session, data):
    limit = session.esmtp_features.get("size", "")
    if limit.isdigit() and 0 < int(limit) < len(data):
        raise DeliveryError("size")


def _prepare_payload(data):
    """Double the dots that begin a line, end the last line."""
    payload = re.sub(rb"(?m)^\.", b"..", data)
    return payload if payload.endswith(b"\r\n") else payload + b"\r\n"


# ------------------------------------------------------------
# WHAT WENT WRONG
# ------------------------------------------------------------


def _expect(step, answer, expected=250):
    code, reply = answer
    if code != expected and not (expected == 250 and code == 251):
        raise _get_refusal(step, code, reply)


def _get_refusal(step, code, reply):
    """Return the error for a reply that is no consent; a reply without a code is none."""
    if code < 400:
        return DeliveryError("protocol", is_unclear=step == "end")
    return DeliveryError(_get_refusal_kind(step, code, reply), code, _get_printable(reply))


def _get_refusal_kind(step, code, reply):
    """Name a refusal by its step, its code and, where the server gives one, its enhanced code (RFC 3463)."""
    match = re.match(rb"[245]\.(\d{1,3}\.\d{1,3})", reply)
    enhanced = match.group(1).decode() if match else ""
    if enhanced == "2.2" or (step == "rcpt" and code in (452, 552)):
        return "mailbox_full"
    if enhanced in ("3.4", "2.3") or (step != "rcpt" and code == 552):
        return "size"
    if code < 500:
        return "later"
    if code == 530:
        return "login_needed"
    return {"mail": "sender", "rcpt": "recipient"}.get(step, "content")


def _get_printable(reply):
    text = " ".join(reply.decode(errors="replace").split())
    return "".join(char for char in text if char.isprintable())[:REPLY_LENGTH]


@contextmanager
def _step(name):
    """Turn what the libraries raise into a DeliveryError that says what it means in this step."""
    try:
        yield
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise DeliveryError(_get_kind(name, error), is_unclear=name == "end") from error


def _get_kind(step, error):
    # the order matters: most of these are kinds of OSError, SMTPException too
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "no_tls" if step == "starttls" else "no_login"
    if isinstance(error, smtplib.SMTPResponseException):
        return _get_response_kind(step, error.smtp_code)
    if isinstance(error, (TimeoutError, socket.timeout)) or isinstance(error.__context__, TimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return "unknown_host"
    if step == "connect" and not isinstance(error, smtplib.SMTPException):
        return "unreachable"
    return "cut"


def _get_response_kind(step, code):
    """What a refusal means that `smtplib` raises itself: before the letter, so without the server's words."""
    if 400 <= code < 500 and code != 454:
        return "later"
    if step == "login":
        return "login"
    return "no_tls" if step == "starttls" else "protocol"
