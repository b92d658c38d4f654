from odoo import models


class CrmLead(models.Model):
    """Steps that are recorded by what happens elsewhere: a document is sent, a contract signed."""

    _inherit = "crm.lead"

    def _record_trigger(self, trigger, origin="document", is_meant=None, **given):
        """Record the step that waits for an event, on each of the deals whose process has one.

        A deal that is closed, past the step, or without such a step stays as it is: the event itself never fails.

        :param str trigger: one of the values of `crm.process.step.trigger`
        :param str origin: one of the values of `crm.process.result.origin`
        :param is_meant: function that says of a step with that trigger whether it waits for this very event;
            by default each of them does
        :param given: values of the result, as `_record_result` takes them
        :return: the recorded `crm.process.result`
        """
        results = self.env["crm.process.result"]
        for lead in self:
            steps = lead._get_offered_steps().filtered(lambda step: step.trigger == trigger)
            step = steps.filtered(is_meant)[:1] if is_meant else steps[:1]
            if step:
                results |= lead._record_result(step, origin=origin, by_hand=False, **given)
        return results
