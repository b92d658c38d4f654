from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError

# the value of `outgoing_mail_server_type` for a server with a login and password of the user's own
MAILBOX_TYPE = "mailbox"


class ResUsers(models.Model):
    """The own mailbox of a user: a personal mail server whose address and login he chooses himself."""

    _inherit = "res.users"

    outgoing_mail_server_type = fields.Selection(
        selection_add=[(MAILBOX_TYPE, "Own Mailbox")], ondelete={MAILBOX_TYPE: "set default"}
    )
    mailbox_address = fields.Char(
        "Own Mailbox Address",
        compute="_compute_mailbox_address",
        help="The address that invoices are sent from. Empty: no mailbox is set up, and nothing can be sent.",
    )
    is_mailbox_allowed = fields.Boolean(compute="_compute_is_mailbox_allowed", export_string_translation=False)

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    def _compute_outgoing_mail_server_id(self):
        """A mailbox is the server of its owner also if its address or login is not his e-mail in Odoo.

        The type says what carries his other mail: the mailbox, if it has the address that this mail comes from.
        """
        super()._compute_outgoing_mail_server_id()
        # sudo: servers are the administrators', each user gets to know his own one only
        mailboxes = self.env["ir.mail_server"].sudo().search(self._get_mailbox_domain())
        mailbox_by_owner = {mailbox.owner_user_id.id: mailbox for mailbox in mailboxes}
        for user in self.filtered(lambda user: user._origin.id in mailbox_by_owner):
            mailbox = mailbox_by_owner[user._origin.id]
            user.outgoing_mail_server_id = mailbox.id
            is_for_all = mailbox.from_filter == user.email_normalized
            user.outgoing_mail_server_type = MAILBOX_TYPE if is_for_all else "default"

    def _get_mailbox_domain(self):
        return [("owner_user_id", "in", self._origin.ids), ("smtp_authentication", "=", "login")]

    @api.depends("outgoing_mail_server_id")
    def _compute_mailbox_address(self):
        for user in self:
            # sudo: the address is what everybody sees who gets a letter
            user.mailbox_address = user.sudo().outgoing_mail_server_id.from_filter

    @api.depends("has_external_mail_server", "share")
    def _compute_is_mailbox_allowed(self):
        # sudo: a switch of the administrator
        is_off = self.env["ir.config_parameter"].sudo().get_param("mail.disable_personal_mail_servers")
        for user in self:
            user.is_mailbox_allowed = user.has_external_mail_server and not user.share and not is_off

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "mailbox_address", "is_mailbox_allowed"]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def action_setup_outgoing_mail_server(self, server_type):
        """Odoo's own choice of servers opens our dialog; the server is made when its password is known."""
        if server_type == MAILBOX_TYPE:
            return self.action_open_mailbox()
        return super().action_setup_outgoing_mail_server(server_type)

    @api.model
    def action_test_outgoing_mail_server(self):
        """Test a mailbox with clear messages, and other servers as Odoo does."""
        user = self.env.user
        # sudo: the user's own server, of which he gets one answer
        mailbox = user.outgoing_mail_server_id.sudo()
        if mailbox.smtp_authentication != "login":
            return super().action_test_outgoing_mail_server()
        user._check_mailbox_allowed()
        return mailbox._test_mailbox()

    def action_open_mailbox(self):
        """Return the action that opens the dialog with the user's own mailbox.

        :raises UserError: if he may have none
        """
        self.env.user._check_mailbox_allowed()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_invoicing.crm_mailbox_action")
        action["context"] = {"mailbox_letter_id": self.env.context.get("mailbox_letter_id")}
        return action

    # ------------------------------------------------------------
    # FOR THE LETTERS
    # ------------------------------------------------------------

    def _check_mailbox_allowed(self):
        if self.share:
            raise UserError(self.env._("Only users of the company have a mailbox of their own here."))
        if not self.is_mailbox_allowed:
            raise UserError(self.env._("Your administrator does not allow own mailboxes: ask him to switch them on."))

    def _get_mailbox(self):
        """Return the personal mail server of the user, to send through.

        :raises UserError: if own mailboxes are not allowed
        :raises RedirectWarning: if he has set none up, with a button to do it
        """
        self.ensure_one()
        self._check_mailbox_allowed()
        # sudo: servers are the administrators', this one is the user's own
        mailbox = self.outgoing_mail_server_id.sudo()
        if not mailbox:
            raise RedirectWarning(
                self.env._(
                    "Invoices are sent from your own mailbox, and you have not set it up yet. Nothing was sent."
                ),
                self.env.ref("crm_invoicing.crm_mailbox_action").id,
                self.env._("Set Up My Mailbox"),
                {"mailbox_letter_id": self.env.context.get("mailbox_letter_id")},
            )
        return mailbox
