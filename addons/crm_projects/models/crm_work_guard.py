from odoo import api, models
from odoo.exceptions import AccessError


class CrmWorkGuard(models.AbstractModel):
    """Fields that say who sees a record: computed, and by nobody written; readonly alone does not stop a caller over RPC."""

    _name = "crm.work.guard"
    _description = "Fields That Nobody Writes"
    _kept_fields = frozenset()

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        return {name: value for name, value in values.items() if name not in self._kept_fields}

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_kept_fields(vals)
        records = super().create(vals_list)
        records._check_deals(vals_list)
        return records

    def write(self, vals):
        self._check_kept_fields(vals)
        result = super().write(vals)
        self._check_deals([vals])
        return result

    def _check_deals(self, vals_list):
        """:raises AccessError: if somebody enters a deal that he may not read: its name would be shown to him"""
        if any(vals.get("crm_deal_id") for vals in vals_list):
            self.crm_deal_id.check_access("read")

    @api.model
    def _check_kept_fields(self, vals):
        """:raises AccessError: if anybody but the program writes such a field"""
        written = self._kept_fields & vals.keys()
        if written and not self.env.su:
            names = ", ".join(sorted(self._fields[name]._description_string(self.env) for name in written))
            raise AccessError(
                self.env._("“%(fields)s” follows from the customer of the project or task: change that.", fields=names)
            )


class ProjectTask(models.Model):
    _name = "project.task"
    _inherit = ["project.task", "crm.work.guard"]
    _kept_fields = frozenset(("work_client_id", "work_client_access", "work_seller_id", "work_closed_date"))


class ProjectProject(models.Model):
    _name = "project.project"
    _inherit = ["project.project", "crm.work.guard"]
    _kept_fields = frozenset(("work_client_id", "work_client_access"))
