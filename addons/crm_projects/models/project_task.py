from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.crm_clients.tools.schema import create_missing_columns
from odoo.addons.project.models.project_task import CLOSED_STATES

CUSTOMERS = ("partner_id", "project_id.partner_id")  # whose a work is: the first that is there


class ProjectTask(models.Model):
    """A work is a task with a service: one service that is delivered to one client."""

    _inherit = "project.task"

    work_service_id = fields.Many2one(
        "product.template",
        "Service",
        ondelete="restrict",
        tracking=True,
        domain=lambda self: self.env["product.template"]._get_client_service_domain(),
        help="What is delivered to the client. With a service the task is a work, and the status of works shows it.",
    )
    work_client_id = fields.Many2one(
        "res.partner",
        "Client of the Work",
        compute="_compute_work_client_id",
        store=True,
        help="The client that the customer of the task, or of its project, belongs to. Without one it is no work.",
    )
    work_client_access = fields.Integer(
        related="work_client_id.client_access",
        string="Client's Access Key",
        store=True,
        export_string_translation=False,
    )
    work_seller_id = fields.Many2one(
        related="work_client_id.user_id", string="Responsible Manager", store=True, help="He is told what happens."
    )
    # not computed before the row is there: Odoo would read who creates it, which a portal user may not
    crm_deal_id = fields.Many2one(
        "crm.lead",
        "Deal",
        compute="_compute_crm_deal_id",
        store=True,
        readonly=False,
        copy=False,  # who may not read it copies tasks as well; the copy gets the deal of its project
        ondelete="set null",
        groups="sales_team.group_sale_salesman",
    )
    is_work_under_way = fields.Boolean(
        "Work under Way", copy=False, tracking=True, help="Somebody has begun to deliver the service."
    )
    work_progress = fields.Integer("Progress, %", copy=False, tracking=True, aggregator="avg", help="0 to 100.")
    work_closed_date = fields.Datetime(
        "Delivered on", compute="_compute_work_closed_date", store=True, copy=False, help="Done or cancelled since."
    )
    work_move_ids = fields.One2many("crm.work.move", "task_id", "Moved Deadlines")
    work_move_count = fields.Integer("Times Moved", compute="_compute_work_move_count")

    _work_deadline_idx = models.Index("(date_deadline, id) WHERE work_client_id IS NOT NULL")
    _work_open_idx = models.Index(
        "(date_deadline, id) WHERE work_client_id IS NOT NULL AND work_closed_date IS NULL",
    )
    _work_client_idx = models.Index("(work_client_id, work_service_id) WHERE work_client_id IS NOT NULL")
    _work_access_idx = models.Index("(work_client_access, date_deadline, id) WHERE work_client_id IS NOT NULL")
    _work_deal_idx = models.Index("(crm_deal_id) WHERE crm_deal_id IS NOT NULL")

    def _auto_init(self):
        """Add the columns empty: no task is a work yet, nothing to compute."""
        columns = {
            "work_service_id": "int4",
            "work_client_id": "int4",
            "work_client_access": "int4",
            "work_seller_id": "int4",
            "crm_deal_id": "int4",
            "work_progress": "int4",
            "work_closed_date": "timestamp",
        }
        create_missing_columns(self.env.cr, "project_task", columns)
        return super()._auto_init()

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends(
        "work_service_id",
        "is_template",
        "project_id.is_template",
        *(f"{path}.{name}" for path in CUSTOMERS for name in ("client_id", "commercial_partner_id")),
    )
    def _compute_work_client_id(self):
        for task in self:
            customer = task.partner_id or task.project_id.partner_id
            is_template = task.is_template or task.project_id.is_template
            client = customer.client_id or customer.commercial_partner_id
            task.work_client_id = client if task.work_service_id and not is_template else False

    @api.depends("project_id.crm_deal_id")
    def _compute_crm_deal_id(self):
        for task in self:
            task.crm_deal_id = task.crm_deal_id or task.project_id.crm_deal_id

    # a task that was closed before it became a work, maybe before the addon came, is a closed work as well
    @api.depends("state", "work_service_id")
    def _compute_work_closed_date(self):
        for task in self:
            is_closed = task.state in CLOSED_STATES
            task.work_closed_date = is_closed and (task.work_closed_date or fields.Datetime.now())

    def _compute_work_move_count(self):
        counts = dict(self.env["crm.work.move"]._read_group([("task_id", "in", self.ids)], ["task_id"], ["__count"]))
        for task in self:
            task.work_move_count = counts.get(task, 0)

    @api.constrains("work_progress")
    def _check_work_progress(self):
        for task in self:
            if not 0 <= task.work_progress <= 100:
                raise ValidationError(
                    self.env._("The progress of “%(work)s” is between 0 and 100 percent.", work=task.display_name)
                )

    # ------------------------------------------------------------
    # WORKS
    # ------------------------------------------------------------

    @api.model
    def _get_open_works_domain(self):
        """Return the domain of works that are neither done nor cancelled."""
        return Domain("work_client_id", "!=", False) & Domain("state", "not in", list(CLOSED_STATES))
