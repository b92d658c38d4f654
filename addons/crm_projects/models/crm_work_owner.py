from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

PANEL_PROJECTS = 20  # projects that a card shows, the newest first
PANEL_WORKS = 200  # works that it shows, open ones first, then the last that were closed


class CrmWorkOwner(models.AbstractModel):
    """Whoever has projects and works: a client, a deal."""

    _name = "crm.work.owner"
    _description = "Owner of Works"

    # the field of crm.work and crm.client.project that points to the record
    _work_field = None

    client_project_count = fields.Integer("Number of Projects", compute="_compute_work_counts", compute_sudo=False)
    work_count = fields.Integer("Number of Works", compute="_compute_work_counts", compute_sudo=False)
    late_work_count = fields.Integer("Late Works", compute="_compute_work_counts", compute_sudo=False)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_work_counts(self):
        """Count projects, works and late works of all these records by one query, as far as the user sees them."""
        counts = {}
        if self.ids and self.env["crm.work"].has_access("read"):
            counts = {row[0]: row[1:] for row in self.env.execute_query(self._get_count_query())}
        for record in self:
            projects, works, late = counts.get(record._origin.id, (0, 0, 0))
            record.client_project_count, record.work_count, record.late_work_count = projects, works, late

    def _get_count_query(self):
        works, projects = (
            self.env[name]._search(Domain(self._work_field, "in", self.ids))
            for name in ("crm.work", "crm.client.project")
        )
        owner = SQL.identifier(self._work_field)
        return SQL(
            """
            SELECT owner_id, SUM(project)::int, SUM(work)::int, SUM(late)::int
              FROM (
                   SELECT %(work_owner)s AS owner_id, 0 AS project, 1 AS work, (%(is_late)s)::int AS late
                     FROM %(work_from)s WHERE %(work_where)s
                    UNION ALL
                   SELECT %(project_owner)s, 1, 0, 0
                     FROM %(project_from)s WHERE %(project_where)s
                   ) counted
             GROUP BY owner_id
            """,
            work_owner=SQL("%s.%s", SQL.identifier(works.table), owner),
            is_late=SQL("%s.is_late", SQL.identifier(works.table)),
            work_from=works.from_clause,
            work_where=works.where_clause or SQL("TRUE"),
            project_owner=SQL("%s.%s", SQL.identifier(projects.table), owner),
            project_from=projects.from_clause,
            project_where=projects.where_clause or SQL("TRUE"),
        )

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    def _get_work_client(self):
        """Return the client whose works these are."""
        raise NotImplementedError

    def _get_work_deal(self):
        """Return the deal that the works are about, or no deal."""
        return self.env["crm.lead"]

    # ------------------------------------------------------------
    # PANEL
    # ------------------------------------------------------------

    @api.readonly
    def get_client_projects(self):
        """Return what the tab *Projects* shows of one client or deal.

        :return: dict: ``projects`` (the newest `PANEL_PROJECTS`: {``id``, ``name``, ``active``, ``manager``, ``status``,
            ``status_label``, ``progress``: percent, ``deadline``: UTC text or False, ``works``: list}), ``works`` (those of
            no project shown),
            ``project_count``, ``work_count``, ``may_add``, ``may_report``: bool, ``refusal``: why there is no report.
            Works: {``id``, ``name``, ``service``, ``status``, ``status_label``, ``progress``, ``deadline``, ``days_late``,
            ``executors``: list of names}
        :raises AccessError: if the user may not read the record or no works
        """
        self.ensure_one()
        self.check_access("read")
        domain = Domain(self._work_field, "=", self.id)
        projects = self.env["crm.client.project"].search(domain, limit=PANEL_PROJECTS)
        works = self.env["crm.work"].search(domain, order="date_closed DESC NULLS FIRST, id", limit=PANEL_WORKS)
        for path in ("executor_ids.name", "service_id.name"):
            works.mapped(path)  # of all at once; below each project would ask for its own
        shown = works.filtered(lambda work: work.client_project_id in projects)
        client = self._get_work_client()
        refusal = self.env["crm.client.work.report"]._get_refusal(client) if client else ""
        return {
            "projects": [self._prepare_panel_project(project, shown) for project in projects],
            "works": [self._prepare_panel_work(work) for work in works - shown],
            "project_count": self.client_project_count,
            "work_count": self.work_count,
            "may_add": bool(client) and self._may_add_project(client),
            "may_report": bool(client) and not refusal,
            "refusal": refusal,
        }

    @api.model
    def _may_add_project(self, client):
        user = self.env.user
        if user.has_group("project.group_project_manager"):
            return True
        return user.has_group("sales_team.group_sale_salesman") and client.has_access("write")

    @api.model
    def _prepare_panel_project(self, project, works):
        own = works.filtered(lambda work: work.client_project_id == project)
        return {
            "id": project.id,
            "name": project.name,
            "active": project.active,
            "manager": project.user_id.name or "",
            "status": project.status,
            "status_label": self._get_status_label(project),
            "progress": project.progress,
            "deadline": fields.Datetime.to_string(project.date_deadline) or False,
            "works": [self._prepare_panel_work(work) for work in own],
        }

    @api.model
    def _prepare_panel_work(self, work):
        return {
            "id": work.id,
            "name": work.name,
            "service": work.service_id.name,
            "status": work.status,
            "status_label": self._get_status_label(work),
            "progress": work.progress,
            "deadline": fields.Datetime.to_string(work.date_deadline) or False,
            "days_late": work.days_late,
            "executors": work.executor_ids.mapped("name"),
        }

    @api.model
    def _get_status_label(self, record):
        """Return the status of a work or project in the user's words, an empty text without one."""
        return dict(record._fields["status"]._description_selection(self.env)).get(record.status, "")

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_add_project(self):
        """Return the action that asks for a new project of the client, filled in with what is known.

        :raises AccessError: if the user may not add one
        """
        self.ensure_one()
        client, deal = self._get_work_client(), self._get_work_deal()
        self.env["crm.work.starter"]._check_may_start(client, adds_project=True)
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_projects.crm_project_add_action")
        action["context"] = {"default_client_id": client.id, "default_deal_id": deal.id}
        return action

    def action_work_report(self):
        """Return the action that opens the work report of the client.

        :raises UserError: if no service is ticked: the message says what to do
        :raises AccessError: if the user may not start works of the client
        """
        self.ensure_one()
        return self.env["crm.client.work.report"]._open_for(self._get_work_client(), self._get_work_deal())

    def action_view_works(self):
        """Return the status of works of this record."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_projects.crm_work_action")
        action["domain"] = [(self._work_field, "=", self.id)]
        action["context"] = {"display_default_code": False}
        return action

    def action_view_client_projects(self):
        """Return the projects of this record."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_projects.crm_client_project_action")
        action["domain"] = [(self._work_field, "=", self.id)]
        action["context"] = {}
        return action
