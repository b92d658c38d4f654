from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.sql import drop_view_if_exists


class CrmProjectTemplate(models.Model):
    """The names of project templates, for salespeople who see nothing else of Odoo's Project."""

    _name = "crm.project.template"
    _description = "Project Template"
    _auto = False
    _order = "id"
    _depends = {"project.project": ["name", "active", "company_id", "is_template"]}

    name = fields.Char(readonly=True, translate=True)
    active = fields.Boolean(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    def init(self):
        drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            SQL(
                "CREATE VIEW %s AS SELECT id, name, active, company_id FROM project_project WHERE is_template",
                SQL.identifier(self._table),
            )
        )
