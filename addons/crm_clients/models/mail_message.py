from odoo import models


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _is_contact_with_client(self):
        """Return whether a person did something: wrote, got an answer, noted, or finished an activity.

        Odoo's own lines (created, stage changed) are of type notification without an activity.
        """
        self.ensure_one()
        return bool(self.mail_activity_type_id) or self.message_type in ("comment", "email", "email_outgoing", "sms")
