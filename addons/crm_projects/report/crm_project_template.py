from odoo import fields, models
from odoo.tools import SQL


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

    @property
    def _table_query(self):
        return SQL("SELECT id, name, active, company_id FROM project_project WHERE is_template")
