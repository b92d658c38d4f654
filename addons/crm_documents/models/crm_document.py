from odoo import api, fields, models

from .crm_document_state import CATEGORIES, OPEN_CATEGORIES


class CrmDocument(models.Model):
    """A paper in the register: a proposal, a contract, an act. Its state changes by the table of its type only."""

    _name = "crm.document"
    _description = "Document"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date DESC, id DESC"
    _check_company_auto = True
    _rec_names_search = ["name", "subject"]

    # What it is
    name = fields.Char("Number", copy=False, tracking=True, help="Empty: the next number of the type.")
    type_id = fields.Many2one("crm.document.type", required=True, ondelete="restrict", index=True)
    kind = fields.Selection(related="type_id.kind")
    subject = fields.Char(help="What it is about, in a few words.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)

    # Whose it is
    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, ondelete="restrict", index=True, tracking=True, check_company=True
    )
    client_access = fields.Integer(
        related="partner_id.client_access",
        string="Client's Access Key",
        store=True,
        index=True,
        export_string_translation=False,
    )
    contact_id = fields.Many2one("res.partner", "Contact Person", ondelete="set null", check_company=True)
    lead_id = fields.Many2one(
        "crm.lead", "Deal", ondelete="set null", index="btree_not_null", tracking=True, check_company=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
        check_company=True,
    )

    # What it says
    date = fields.Date(required=True, default=fields.Date.context_today)
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id, ondelete="restrict"
    )
    amount = fields.Monetary(tracking=True)
    parent_id = fields.Many2one(
        "crm.document",
        "Belongs to",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="The contract of an addendum or an act.",
    )
    child_ids = fields.One2many("crm.document", "parent_id", "Documents to It")

    # Where it is
    state_id = fields.Many2one(
        "crm.document.state",
        compute="_compute_state_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index=True,
        copy=False,
        tracking=True,
        group_expand="_read_group_state_ids",
        domain="[('type_id', '=', type_id)]",
    )
    state_category = fields.Selection(
        CATEGORIES, "Category", compute="_compute_state_category", store=True, precompute=True, index=True
    )
    state_date = fields.Datetime("In Its State since", default=fields.Datetime.now, readonly=True, copy=False)
    state_reason = fields.Char("Why", store=False, help="Why the state changes; kept in the history.")
    date_deadline = fields.Date("Deadline", copy=False, tracking=True)
    is_overdue = fields.Boolean("Overdue", compute="_compute_is_overdue", search="_search_is_overdue")
    is_original_received = fields.Boolean("Original Received", copy=False, tracking=True)

    # Files, history
    file_ids = fields.One2many("crm.document.file", "document_id", "Files")
    file_count = fields.Integer("Number of Files", compute="_compute_file_count")
    log_ids = fields.One2many("crm.document.log", "document_id", "History")

    # the overdue ones of everybody and of one manager, in the order of the list
    _deadline_idx = models.Index("(date_deadline) WHERE state_category IN ('planned', 'to_sign')")
    _list_idx = models.Index("(date DESC, id DESC)")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("type_id")
    def _compute_state_id(self):
        """A new document, and one whose type was changed, stands in the first state of its type."""
        for document in self:
            if document.state_id.type_id != document.type_id:
                document.state_id = document.type_id.state_ids[:1]

    @api.depends("partner_id", "lead_id")
    def _compute_user_id(self):
        """A new document is for the manager of its deal or client, or else for who enters it; later only by hand."""
        for document in self:
            if not document._origin and document.user_id in (self.env["res.users"], self.env.user):
                client = document.partner_id.client_id or document.partner_id
                document.user_id = document.lead_id.user_id or client.user_id or self.env.user

    @api.depends("state_id.category")
    def _compute_state_category(self):
        for document in self:
            document.state_category = document.state_id.category

    @api.depends("date_deadline", "state_category")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for document in self:
            document.is_overdue = (
                document.state_category in OPEN_CATEGORIES and document.date_deadline and document.date_deadline < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = [
            ("state_category", "in", OPEN_CATEGORIES),
            ("date_deadline", "<", fields.Date.context_today(self)),
        ]
        return overdue if True in value else ["!", "&", *overdue]

    def _compute_file_count(self):
        # sudo: whoever sees the document sees its versions; asking for each row again would cost three joins
        files = self.env["crm.document.file"].sudo()
        counts = {
            document.id: count
            for document, count in files._read_group([("document_id", "in", self.ids)], ["document_id"], ["__count"])
        }
        for document in self:
            document.file_count = counts.get(document.id, 0)

    @api.depends("type_id", "name", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for document in self:
            if document.name:
                document.display_name = self.env._(
                    "%(type)s %(number)s", type=document.type_id.name, number=document.name
                )
            else:
                document.display_name = document.type_id.name or ""

    @api.model
    def _read_group_state_ids(self, states, domain):
        """Show the empty columns too, if the kanban is of one type; all types together would have too many."""
        return states
