from odoo import fields, models


class CrmInvoiceLetter(models.Model):
    """A letter with an invoice to a contact person, from the mailbox of the manager: sent once, or not at all."""

    _name = "crm.invoice.letter"
    _description = "Letter with an Invoice"
    _order = "id DESC"
    _rec_name = "subject"

    move_id = fields.Many2one("account.move", "Invoice", required=True, ondelete="cascade", index=True)
    user_id = fields.Many2one("res.users", "From", required=True, default=lambda self: self.env.user, index=True)
    contact_id = fields.Many2one("res.partner", "To", ondelete="set null")
    email_to = fields.Char("Address", required=True)
    subject = fields.Char(required=True)
    body = fields.Html(sanitize="email_outgoing")
    state = fields.Selection(
        [
            ("draft", "Not sent"),
            ("sending", "Being sent"),
            ("sent", "Sent"),
            ("failed", "Refused"),
            ("unclear", "Perhaps sent"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    failure = fields.Char("What Went Wrong", readonly=True, copy=False)
    sent_date = fields.Datetime("Sent on", readonly=True, copy=False)
