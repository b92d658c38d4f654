import logging

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS

from ..tools import smtp_delivery
from ..tools.smtp_delivery import DeliveryError

_logger = logging.getLogger(__name__)

# what a password was entered for: changed, it has to be entered again, so that it is never told to another server
PASSWORD_FIELDS = {"smtp_host", "smtp_port", "smtp_encryption", "smtp_user", "smtp_authentication", "owner_user_id"}
DEFAULT_TIMEOUT = 20


class IrMailServer(models.Model):
    """The personal server of a user, with a login and password of his own: his mailbox."""

    _inherit = "ir.mail_server"

    # of a personal server: read by the conversation with it and by nobody else
    mailbox_password = fields.Char(
        groups=NO_ACCESS,
        copy=False,
        export_string_translation=False,
    )
    is_copied_to_owner = fields.Boolean("Copy to the Owner", help="The owner gets a hidden copy of each letter.")

    def write(self, vals):
        """Forget the password of a mailbox that is pointed elsewhere."""
        if PASSWORD_FIELDS & vals.keys() and "mailbox_password" not in vals:
            for server in self.filtered(lambda server: server._is_pointed_elsewhere(vals)):
                # sudo: nobody may touch the password itself, forgetting it is the point
                server.sudo().mailbox_password = False
        return super().write(vals)

    def _is_pointed_elsewhere(self, vals):
        old = {name: self._fields[name].convert_to_write(self[name], self) for name in PASSWORD_FIELDS & vals.keys()}
        return any((vals[name] or False) != (value or False) for name, value in old.items())

    def _smtp_login__(self, connection, smtp_user, smtp_password):
        # sudo: the password of a mailbox is readable by nobody, here it is used
        password = self.sudo().mailbox_password if self.owner_user_id else False
        return super()._smtp_login__(connection, smtp_user, password or smtp_password)

    # ------------------------------------------------------------
    # CONVERSATION
    # ------------------------------------------------------------

    def _open_mailbox_session(self):
        """Connect to this personal server and log in, as Odoo does, with a shorter patience and clearer failures.

        :return: `smtplib.SMTP`
        :raises DeliveryError:
        """
        self.ensure_one()
        session = smtp_delivery.open_session(
            self.smtp_host or "", self.smtp_port, self.smtp_encryption, self._get_mailbox_timeout()
        )
        try:
            if self.smtp_user:
                smtp_delivery.log_in(lambda: self._smtp_login__(session, self.smtp_user, self.smtp_pass or ""))
        except DeliveryError:
            smtp_delivery.close(session)
            raise
        return session

    def _get_mailbox_timeout(self):
        """Return how many seconds one answer of a mailbox's server may take."""
        value = self.env["ir.config_parameter"].sudo().get_param("crm_invoicing.mailbox_timeout")  # sudo: a number
        try:
            return max(float(value or DEFAULT_TIMEOUT), 0.1)
        except ValueError:
            return DEFAULT_TIMEOUT

    def _deliver_letter(self, envelope):
        """Send one letter through this personal server.

        :param dict envelope: sender, recipient, copies (addresses), data (bytes)
        :raises DeliveryError:
        """
        if self._disable_send():
            _logger.info("A letter is not sent while testing or installing.")
            return
        session = self._open_mailbox_session()
        try:
            smtp_delivery.deliver(session, **envelope)
        finally:
            smtp_delivery.close(session)

    def _check_mailbox(self):
        """Log in and ask whether the server takes letters from the mailbox's address; nothing is sent.

        :raises DeliveryError:
        """
        session = self._open_mailbox_session()
        try:
            smtp_delivery.check_sender(session, self.from_filter)
        finally:
            smtp_delivery.close(session)

    def _test_mailbox(self):
        """Return a notification that the mailbox works.

        :raises UserError: saying what does not
        """
        try:
            self._check_mailbox()
        except DeliveryError as error:
            raise UserError(self._get_delivery_message(error)) from error
        message = self.env._("It works: the mail server knows you and takes your letters.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message},
        }

    def _reserve_personal_letter(self):
        """Count a letter against Odoo's limit for personal servers.

        :return: whether there was room in this minute
        """
        minute = fields.Datetime.now().replace(second=0, microsecond=0)
        if self.owner_limit_time != minute:
            self.write({"owner_limit_time": minute, "owner_limit_count": 0})
        if self.owner_limit_count >= self._get_personal_mail_servers_limit():
            return False
        self.owner_limit_count += 1
        return True
