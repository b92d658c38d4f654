from types import SimpleNamespace

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import formataddr, html2plaintext
from odoo.tools.mail import generate_tracking_message_id
from odoo.tools.safe_eval import safe_eval, time

from ..tools.addresses import get_plain_address


class CrmInvoiceLetter(models.Model):
    """The letter as a message: headers, text and attachments."""

    _inherit = "crm.invoice.letter"

    def _check_complete(self):
        """Raise a UserError for what every mail server would refuse."""
        warning = self._get_warning()
        if warning:
            raise UserError(warning)
        # attachments are named by their ids: the content of those the user may not read does not leave with a letter
        self.attachment_ids.check_access("read")

    def _prepare_envelope(self, mailbox):
        """Return what the conversation with the mail server needs, so that it reads nothing from the database.

        :param mailbox: `ir.mail_server` of the sender
        :return: dict of sender, recipient, copies (addresses) and data (bytes)
        """
        message = self._prepare_message(mailbox)
        recipient = get_plain_address(self.email_to)
        session = SimpleNamespace(from_filter=mailbox.from_filter, smtp_from=message["From"])
        sender, recipients, message = (
            self.env["ir.mail_server"]
            .with_context(send_validated_to=[recipient])
            ._prepare_email_message__(message, session)
        )
        return {
            "sender": sender,
            "recipient": recipients[0],
            "copies": [mailbox.from_filter] if mailbox.is_copied_to_owner else [],
            # seven bits: not every server takes eight, and none has to say so
            "data": message.as_bytes(policy=message.policy.clone(cte_type="7bit")),
        }

    def _prepare_message(self, mailbox):
        """Return the `email.message.EmailMessage`."""
        sender = self._format_address(self.env.user.name, mailbox.from_filter)
        body = self.env["mail.render.mixin"]._replace_local_links(self.body or "")
        return self.env["ir.mail_server"]._build_email__(
            email_from=sender,
            email_to=[self._format_address(self.contact_id.name, get_plain_address(self.email_to))],
            subject=self._get_line(self.subject),
            body=body,
            body_alternative=html2plaintext(body),
            subtype="html",
            subtype_alternative="plain",
            reply_to=self._get_reply_to(sender),
            message_id=self.message_uid,
            attachments=self._get_attachment_contents(),
        )

    @api.model
    def _format_address(self, name, address):
        return formataddr((self._get_line(name), address))

    @api.model
    def _get_line(self, text):
        """Return a text as one line, as headers want it, whatever was pasted into it."""
        return " ".join((text or "").split())

    def _get_reply_to(self, sender):
        """Return where answers go: back to the invoice if Odoo receives mail, else to the mailbox of the sender."""
        return self.move_id._notify_get_reply_to(default=sender, author_id=self.env.user.partner_id.id)[self.move_id.id]

    def _get_attachment_contents(self):
        # sudo: the printed form was made for this letter, the others were checked to be readable by the sender
        attachments = (self.form_attachment_id | self.attachment_ids).sudo()
        return [(attachment.name, attachment.raw or b"", attachment.mimetype) for attachment in attachments]

    # ------------------------------------------------------------
    # THE PRINTED FORM
    # ------------------------------------------------------------

    def _prepare_form(self):
        """Return the printed form as it is now, in place of the one that an attempt before has made."""
        self.form_attachment_id.sudo().unlink()  # sudo: made by us for an attempt that failed
        if not self.is_form_attached:
            return self.env["ir.attachment"]
        return self.env["ir.attachment"].create(
            {
                "name": self._get_form_name(),
                "raw": self._render_form(),
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _render_form(self):
        """Return the printed form, bytes of a PDF."""
        report = self._get_form_report()
        # also while testing, where Odoo would give the HTML
        Report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        return Report._render_qweb_pdf(report, self.move_id.ids)[0]

    def _get_form_name(self):
        """Return the file name, as the report names it when it is printed."""
        report = self._get_form_report()
        if report.print_report_name:
            # as Odoo's own download of a report does; the expression is the administrators'
            name = safe_eval(report.print_report_name, {"object": self.move_id, "time": time})
        else:
            name = self.move_id.display_name
        return f"{name.replace('/', '-')}.pdf"

    def _get_message_uid(self):
        """Return the Message-Id, by which answers find the invoice."""
        return self.message_uid or generate_tracking_message_id(f"{self.move_id.id}-account.move")
