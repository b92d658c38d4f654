import logging
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tools import SQL

from ..tools.smtp_delivery import DeliveryError
from .crm_invoice_letter import UNSENT_STATES

_logger = logging.getLogger(__name__)

# milliseconds that a short transaction of the sending waits for what another one has locked
LOCK_TIMEOUT = 3000


class CrmInvoiceLetter(models.Model):
    """Sending: once, or not at all, whatever becomes of the request.

    A request can be retried after a conflict, doubled by a second click, rolled back by an error or killed. Therefore
    nothing about the sending is written in its transaction. Three short transactions of their own are committed: the
    letter is claimed (sending), then the mail server is spoken to, then the outcome is written (sent, failed, unclear), then
    the letter is noted in the histories. A letter that stays claimed without a request that holds its lock was left by a
    process that died: whether it arrived is for a person to find out.
    """

    _inherit = "crm.invoice.letter"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_send(self):
        """Send the letter from the mailbox of the user. What was sent already is not sent again.

        :return: an action: a notification that it was sent, or the letter again with what went wrong
        :raises RedirectWarning: if the user has no mailbox
        :raises UserError: if the letter lacks something, or is being sent by another request
        """
        self.ensure_one()
        self.check_access("write")
        self._hold()
        envelope = self._in_own_transaction("_begin_sending")
        if envelope:
            error = self._converse(envelope)
            self._in_own_transaction("_write_outcome", error)
        return self._get_result_action(self._register_if_possible())

    def action_send_again(self):
        """Send a letter of which nobody knew whether it had arrived; somebody has found out that it has not.

        :return: as `action_send`
        """
        self.ensure_one()
        self.check_access("write")
        self._hold()
        self._in_own_transaction("_decide", "failed")
        return self.action_send()

    def action_mark_sent(self):
        """Note that a letter has arrived of which nobody knew; it is registered as any other.

        :return: a notification
        """
        self.ensure_one()
        self.check_access("write")
        self._hold()
        self._in_own_transaction("_decide", "sent")
        return self._get_result_action(self._register_if_possible())

    def action_check(self):
        """Look what became of a letter that is being sent for long.

        :return: the letter, unclear if the process that sent it is gone
        """
        self.ensure_one()
        self.check_access("write")
        self._hold()
        self._in_own_transaction("_settle_abandoned")
        return self.action_open()

    def _get_result_action(self, state):
        """Return what the user sees; ``state`` was read after the sending, which this transaction cannot see."""
        self.invalidate_recordset()
        if state != "sent":
            return self.action_open()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The invoice was sent to %(address)s.", address=self.email_to),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # ------------------------------------------------------------
    # ONCE ONLY
    # ------------------------------------------------------------

    def _hold(self):
        """Hold the letter until the request ends, however it ends.

        :raises UserError: if another request holds it
        """
        if not self._try_hold():
            raise UserError(self.env._("This letter is being sent just now, in another window."))

    def _try_hold(self):
        lock = SQL("SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)", self._table, self.id)
        return self.env.execute_query(lock)[0][0]

    def _in_own_transaction(self, method, *args):
        """Call a method of this letter in a transaction that is committed whatever becomes of the request's.

        :return: what the method returns: plain values, no records
        """
        with self.env.registry.cursor() as cr:
            env = self.env(cr=cr)
            return retrying(partial(self.with_env(env)._call_impatiently, method, *args), env)

    def _call_impatiently(self, method, *args):
        # the request may have locked what is written here: it would wait for itself
        self.env.execute_query(SQL("SELECT set_config('lock_timeout', %s, true)", str(LOCK_TIMEOUT)))
        if not self.exists():
            raise UserError(self.env._("Save the letter before you send it."))
        return getattr(self, method)(*args)

    def _begin_sending(self):
        """Claim the letter.

        :return: the envelope, as `_prepare_envelope`; None if there is nothing to send
        """
        self._settle_abandoned()
        if self.state not in UNSENT_STATES:
            return None
        mailbox = self.env.user.with_context(mailbox_letter_id=self.id)._get_mailbox()
        if self.user_id != self.env.user:
            self.user_id = self.env.user
        self._check_complete()
        if not mailbox._reserve_personal_letter():
            raise UserError(
                self.env._(
                    "Your mailbox sends %(limit)s letters a minute at most: send this one in a minute.",
                    limit=mailbox._get_personal_mail_servers_limit(),
                )
            )
        form = self._prepare_form()
        # sudo: who may write the letter may send it; the state is written by these methods only
        self.sudo().write(
            {
                "state": "sending",
                "failure": False,
                "message_uid": self._get_message_uid(),
                "form_attachment_id": form.id,
            }
        )
        return self._prepare_envelope(mailbox)

    def _settle_abandoned(self):
        """Give up what is being sent by nobody; the caller holds the letter, so nobody does."""
        for letter in self.filtered(lambda letter: letter.state == "sending"):
            letter._write_outcome(DeliveryError("cut", is_unclear=True))

    def _converse(self, envelope):
        """Speak with the mail server, outside of all the short transactions.

        :return: the DeliveryError, None if the letter has left
        """
        mailbox = self.env.user._get_mailbox()
        try:
            mailbox._deliver_letter(envelope)
        except DeliveryError as error:
            _logger.info("Letter %s was not sent: %s %s", self.id, error.kind, error.code)
            return error
        return None

    def _write_outcome(self, error):
        if not error:
            vals = {"state": "sent", "sent_date": fields.Datetime.now(), "failure": False}
        else:
            failure = self.env["ir.mail_server"]._get_delivery_message(error)
            vals = {"state": "unclear" if error.is_unclear else "failed", "failure": failure}
        # sudo: the state is written by these methods only
        self.sudo().write(vals)

    def _decide(self, state):
        """Write what a person has found out about an unclear letter; others stay as they are."""
        self._settle_abandoned()
        if self.state == "unclear":
            sent_date = self.write_date if state == "sent" else False
            # sudo: the state is written by these methods only
            self.sudo().write({"state": state, "sent_date": sent_date, "failure": False})

    # ------------------------------------------------------------
    # THE HISTORIES
    # ------------------------------------------------------------

    def _register_if_possible(self):
        """Register a sent letter, but never say that it was not sent because that failed: the night tries again.

        :return: the state of the letter
        """
        try:
            return self._in_own_transaction("_register_if_sent")
        except Exception:  # pylint: disable=broad-except  # whatever it is, the letter has left
            _logger.exception("Letter %s was sent, but not noted in the histories.", self.id)
            return "sent"

    def _register_if_sent(self):
        """Note a sent letter in the histories, once.

        :return: the state of the letter
        """
        if self.state == "sent" and not self.is_registered:
            self.sudo().is_registered = True  # sudo: written by these methods only
            self._note_in_histories()
        return self.state

    def _note_in_histories(self):
        """Note the sent letter on the invoice, at the client, and with whoever waits for it."""
        move = self.move_id
        # sudo: a salesperson reads his invoices only, but what he has sent belongs to their history
        message = move.sudo()._message_create([self._prepare_history()])
        self._hand_attachments_over()
        # sudo: the sender follows the invoice, so that he is told of the answer
        move.sudo().message_subscribe(partner_ids=self.user_id.partner_id.ids)
        self.sudo().mail_message_id = message  # sudo: written by these methods only
        move.partner_id._touch_clients()
        move._on_letter_sent(self)

    def _prepare_history(self):
        """Return the values of the message on the invoice; it notifies nobody: the letter itself has done that."""
        author = self.user_id.partner_id
        return {
            "model": "account.move",
            "res_id": self.move_id.id,
            "message_type": "email_outgoing",
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment"),
            "subject": self.subject,
            "body": self.body,
            "author_id": author.id,
            "email_from": author.email_formatted,
            "partner_ids": self.contact_id.ids,
            "message_id": self.message_uid,
            "attachment_ids": (self.form_attachment_id | self.attachment_ids).ids,
        }

    def _hand_attachments_over(self):
        """Make the attachments of the letter those of the invoice: whoever reads it, reads them."""
        # sudo: they were checked to be readable by the sender, who sent them away
        attachments = (self.form_attachment_id | self.attachment_ids).sudo()
        own = attachments.filtered(lambda file: not file.res_id or file.res_model == self._name)
        own.write({"res_model": "account.move", "res_id": self.move_id.id})

    @api.autovacuum
    def _settle_forgotten(self):
        """Finish what a process that died has left: claimed letters are unclear, sent ones are registered."""
        forgotten = self.search([("state", "in", ("sending", "sent")), ("is_registered", "=", False)], limit=1000)
        for letter in forgotten:
            if letter._try_hold():
                letter._settle_abandoned()
                # sudo: the sender may have lost the client since, or be archived; he stays the author of the message
                letter.with_user(letter.user_id).sudo()._register_if_possible()
