from odoo import api, fields, models
from odoo.tools import plaintext2html


class CrmProjectAdd(models.TransientModel):
    """Add a project to a client: what is known of him and of the deal is filled in."""

    _name = "crm.project.add"
    _inherit = ["crm.work.starter", "crm.work.window"]
    _description = "New Project of a Client"

    client_id = fields.Many2one("res.partner", required=True)
    deal_id = fields.Many2one("crm.lead", domain="[('partner_id', 'child_of', client_id)]")
    name = fields.Char(
        "Project",
        compute="_compute_name",
        compute_sudo=False,
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    user_id = fields.Many2one(
        "res.users",
        "Project Manager",
        compute="_compute_user_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        domain=lambda self: str(self._get_manager_domain()),
        help="Who delivers. He gets the works that have nobody else.",
    )
    service_ids = fields.Many2many(
        "product.template",
        string="Services",
        compute="_compute_service_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        domain=lambda self: self.env["product.template"]._get_client_service_domain(),
        help="Each becomes a planned work of the project.",
    )
    template_id = fields.Many2one("crm.project.template", help="Its tasks are copied into the project.")
    date_deadline = fields.Date("Delivery Deadline", help="Of all these works; each can get its own afterwards.")
    note = fields.Text(help="What delivery has to know.")
    project_id = fields.Many2one("crm.client.project", "Added Project", readonly=True)

    @api.model
    def _get_manager_domain(self):
        """Return the domain of those who deliver.

        Fields have it as text, which only proposes: by a list Odoo hides whom a work has already, and would take it away.
        """
        group = self.env.ref("project.group_project_user")
        return [("share", "=", False), ("all_group_ids", "in", group.ids)]

    @api.model
    def _get_usual_manager(self, client):
        """Return who managed the client's last project if he still delivers; else the user if he does, or nobody."""
        team = self.env.ref("project.group_project_user")
        last = self.env["crm.client.project"].search(
            [("client_id", "=", client.id), ("user_id.active", "=", True), ("user_id.all_group_ids", "in", team.ids)],
            limit=1,
        )
        user = self.env.user
        return last.user_id or (user if user._is_in_projects() else user.browse())

    @api.depends("client_id", "deal_id")
    def _compute_name(self):
        for wizard in self:
            wizard.name = wizard.deal_id.name or wizard.client_id.name

    @api.depends("client_id", "deal_id")
    def _compute_service_ids(self):
        for wizard in self:
            sold = wizard.deal_id._get_sold_services() if wizard.deal_id else wizard.service_ids.browse()
            wizard.service_ids = sold or wizard.client_id.client_service_ids

    @api.depends("client_id")
    def _compute_user_id(self):
        for wizard in self:
            wizard.user_id = self._get_usual_manager(wizard.client_id)

    def action_add(self):
        """Create the project and its planned works, once for each window, and return the action that opens it.

        :raises AccessError: if the user may not add a project to this client
        :raises UserError: if the deadline is in the past
        """
        self.ensure_one()
        self._check_may_add()
        self._lock_client(self.client_id)
        if not self.project_id:
            self.project_id = self._add_project().id
        return self.project_id.action_open()

    def _add_project(self):
        project = self._create_project(self.client_id, self._prepare_vals(), self.template_id)
        for service in self.service_ids:
            self._create_work(self.client_id, service, project, self._prepare_work_vals())
        return project

    def _check_may_add(self):
        self._check_may_start(self.client_id, adds_project=True)
        self.template_id.check_access("read")
        self._check_deal(self.deal_id, self.client_id)
        self._check_executors(self.user_id)
        self._check_new_deadline(self.date_deadline, self.name)

    def _prepare_vals(self):
        return {
            "name": self.name,
            "crm_deal_id": self.deal_id.id,
            "user_id": self.user_id.id,
            "work_service_ids": [(6, 0, self.service_ids.ids)],
            **({"description": plaintext2html(self.note)} if self.note else {}),
        }

    def _prepare_work_vals(self):
        return {
            "date_deadline": self._to_deadline(self.date_deadline),
            "user_ids": [(6, 0, self.user_id.ids)],
        }
