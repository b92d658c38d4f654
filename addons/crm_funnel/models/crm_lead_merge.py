from odoo import models
from odoo.tools import SQL


class CrmLead(models.Model):
    """Merged deals: one log of both, in the order in which it happened."""

    _inherit = "crm.lead"

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        self._merge_results(opportunities)
        return result

    def _merge_results(self, opportunities):
        """Move the results of ``opportunities`` into the log of ``self`` and chain all of them by their date."""
        # sudo: whoever may merge the deals, merges all that was recorded on them
        logs = self.env["crm.process.result"].sudo().search([("lead_id", "in", (self | opportunities).ids)])
        if not logs.filtered(lambda result: result.lead_id != self):
            return
        furthest = (self | opportunities).process_step_id.filtered(lambda step: step.process_id == self.process_id)
        furthest = furthest.sorted(lambda step: step._get_position())[-1:]
        logs.flush_recordset()
        self._chain_results(logs.sorted("id"))
        logs.invalidate_recordset()
        self.invalidate_recordset(["result_ids"])
        for name in ("last_result_id", "last_result_date", "process_step_id"):
            self.env.add_to_compute(self._fields[name], self)
        if furthest and furthest != self.process_step_id:
            self._append_results([self._prepare_result("move", "move", step=furthest)])

    def _chain_results(self, logs):
        """Let each of ``logs``, the oldest first, follow the one before it in the log of this deal.

        No two rows may follow the same one, not even in between: the last ones are loosened first, then each is tied.
        """
        for result in reversed(logs):
            self.env.cr.execute(SQL("UPDATE crm_process_result SET previous_id = id WHERE id = %s", result.id))
        previous_id = None
        for result in logs:
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_process_result SET lead_id = %s, previous_id = %s WHERE id = %s",
                    self.id,
                    previous_id,
                    result.id,
                )
            )
            previous_id = result.id
