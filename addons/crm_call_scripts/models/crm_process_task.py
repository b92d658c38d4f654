from odoo import fields, models


class CrmProcessTask(models.AbstractModel):
    """A call that the process plans knows its script."""

    _inherit = "crm.process.task"

    call_script_id = fields.Many2one("crm.call.script", ondelete="set null", help="By which the planned call is held.")

    def _plan_task(self, lead, deadline=None):
        task = super()._plan_task(lead, deadline)
        if task.activity_category == "phonecall" and self.call_script_id:
            task.call_script_id = self.call_script_id
        return task
