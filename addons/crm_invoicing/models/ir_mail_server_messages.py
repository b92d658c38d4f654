from odoo import models


class IrMailServer(models.Model):
    """What a failed conversation with a mail server is called for the person who waits for it."""

    _inherit = "ir.mail_server"

    def _get_delivery_message(self, error):
        """Return what to tell the user: what happened, what to do, and the server's own words if it gave any.

        :param DeliveryError error:
        """
        if error.is_unclear:
            message = self.env._(
                "The connection to the mail server was lost after the letter was handed over: it may have arrived. "
                "Ask the client, or look into your sent mail, before you send it again."
            )
        else:
            message = self._get_delivery_messages()[error.kind]
        if not error.reply:
            return message
        return self.env._(
            "%(message)s The server said: %(code)s %(reply)s", message=message, code=error.code, reply=error.reply
        )

    def _get_delivery_messages(self):
        """Return the messages by kind of failure."""
        return {**self._get_connection_messages(), **self._get_login_messages(), **self._get_refusal_messages()}

    def _get_connection_messages(self):
        return {
            "unknown_host": self.env._("There is no mail server of this name. Check the server in your mailbox."),
            "unreachable": self.env._(
                "The mail server does not answer at this port. Check the server and the port of your mailbox."
            ),
            "timeout": self.env._("The mail server did not answer in time. Try again later."),
            "cut": self.env._(
                "The mail server closed the connection before the letter was handed over. Try again; if it happens again, "
                "check the port and the encryption of your mailbox."
            ),
            "protocol": self.env._(
                "What answers at this port is no mail server, or it refuses to talk. Check the server and the port."
            ),
            "tls": self.env._(
                "No encrypted connection could be made. Check the port and the encryption: STARTTLS is usual at port 587, "
                "SSL at port 465."
            ),
            "no_tls": self.env._(
                "The mail server offers no STARTTLS at this port. Try SSL with port 465, or another port."
            ),
            "certificate": self.env._(
                "The certificate of the mail server is not trusted: it is self-signed, expired or made for another name. "
                "If you are sure that it is your server, untick Check the Certificate in your mailbox."
            ),
        }

    def _get_login_messages(self):
        return {
            "login": self.env._(
                "The mail server refused the login or the password. Enter them anew in your mailbox; some providers want "
                "a separate password for programs."
            ),
            "no_login": self.env._(
                "The mail server takes no login on this connection. Choose an encryption, or check the port."
            ),
            "login_needed": self.env._(
                "The mail server wants a login, or an encrypted connection, first. Check your mailbox."
            ),
        }

    def _get_refusal_messages(self):
        return {
            "sender": self.env._(
                "The mail server does not let you send from your address. Check the address and the login."
            ),
            "recipient": self.env._(
                "The mail server refused the address of the recipient. Check it on the contact person."
            ),
            "mailbox_full": self.env._(
                "The mailbox of the recipient is full. Try again later, or choose another contact person."
            ),
            "size": self.env._("The letter is too big for the mail server. Take attachments away."),
            "later": self.env._("The mail server takes no letter just now and asks to try again in a few minutes."),
            "content": self.env._("The mail server refused the letter."),
        }
