from odoo import models
from odoo.exceptions import UserError


class MailActivity(models.Model):
    """A planned call becomes a call."""

    _inherit = "mail.activity"

    def action_start_call(self):
        """Begin the planned call, or go on with it if it was interrupted.

        :return: action of the screen of the call
        :raises UserError: if the task is done already, is on nobody who could be called, or nobody may call him
        :raises AccessError: if the user may not work with the client or deal
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["crm.call"]._start(**self._get_call_targets())._get_screen_action()

    def _get_call_targets(self):
        """Return the arguments of `crm.call._start` for a call from this task.

        :raises UserError: if there is nobody to call
        """
        if not self.active:
            raise UserError(self.env._("The task “%(task)s” is done already.", task=self.display_name))
        if not self.lead_id and not self.contact_id:
            raise UserError(self.env._("The task “%(task)s” is on nobody who could be called.", task=self.display_name))
        # on a client's card the call is about what a call from the card itself is about
        lead = self.lead_id or self.contact_id._get_call_targets()["lead"]
        return {"partner": self.contact_id, "lead": lead, "activity": self, "script": self.call_script_id}
