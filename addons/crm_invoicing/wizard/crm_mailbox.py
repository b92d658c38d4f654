import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS
from odoo.tools import config

from ..tools.addresses import get_plain_address

# Where a user may let this server connect to. Other services of the network are nothing to be asked for by everybody; the
# administrator can add the port of his mail server by the system parameter crm_invoicing.mailbox_ports.
MAIL_PORTS = {25, 465, 587, 2525}
USUAL_PORTS = {"starttls": 587, "ssl": 465, "none": 25}


class CrmMailbox(models.TransientModel):
    """The own mailbox of the user who opens it: there is no field to say whose it is."""

    _name = "crm.mailbox"
    _description = "My Mailbox"

    # Where
    address = fields.Char("E-Mail Address", required=True, help="The client sees it as the sender.")
    host = fields.Char("Mail Server", compute="_compute_host", store=True, readonly=False, compute_sudo=False)
    encryption = fields.Selection(
        [("starttls", "STARTTLS"), ("ssl", "SSL"), ("none", "Not encrypted")],
        required=True,
        default="starttls",
        help="As your provider says: STARTTLS is usual at port 587, SSL at port 465.",
    )
    is_certificate_checked = fields.Boolean(
        "Check the Certificate",
        default=True,
        help="Whether the mail server must prove who it is. Untick it only for a server of your own whose certificate is "
        "self-signed.",
    )
    port = fields.Integer(compute="_compute_port", store=True, readonly=False, compute_sudo=False)

    # Who
    login = fields.Char(
        compute="_compute_login", store=True, readonly=False, compute_sudo=False, help="Often the address itself."
    )
    password = fields.Char(
        compute="_compute_password",
        inverse="_inverse_password",
        help="It is kept for sending and shown to nobody, not even to you. Empty: it stays as it is.",
    )
    secret = fields.Char(groups=NO_ACCESS, copy=False, export_string_translation=False)
    has_password = fields.Boolean(compute="_compute_has_password", export_string_translation=False)
    is_copied_to_owner = fields.Boolean("Hidden Copy to Me", help="Each letter comes to this address too.")

    # What is there
    is_set_up = fields.Boolean(compute="_compute_is_set_up", export_string_translation=False)

    # ------------------------------------------------------------
    # DEFAULTS, COMPUTES
    # ------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """Show the mailbox as it is, without its password."""
        values = super().default_get(fields)
        mailbox = self._get_current()
        current = self._read_mailbox(mailbox) if mailbox else {"address": self.env.user.email_normalized}
        return {**values, **{name: value for name, value in current.items() if name in fields}}

    @api.model
    def _read_mailbox(self, mailbox):
        return {
            "address": mailbox.from_filter,
            "host": mailbox.smtp_host,
            "port": mailbox.smtp_port,
            "encryption": mailbox.smtp_encryption.removesuffix("_strict"),
            "is_certificate_checked": mailbox.smtp_encryption.endswith("_strict") or mailbox.smtp_encryption == "none",
            "login": mailbox.smtp_user,
            "is_copied_to_owner": mailbox.is_copied_to_owner,
        }

    @api.depends("address")
    def _compute_host(self):
        """Guess the usual name, as long as there is none."""
        for mailbox in self:
            domain = get_plain_address(mailbox.address).partition("@")[2]
            mailbox.host = mailbox.host or (domain and f"smtp.{domain}")

    @api.depends("address")
    def _compute_login(self):
        for mailbox in self:
            mailbox.login = mailbox.login or mailbox.address

    @api.depends("encryption")
    def _compute_port(self):
        for mailbox in self:
            if not mailbox.port or mailbox.port in USUAL_PORTS.values():
                mailbox.port = USUAL_PORTS.get(mailbox.encryption)

    def _compute_password(self):
        self.password = False

    def _inverse_password(self):
        for mailbox in self.filtered("password"):
            # sudo: nobody reads it, so nobody may write it by its name
            mailbox.sudo().secret = mailbox.password

    @api.depends("host", "port", "encryption", "is_certificate_checked", "login", "password")
    def _compute_has_password(self):
        current = self._get_current()
        for mailbox in self:
            # sudo: whether there is one, not which
            mailbox.has_password = bool(mailbox.sudo().secret or mailbox._get_kept_password(current))

    def _compute_is_set_up(self):
        self.is_set_up = bool(self._get_current())

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_save(self):
        """Make it the mailbox of the user.

        :return: a notification, or the letter for which the mailbox was set up
        :raises UserError: saying what is missing or not allowed
        """
        self.ensure_one()
        self._save()
        return self._get_end_action(self.env._("Your invoices are sent from %(address)s.", address=self.address))

    def action_test_and_save(self):
        """Make it the mailbox of the user if it works: log in, ask whether the address may send, send nothing.

        :return: as `action_save`
        :raises UserError: saying what does not work; the mailbox stays as it was
        """
        self.ensure_one()
        self._save()._test_mailbox()
        message = self.env._("It works. Your invoices are sent from %(address)s.", address=self.address)
        return self._get_end_action(message)

    def action_remove(self):
        """Delete the mailbox of the user with its password."""
        self._get_current(is_any_kind=True).unlink()
        return self._get_end_action(self.env._("Your mailbox was removed: no invoices are sent until you set one up."))

    @api.model
    def _get_end_action(self, message):
        """Return the notification that ends the dialog; a letter for which it was opened is shown again."""
        self.env.user.invalidate_recordset()
        letter = self.env["crm.invoice.letter"].browse(self.env.context.get("mailbox_letter_id")).exists()
        next_action = letter.action_open() if letter else {"type": "ir.actions.client", "tag": "soft_reload"}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message, "next": next_action},
        }

    # ------------------------------------------------------------
    # THE SERVER
    # ------------------------------------------------------------

    @api.model
    def _get_current(self, is_any_kind=False):
        """Return the mailbox of the user; of any kind: another personal server, an archived one too."""
        # sudo: servers are the administrators', this one is the user's own
        Server = self.env["ir.mail_server"].sudo().with_context(active_test=not is_any_kind)
        domain = [("owner_user_id", "=", self.env.uid)]
        return Server.search(domain if is_any_kind else [*domain, ("smtp_authentication", "=", "login")])

    def _save(self):
        """Write the mailbox.

        :return: `ir.mail_server`, with the rights to use it
        """
        self.env.user._check_mailbox_allowed()
        self._check_address()
        self._check_server()
        password = self._get_password()
        other = self._get_current(is_any_kind=True) - self._get_current()
        other.unlink()
        values = {**self._prepare_server(), "mailbox_password": password}
        mailbox = self._get_current()
        if mailbox:
            mailbox.write(values)
        else:
            mailbox = mailbox.create({**values, "owner_user_id": self.env.uid})
        self.sudo().secret = False  # sudo: it is kept at the server from now on
        return mailbox

    def _prepare_server(self):
        return {
            "name": self.env._("Mailbox of %(user)s", user=self.env.user.name),
            "from_filter": get_plain_address(self.address),
            "smtp_authentication": "login",
            "smtp_host": self.host.strip(),
            "smtp_port": self.port,
            "smtp_encryption": self._get_server_encryption(),
            "smtp_user": (self.login or "").strip(),
            "smtp_pass": False,
            "is_copied_to_owner": self.is_copied_to_owner,
        }

    def _get_server_encryption(self):
        is_strict = self.is_certificate_checked and self.encryption != "none"
        return f"{self.encryption}_strict" if is_strict else self.encryption

    def _get_password(self):
        """Return the password to keep.

        :raises UserError: if it has to be entered
        """
        # sudo: nobody reads the secret, it is only passed on to the server
        entered = self.sudo().secret
        password = entered or self._get_kept_password(self._get_current())
        if self.login and not password:
            raise UserError(
                self.env._(
                    "Enter the password: it is asked for anew whenever the server, the port, the login or the encryption changes."
                )
            )
        return password

    def _get_kept_password(self, current):
        """Return the password of the mailbox as it is, if it was entered for this very server and login."""
        if not current:
            return False
        asked = (self.host, self.port, self._get_server_encryption(), self.login or False)
        kept = (current.smtp_host, current.smtp_port, current.smtp_encryption, current.smtp_user or False)
        return current.mailbox_password if asked == kept else False

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    def _check_address(self):
        address = get_plain_address(self.address)
        Server = self.env["ir.mail_server"]
        if not address or Server._parse_from_filter(address) != [address]:
            raise UserError(self.env._("%(address)s is no e-mail address.", address=self.address))
        # sudo: the addresses that Odoo itself sends from; what goes out by them must not be diverted
        reserved = self.env["mail.alias.domain"].sudo().search([]).mapped("default_from_email")  # pylint: disable=no-search-all
        reserved.append(config.get("email_from"))
        if any(sender and Server._match_from_filter(sender, address) for sender in reserved):
            raise UserError(
                self.env._("Odoo itself sends from %(address)s: take an address of your own.", address=address)
            )

    def _check_server(self):
        if not re.fullmatch(r"[\w.:-]+", (self.host or "").strip()):
            raise UserError(self.env._("Enter the name of the mail server, as your provider gives it."))
        if self.port not in self._get_allowed_ports():
            raise UserError(
                self.env._(
                    "Port %(port)s is no port of a mail server. Usual are 587, 465 and 25; your administrator can allow others.",
                    port=self.port,
                )
            )

    @api.model
    def _get_allowed_ports(self):
        # sudo: a setting of the administrator
        text = self.env["ir.config_parameter"].sudo().get_param("crm_invoicing.mailbox_ports") or ""
        return MAIL_PORTS | {int(port) for port in re.findall(r"\d+", text)}
