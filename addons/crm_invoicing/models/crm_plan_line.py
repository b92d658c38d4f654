from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

STATES = [("planned", "Awaited"), ("partly", "Paid in Part"), ("done", "Fulfilled")]


class CrmPlanLine(models.Model):
    """Money that is expected of a client on a day, for a contract and a service, and how much of it has come.

    Where an invoice is tied, its payments are the fact, see `_compute_fact`; else what the manager enters by hand.
    """

    _name = "crm.plan.line"
    _description = "Financial Plan"
    _inherit = ["mail.thread"]
    _order = "date, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    # Whose it is, and for what
    partner_id = fields.Many2one(
        "res.partner",
        "Client",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('client_type_id', '!=', False)]",
    )
    client_access = fields.Integer(
        related="partner_id.client_access",
        string="Client's Access Key",
        store=True,
        index=True,
        export_string_translation=False,
    )
    contract_id = fields.Many2one(
        "crm.document",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('kind', 'in', ('contract', 'addendum')), ('partner_id', 'child_of', partner_id)]",
    )
    service_id = fields.Many2one(
        "product.template",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('is_client_service', '=', True)]",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        "Deal",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        domain="[('type', '=', 'opportunity'), ('partner_id', 'child_of', partner_id)]",
    )
    user_id = fields.Many2one(
        "res.users",
        "Manager",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
        check_company=True,
        domain="[('share', '=', False)]",
    )
    team_id = fields.Many2one(
        "crm.team",
        "Channel",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    note = fields.Char()

    # The plan
    date = fields.Date(
        "Planned Day", required=True, tracking=True, default=fields.Date.context_today, help="When it should be paid."
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id, ondelete="restrict"
    )
    amount = fields.Monetary("Planned", required=True, tracking=True)

    # The fact
    move_ids = fields.Many2many(
        "account.move",
        "crm_plan_line_move_rel",
        "line_id",
        "move_id",
        "Invoices",
        copy=False,
        domain="[('move_type', 'in', ('out_invoice', 'out_refund')), ('company_id', '=', company_id),"
        " ('partner_id', 'child_of', partner_id)]",
        help="Their payments are the fact. An invoice tied to several lines fills them in the order of their days.",
    )
    fact_ids = fields.One2many("crm.plan.fact", "line_id", "Results by Hand", copy=False)
    is_fact_by_hand = fields.Boolean(compute="_compute_is_fact_by_hand")
    fact_amount = fields.Monetary("Received", compute="_compute_fact", store=True, copy=False)
    left_amount = fields.Monetary(
        "Left to Pay", compute="_compute_left", help="What is still awaited, never below zero."
    )
    fact_percent = fields.Float("Fulfilled (%)", compute="_compute_left", digits=(16, 1))
    state = fields.Selection(STATES, compute="_compute_fact", store=True, copy=False)
    is_overdue = fields.Boolean("Overdue", compute="_compute_is_overdue", search="_search_is_overdue")

    _check_amount = models.Constraint("CHECK(amount >= 0)", "A planned amount cannot be negative.")
    _client_idx = models.Index("(partner_id, date)")
    _date_idx = models.Index("(date, user_id)")

    # ------------------------------------------------------------
    # DEFAULTS, COMPUTES
    # ------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """From a deal or a contract, begin with what it says."""
        values = super().default_get(fields)
        lead = self.env["crm.lead"].browse(values.get("lead_id"))
        contract = self.env["crm.document"].browse(values.get("contract_id"))
        client = lead.partner_id.client_id or contract.partner_id.client_id
        if client and not values.get("partner_id"):
            values["partner_id"] = client.id
        return values

    @api.depends("partner_id")
    def _compute_user_id(self):
        """The manager of the client, if there is one who works in the company."""
        for line in self:
            users = line.partner_id.user_id | line.user_id | self.env.user
            line.user_id = users.filtered(lambda user, line=line: line.company_id in user.company_ids)[:1]

    @api.depends("lead_id")
    def _compute_team_id(self):
        """The channel of the deal, else that of the manager."""
        for line in self:
            team = line.lead_id.team_id or line.team_id or line.user_id.sale_team_id
            line.team_id = team if team.company_id in (line.company_id, self.env["res.company"]) else False

    @api.depends("move_ids")
    def _compute_is_fact_by_hand(self):
        for line in self:
            # sudo: an invoice of a colleague decides as well
            line.is_fact_by_hand = not line.sudo().move_ids

    @api.depends("amount", "fact_amount")
    def _compute_left(self):
        for line in self:
            line.left_amount = max(line.amount - line.fact_amount, 0)
            line.fact_percent = 100 * line.fact_amount / line.amount if line.amount else 0

    @api.depends("date", "state", "amount")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for line in self:
            line.is_overdue = line.state != "done" and line.amount > 0 and bool(line.date) and line.date < today

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = self._get_overdue_domain()
        return overdue if True in value else ~overdue

    @api.model
    def _get_overdue_domain(self):
        today = fields.Date.context_today(self)
        return Domain("state", "in", ("planned", "partly")) & Domain("amount", ">", 0) & Domain("date", "<", today)

    @api.depends("partner_id", "service_id", "date")
    def _compute_display_name(self):
        for line in self:
            parts = (line.partner_id.display_name, line.service_id.name, line.date and str(line.date))
            line.display_name = ", ".join(filter(None, parts))

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("partner_id", "contract_id", "lead_id")
    def _check_client(self):
        for line in self:
            if not line.partner_id.client_type_id:
                raise ValidationError(
                    self.env._(
                        "%(name)s is not in the client directory. Plan for the client's card.",
                        name=line.partner_id.display_name,
                    )
                )
            for paper in (line.contract_id, line.lead_id):
                if paper and paper.partner_id.client_id != line.partner_id:
                    raise ValidationError(
                        self.env._(
                            "%(paper)s does not belong to the client %(client)s.",
                            paper=paper.display_name,
                            client=line.partner_id.display_name,
                        )
                    )

    @api.constrains("move_ids", "partner_id", "company_id", "currency_id")
    def _check_moves(self):
        """Invoices are the client's own; all lines of an invoice have one currency, so that they can share it."""
        # sudo: a line that the user does not see may be tied to the same invoice
        for line in self.sudo():
            foreign = line.move_ids.filtered(
                lambda move, line=line: (
                    move.partner_id.client_id != line.partner_id
                    or move.company_id != line.company_id
                    or not move.is_sale_document()
                )
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "Only invoices of %(client)s can be tied, and %(invoice)s is none.",
                        client=line.partner_id.display_name,
                        invoice=foreign[0].display_name,
                    )
                )
            if line.move_ids.plan_line_ids.currency_id - line.currency_id:
                raise ValidationError(
                    self.env._("An invoice can be tied to several lines of the plan only if they have one currency.")
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_executed(self):
        # sudo: also for what the user may not read the line stays
        kept = self.sudo().filtered(lambda line: line.fact_ids or line.move_ids)
        if kept:
            raise UserError(
                self.env._(
                    "Invoices or results by hand stand on the plan of %(clients)s. Set the amount to zero instead.",
                    clients=", ".join(kept.partner_id.mapped("display_name")),
                )
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_view_moves(self):
        """Return the action of the invoices tied to the line."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("account.action_move_out_invoice_type")
        action.update(domain=[("id", "in", self.move_ids.ids)], context={"create": False})
        return action
