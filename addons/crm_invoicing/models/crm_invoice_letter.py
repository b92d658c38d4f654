from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools.addresses import get_plain_address

# what a letter may be sent from; all other states are the end, or a person's decision
UNSENT_STATES = ("draft", "failed")
# written by the sending only
OUTCOME_FIELDS = {
    "state",
    "failure",
    "sent_date",
    "message_uid",
    "mail_message_id",
    "form_attachment_id",
    "is_registered",
}


class CrmInvoiceLetter(models.Model):
    """A letter with an invoice to a contact person, from the mailbox of the manager: sent once, or not at all."""

    _name = "crm.invoice.letter"
    _description = "Letter with an Invoice"
    _order = "id DESC"
    _rec_name = "subject"

    # What it is about
    move_id = fields.Many2one("account.move", "Invoice", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="move_id.company_id")
    partner_id = fields.Many2one(related="move_id.commercial_partner_id", string="Client")
    user_id = fields.Many2one("res.users", "Sender", required=True, default=lambda self: self.env.user, index=True)
    contact_id = fields.Many2one(
        "res.partner",
        "Recipient",
        ondelete="set null",
        domain="[('commercial_partner_id', '=', partner_id), ('email', '!=', False)]",
    )

    # The letter
    email_to = fields.Char(
        "Recipient's Address",
        compute="_compute_email_to",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    subject = fields.Char(required=True)
    body = fields.Html(sanitize="email_outgoing")
    is_form_attached = fields.Boolean(
        "Attach the Printed Form", default=True, help="The invoice as PDF, signed and stamped if the invoice says so."
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Other Attachments")

    # What became of it
    state = fields.Selection(
        [
            ("draft", "Not sent"),
            ("sending", "Being sent"),
            ("sent", "Sent"),
            ("failed", "Not accepted"),
            ("unclear", "Perhaps sent"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    failure = fields.Char("What Went Wrong", readonly=True, copy=False)
    sent_date = fields.Datetime("Sent on", readonly=True, copy=False)
    # the same for each attempt, so that a mail program shows a letter that came twice once
    message_uid = fields.Char(
        "Message-Id",
        readonly=True,
        copy=False,
        export_string_translation=False,
    )
    mail_message_id = fields.Many2one("mail.message", "In the History", readonly=True, copy=False, ondelete="set null")
    form_attachment_id = fields.Many2one("ir.attachment", "Sent Form", readonly=True, copy=False, ondelete="set null")
    is_registered = fields.Boolean(readonly=True, copy=False, export_string_translation=False)

    # What the dialog warns of
    mailbox_address = fields.Char(related="user_id.mailbox_address", string="Sent from")
    warning = fields.Char(compute="_compute_warning", export_string_translation=False)

    _forgotten_idx = models.Index("(state) WHERE state IN ('sending', 'sent') AND is_registered IS NOT TRUE")

    # ------------------------------------------------------------
    # COMPUTES, CONSTRAINTS
    # ------------------------------------------------------------

    @api.depends("contact_id")
    def _compute_email_to(self):
        """Read as the user: an address that he may not see does not come to him this way."""
        for letter in self.filtered("contact_id"):
            letter.email_to = letter.contact_id.email

    @api.depends("email_to", "mailbox_address", "state", "move_id.state")
    def _compute_warning(self):
        for letter in self:
            letter.warning = letter._get_warning() if letter.state in UNSENT_STATES else False

    def _get_warning(self):
        """Return what would keep the letter from being sent, or None."""
        if self.move_id.state == "cancel":
            return self.env._("The invoice was cancelled in the accounts.")
        if not self.mailbox_address:
            return self.env._("You have not set up your mailbox yet: invoices are sent from it.")
        if not self.email_to:
            return self.env._("Choose a contact person with an e-mail address.")
        if not get_plain_address(self.email_to):
            return self.env._("%(address)s is no e-mail address.", address=self.email_to)
        return None

    @api.constrains("contact_id", "move_id")
    def _check_contact(self):
        for letter in self.filtered("contact_id"):
            if letter.contact_id.commercial_partner_id != letter.move_id.commercial_partner_id:
                raise ValidationError(
                    self.env._("%(contact)s is no contact person of this client.", contact=letter.contact_id.name)
                )

    # ------------------------------------------------------------
    # CREATE, WRITE, UNLINK
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        letters = super().create(vals_list)
        for letter in letters:
            # not the values given: defaults come from the context too
            self._check_no_outcome({name: letter[name] for name in OUTCOME_FIELDS})
        return letters

    def write(self, vals):
        self._check_no_outcome(vals)
        if not self.env.su and any(letter.state not in UNSENT_STATES for letter in self):
            raise UserError(self.env._("A letter that has left, or may have, stays as it is: write a new one."))
        if not self.env.su:
            self._check_same_sender_and_invoice(vals)
        return super().write(vals)

    def _check_same_sender_and_invoice(self, vals):
        """The rules ask whose letter it was before it is written; it must not become another's afterwards."""
        if "move_id" in vals or vals.get("user_id", self.env.uid) != self.env.uid:
            raise AccessError(self.env._("A letter stays with its invoice and its sender: write a new one."))

    def _check_no_outcome(self, vals):
        """Forbid to say by hand that a letter was sent."""
        given = {name for name in OUTCOME_FIELDS & vals.keys() if vals[name]}
        if vals.get("state") == "draft":
            given.discard("state")
        if given and not self.env.su:
            raise AccessError(self.env._("What became of a letter is written by the sending only."))

    @api.ondelete(at_uninstall=False)
    def _unlink_unsent_only(self):
        if any(letter.state not in UNSENT_STATES for letter in self):
            raise UserError(self.env._("A letter that has left, or may have, cannot be deleted."))

    # ------------------------------------------------------------
    # A NEW LETTER
    # ------------------------------------------------------------

    @api.model
    def _prepare_for(self, move, contact=None):
        """Return the letter of the user with this invoice that waits to be sent; a new one from the template if none does.

        :param contact: `res.partner` it goes to; without it the invoice's own address, or the first contact with one
        """
        letter = self._get_waiting(move)
        contact = contact or self._get_default_contact(move)
        if letter and letter.contact_id == contact:
            return letter
        vals = {"contact_id": contact.id, "email_to": contact.email, **self._render_letter(move, contact)}
        if letter:
            letter.write(vals)
            return letter
        return self.create({"move_id": move.id, **vals})

    @api.model
    def _get_waiting(self, move):
        """Return the letter of the user with this invoice that he has not sent yet, as he left it, or nothing."""
        move.check_access("read")
        return self.search(
            [("move_id", "=", move.id), ("user_id", "=", self.env.uid), ("state", "in", UNSENT_STATES)], limit=1
        )

    @api.model
    def _get_default_contact(self, move):
        """Return who gets an invoice: whom it is addressed to, else the client's first person with an address."""
        partner = move.partner_id
        if partner.email:
            return partner
        client = move.commercial_partner_id
        return (client | client.child_ids.sorted("id")).filtered("email")[:1]

    @api.model
    def _render_letter(self, move, contact):
        """Return subject and body from the template, in the language of the reader; without a template no body."""
        template = self.env.ref("crm_invoicing.mail_template_invoice_letter", raise_if_not_found=False)
        if not template:
            return {"subject": move.display_name, "body": False}
        lang = contact.lang or move.partner_id.lang or self.env.user.lang
        render = {"set_lang": lang, "add_context": {"contact": contact}}
        subject = template._render_field("subject", move.ids, **render)[move.id]
        body = template._render_field("body_html", move.ids, **render)[move.id]
        return {"subject": subject, "body": body}

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open(self):
        """Return the action that opens the letter as a dialog, to be read, changed and sent."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the Invoice"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("crm_invoicing.crm_invoice_letter_view_form").id, "form")],
            "target": "new",
        }

    def action_preview(self):
        """Return the action that shows the printed form as it will be attached."""
        self.ensure_one()
        return self._get_form_report().report_action(self.move_id)

    def action_refill(self):
        """Write subject and body anew from the template, in the language of the contact person.

        :return: the action that shows the letter again
        """
        self.ensure_one()
        self.write(self._render_letter(self.move_id, self.contact_id))
        return self.action_open()

    def action_open_mailbox(self):
        """Return the dialog with the user's own mailbox, which comes back to this letter."""
        self.ensure_one()
        return self.env["res.users"].with_context(mailbox_letter_id=self.id).action_open_mailbox()

    def action_discard(self):
        """Delete the letter, which was not sent, and close the dialog."""
        self.unlink()
        return {"type": "ir.actions.act_window_close"}

    @api.model
    def _get_form_report(self):
        """Return the report whose PDF is attached."""
        return self.env.ref("crm_invoicing.account_move_report_invoice")
