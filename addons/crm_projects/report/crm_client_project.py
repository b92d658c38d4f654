from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import drop_view_if_exists

from .crm_work import OPEN_STATUSES, STATUSES


class CrmClientProject(models.Model):
    """The projects of clients: of each what the client's manager may know, and nothing else of it.

    One row per `project.project` that has a client and is no template; the id is that of the project.
    """

    _name = "crm.client.project"
    _description = "Project of a Client"
    _auto = False
    _order = "active DESC, id DESC"
    _depends = {
        "project.project": [
            *("name", "active", "company_id", "partner_id", "user_id", "date_start", "date", "is_template"),
            *("crm_deal_id", "work_client_id", "work_client_access", "work_service_ids"),
        ],
        "res.partner": ["user_id"],
    }

    name = fields.Char("Project", readonly=True, translate=True)
    active = fields.Boolean(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    client_id = fields.Many2one("res.partner", readonly=True)
    client_access = fields.Integer(
        "Client's Access Key", readonly=True, aggregator=None, export_string_translation=False
    )
    seller_id = fields.Many2one("res.users", "Manager", readonly=True, help="Responsible for the client.")
    project_id = fields.Many2one(
        "project.project", "Odoo's Project", readonly=True, groups="project.group_project_user"
    )
    user_id = fields.Many2one("res.users", "Project Manager", readonly=True)
    deal_id = fields.Many2one("crm.lead", readonly=True, groups="sales_team.group_sale_salesman")
    date_start = fields.Date("Begins", readonly=True)
    date = fields.Date("Ends", readonly=True)
    service_ids = fields.Many2many(
        "product.template",
        "project_project_work_service_rel",
        "project_id",
        "product_tmpl_id",
        "Services",
        readonly=True,
    )
    work_ids = fields.One2many("crm.work", "client_project_id", "Works", readonly=True)
    work_count = fields.Integer("Number of Works", compute="_compute_works")
    open_work_count = fields.Integer("Open Works", compute="_compute_works")
    late_work_count = fields.Integer("Late Works", compute="_compute_works")
    progress = fields.Integer(
        "Progress, %", compute="_compute_works", help="Average of the works that are not cancelled."
    )
    status = fields.Selection(
        STATUSES, compute="_compute_works", help="The most urgent of its works; empty as long as it has none."
    )
    date_deadline = fields.Datetime("Next Deadline", compute="_compute_works", help="The first of its open works.")

    def init(self):
        """A view of the database: works are grouped and ordered by their projects, which needs a table to join."""
        drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            SQL(
                """
                CREATE VIEW %(name)s AS
                SELECT project.id,
                       project.id AS project_id,
                       project.name,
                       project.active,
                       project.company_id,
                       project.work_client_id AS client_id,
                       COALESCE(project.work_client_access, 0) AS client_access,
                       client.user_id AS seller_id,
                       project.user_id,
                       project.crm_deal_id AS deal_id,
                       project.date_start,
                       project.date
                  FROM project_project project
                  LEFT JOIN res_partner client ON client.id = project.work_client_id
                 WHERE project.work_client_id IS NOT NULL
                   AND project.is_template IS NOT TRUE
                """,
                name=SQL.identifier(self._table),
            )
        )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_works(self):
        """Read the figures of the works of all these projects by one grouped query."""
        figures = {}
        works = self.env["crm.work"]._read_group(
            [("client_project_id", "in", self.ids)],
            ["client_project_id", "status"],
            ["__count", "progress:sum", "date_deadline:min"],
        )
        for project, status, count, progress, deadline in works:
            figures.setdefault(project.id, {})[status] = (count, progress, deadline)
        for project in self:
            project.update(project._prepare_figures(figures.get(project.id, {})))

    @api.model
    def _prepare_figures(self, works):
        """Return the values of the computed fields.

        :param dict works: by status, how many works, the sum of their progress (percent) and the first deadline
        """
        counted = [figures for status, figures in works.items() if status != "cancelled"]
        opened = [figures for status, figures in works.items() if status in OPEN_STATUSES]
        total = sum(figures[0] for figures in counted)
        return {
            "work_count": sum(figures[0] for figures in works.values()),
            "open_work_count": sum(figures[0] for figures in opened),
            "late_work_count": works.get("late", (0,))[0],
            "progress": round(sum(figures[1] or 0 for figures in counted) / total) if total else 0,
            "status": next((status for status, _label in STATUSES if status in works), False),
            "date_deadline": min((figures[2] for figures in opened if figures[2]), default=False),
        }

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open(self):
        """Return the action that opens the tasks for who may read the project, and else what the seller may know."""
        self.ensure_one()
        self.check_access("read")
        project = self.env["project.project"].browse(self.id)
        if self.env.user._is_in_projects() and project._filtered_access("read"):
            return project.action_view_tasks()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_view_works(self):
        """Return the status of the works of these projects."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_projects.crm_work_action")
        action["domain"] = [("client_project_id", "in", self.ids)]
        action["context"] = {}
        return action
