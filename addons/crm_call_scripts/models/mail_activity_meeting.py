from odoo import models

from odoo.addons.crm_funnel.models.crm_lead_result import RECORDING


class MailActivity(models.Model):
    """A meeting whose task is done has been held."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=False):
        # sudo: the task may be done by somebody who takes no part in the meeting
        events = self.sudo().calendar_event_id
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if self.env.context.get(RECORDING):
            return result  # the deal tells the meeting itself, with the result
        for event in events.exists():
            if event.is_meeting_begun:
                event._set_outcome("held", feedback if isinstance(feedback, str) else "")
        return result
