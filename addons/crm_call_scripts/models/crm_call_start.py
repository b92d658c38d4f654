from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class CrmCall(models.Model):
    """The beginning of a call."""

    _inherit = "crm.call"

    def _start(self, partner=None, lead=None, activity=None, script=None):
        """Begin a call, or return the one that was begun from the same place and is not finished.

        :param partner: `res.partner` that is called, maybe empty for an inquiry of somebody unknown
        :param lead: `crm.lead` that the call is about, maybe empty
        :param activity: the task from which it is begun
        :param script: `crm.call.script`; by default the best for the deal and client
        :return: the open `crm.call`
        :raises UserError: if nobody may call the client
        :raises AccessError: if the user may not write the deal, or the client where there is none
        """
        partner = partner if partner is not None else self.env["res.partner"]
        lead = lead if lead is not None else self.env["crm.lead"]
        activity = activity if activity is not None else self.env["mail.activity"]
        self.check_access("read")  # whoever has no part in sales holds no calls, whichever clients he may write
        (lead or partner).check_access("write")
        partner.check_access("read")
        # only the user's own calls are resumed without a task: he waits for nobody else who calls about the same deal
        self._take_turn_on(activity or self.env.user)
        open_call = self._find_open(partner, lead, activity)
        if open_call:
            return open_call
        self._check_callable(partner)
        script = script or self.env["crm.call.script"]
        if not script.published_id:
            script = script._get_for(lead, partner)[:1]
        return self._create_call(partner, lead, activity, script)

    def _take_turn_on(self, record):
        """Let calls from one place begin one after the other: the second then finds the first."""
        record.flush_recordset()
        self.env.cr.execute(
            SQL("UPDATE %s SET write_date = write_date WHERE id = %s", SQL.identifier(record._table), record.id)
        )

    def _find_open(self, partner, lead, activity):
        """Return the call that is under way: of the task whoever holds it, else the user's own."""
        # sudo: a colleague's call of the same task must be found to be told of; the screen asks whether it may be taken
        calls = self.sudo()
        if activity:
            call = calls.search([("state", "=", "open"), ("activity_id", "=", activity.id)], limit=1)
        else:
            same = Domain("lead_id", "=", lead.id) & Domain("partner_id", "=", partner.id)
            mine = Domain("state", "=", "open") & Domain("user_id", "=", self.env.uid)
            call = calls.search(mine & same & Domain("activity_id", "=", False), limit=1)
        return call.with_env(self.env)

    def _check_callable(self, partner):
        """Refuse a call to whoever must not be called.

        :raises UserError: with the reason
        """
        # sudo: the mark of the client holds for his contacts whoever sees which of the two cards
        for card in (partner | partner.client_id).sudo():
            if card.do_not_call:
                raise UserError(
                    self.env._(
                        "%(client)s must not be called. %(reason)s",
                        client=card.display_name,
                        reason=card.do_not_call_reason or "",
                    )
                )

    def _create_call(self, partner, lead, activity, script):
        company = lead.company_id or partner.company_id or self.env.company
        # sudo: nobody creates calls by hand; the rights on client and deal were asked before
        call = self.sudo().create(
            {
                "partner_id": partner.id,
                "lead_id": lead.id,
                "team_id": lead.team_id.id,
                "activity_id": activity.id,
                "user_id": self.env.uid,
                "company_id": company.id,
                "script_id": script.id,
                "version_id": script.published_id.id,
                "node_id": script.published_id.start_node_id.id,
                "lang": self._get_call_lang(partner),
            }
        )
        return call.with_env(self.env)

    def _get_call_lang(self, partner):
        """Return the language in which the script is shown: the client's, if the database has it, else the user's."""
        installed = dict(self.env["res.lang"].get_installed())
        spoken = partner.lang or partner.client_id.lang
        return spoken if spoken in installed else self.env.user.lang or "en_US"

    def _get_screen_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "crm_call_screen",
            "name": self.env._("Call"),
            "path": "call",
            "params": {"call_id": self.id},
        }

    def action_open_call(self):
        """Return the action of the screen of the call: to go on with it, or to read it.

        :raises AccessError: if the user may not see the call
        """
        self.ensure_one()
        self.check_access("read")
        return self._get_screen_action()
