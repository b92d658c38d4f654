from odoo import fields, models


class AccountMove(models.Model):
    """Letters with an invoice, and what the client answers."""

    _inherit = "account.move"

    letter_ids = fields.One2many("crm.invoice.letter", "move_id", "Letters")

    def _message_post_after_hook(self, message, msg_vals):
        if message._is_contact_with_client():
            self.partner_id._touch_clients()
        return super()._message_post_after_hook(message, msg_vals)

    def _on_letter_sent(self, letter):
        """Called once after a letter with this invoice has left, in a transaction of its own.

        :param letter: `crm.invoice.letter`
        """
