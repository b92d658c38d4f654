from odoo import models
from odoo.exceptions import AccessError

# what makes a protocol what it is
KEPT_FIELDS = frozenset(
    (
        "body",
        "subject",
        "date",
        "author_id",
        "email_from",
        "message_type",
        "subtype_id",
        "attachment_ids",
        "create_date",
    )
)


class MailMessage(models.Model):
    """The protocol of a call stays in the history as it was written."""

    _inherit = "mail.message"

    def write(self, vals):
        if KEPT_FIELDS & vals.keys():
            self._refuse_protocols()
        return super().write(vals)

    def unlink(self):
        self._refuse_protocols()
        return super().unlink()

    def _refuse_protocols(self):
        """Refuse to change protocols by hand; they go together with the client or deal they are on.

        :raises AccessError: if one of the messages is the protocol of a call
        """
        if self.env.su:
            return
        protocol = self.env.ref("crm_call_scripts.mt_protocol")
        # sudo: only the kind of the message is looked at
        if protocol in self.sudo().subtype_id:
            raise AccessError(self.env._("The protocol of a call cannot be altered or deleted."))
