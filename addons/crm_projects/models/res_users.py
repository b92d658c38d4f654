from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    reads_works_only = fields.Boolean(
        compute="_compute_reads_works_only",
        export_string_translation=False,
        help="A salesperson without rights in Project; the record rules ask this. He sees of projects what `crm.work` and "
        "`crm.client.project` show of his clients, and tasks assigned to himself.",
    )

    @api.depends("group_ids")
    def _compute_reads_works_only(self):
        for user in self:
            # sudo: the groups of a colleague are not readable by everybody, only this answer is given away
            groups = user.sudo()
            user.reads_works_only = groups.has_group("sales_team.group_sale_salesman") and not groups._is_in_projects()

    def _is_in_projects(self):
        """Return whether the user works in Odoo's Project: then its own rules say what he sees there."""
        return self.has_group("project.group_project_user")
