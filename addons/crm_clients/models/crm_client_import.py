from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# The only ways from state to state
TRANSITIONS = {
    "draft": ("checking", "running", "cancelled"),
    "checking": ("ready", "draft", "cancelled"),
    "ready": ("draft", "checking", "running", "cancelled"),
    "running": ("paused", "done", "cancelled", "draft"),
    "paused": ("running", "cancelled"),
    "done": ("undoing",),
    "cancelled": ("undoing",),
    "undoing": ("undone",),
    "undone": (),
}
MAX_PROBLEMS_SHOWN = 100
# What the cron works on
WORKING = ("checking", "running", "undoing")


class CrmClientImport(models.Model):
    """A file with clients on its way into the directory.

    The file is read into rows, the rows are worked off in batches by a cron. Each step is committed together with the
    notes on what is done, so that an interrupted import goes on where it was.
    """

    _name = "crm.client.import"
    _description = "Client Import"
    _inherit = ["mail.thread"]
    _order = "id DESC"

    name = fields.Char(compute="_compute_name", store=True, readonly=False, precompute=True)
    user_id = fields.Many2one(
        "res.users",
        "Imported by",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
        help="The import may do what this user may do.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    state = fields.Selection(
        [
            ("draft", "New"),
            ("checking", "Trial Run"),
            ("ready", "Checked"),
            ("running", "Running"),
            ("paused", "Paused"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
            ("undoing", "Undoing"),
            ("undone", "Undone"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )

    # What to import
    file = fields.Binary("Workbook", attachment=True, copy=False)
    filename = fields.Char(copy=False)
    problem = fields.Text("Problem with the File", compute="_compute_problem", store=True, readonly=True, copy=False)
    column_ids = fields.One2many(
        "crm.client.import.column",
        "import_id",
        "Columns",
        compute="_compute_column_ids",
        store=True,
        readonly=False,
        copy=False,
    )
    unknown_columns = fields.Char("Columns Left out", compute="_compute_unknown_columns")
    header_number = fields.Integer("Row of the Headers", compute="_compute_problem", store=True, copy=False)
    correction_of_id = fields.Many2one(
        "crm.client.import",
        "Corrects",
        compute="_compute_problem",
        store=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The import whose failed rows are in the file.",
    )

    # How
    duplicate_policy = fields.Selection(
        [
            ("skip", "Leave as they are"),
            ("fill", "Fill empty fields"),
            ("update", "Update with the file"),
            ("create", "Create another one"),
        ],
        "Clients Already There",
        default="skip",
        required=True,
        help="What happens to a row whose tax number, registration number, e-mail or phone the directory already has.",
    )
    default_user_id = fields.Many2one(
        "res.users",
        "Responsible Manager",
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
        help="Of new clients for which the file names none.",
    )
    default_type_id = fields.Many2one(
        "crm.client.type",
        "Client Type",
        default=lambda self: self.env["crm.client.type"].search([], limit=1),
        help="Of new clients for which the file names none.",
    )
    create_missing = fields.Boolean(
        "Create Missing Values",
        help="Sources, services, professions and tags that do not exist yet are created, else the row fails.",
    )
    can_create_missing = fields.Boolean(compute="_compute_can_create_missing")

    # What came out
    row_ids = fields.One2many("crm.client.import.row", "import_id", "Rows", copy=False, readonly=True)
    problem_row_ids = fields.Many2many(
        "crm.client.import.row", string="Rows with a Reason", compute="_compute_problem_row_ids"
    )
    is_read = fields.Boolean(readonly=True, copy=False, help="All rows of the file are in the database.")
    row_count = fields.Integer("Rows Found", readonly=True, copy=False)
    created_count = fields.Integer("Created", readonly=True, copy=False)
    updated_count = fields.Integer("Updated", readonly=True, copy=False)
    skipped_count = fields.Integer("Skipped", readonly=True, copy=False)
    failed_count = fields.Integer("Failed", readonly=True, copy=False)
    undone_count = fields.Integer("Undone", readonly=True, copy=False)
    kept_count = fields.Integer("Not Undone", readonly=True, copy=False)
    progress = fields.Float(compute="_compute_progress", help="Percent of the rows worked off, 0 to 100.")
    date_done = fields.Datetime("Finished on", readonly=True, copy=False)
    failed_file = fields.Binary("Failed Rows", attachment=True, readonly=True, copy=False)
    failed_filename = fields.Char(compute="_compute_failed_filename")

    @api.depends("filename")
    def _compute_name(self):
        for record in self:
            record.name = record.filename or record.name or self.env._("New import")

    @api.depends("column_ids.target")
    def _compute_unknown_columns(self):
        for record in self:
            columns = record.column_ids.filtered(lambda column: not column.target and column.header)
            record.unknown_columns = ", ".join(columns.mapped("header"))

    @api.depends_context("uid")
    def _compute_can_create_missing(self):
        self.can_create_missing = self.env.user.has_group("sales_team.group_sale_manager")

    @api.depends(
        "state", "row_count", "created_count", "updated_count", "skipped_count", "failed_count", "undone_count"
    )
    @api.depends("kept_count")
    def _compute_progress(self):
        for record in self:
            done = record._get_done_count()
            whole = record.row_count
            if record.state in ("undoing", "undone"):
                done = record.undone_count + record.kept_count
                whole = record.created_count + record.updated_count
            record.progress = 100.0 * done / whole if whole else 0.0

    @api.depends("state", "failed_count", "skipped_count", "kept_count")
    def _compute_problem_row_ids(self):
        """The first rows that say why they were not imported or not undone, failed ones first."""
        for record in self:
            rows = record.row_ids.browse()
            for states in (["failed", "kept"], ["skipped"]):
                domain = [("import_id", "=", record._origin.id), ("state", "in", states)]
                rows |= rows.search(domain, order="number", limit=MAX_PROBLEMS_SHOWN - len(rows))
            record.problem_row_ids = rows

    @api.depends("name", "filename")
    def _compute_failed_filename(self):
        for record in self:
            name = (record.filename or record.name or "").rpartition(".")[0] or record.name
            record.failed_filename = self.env._("%(name)s - to correct.xlsx", name=name)

    def _get_done_count(self):
        """Return the number of rows that are worked off."""
        self.ensure_one()
        return self.created_count + self.updated_count + self.skipped_count + self.failed_count

    # ------------------------------------------------------------
    # CREATE, WRITE
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """An import works with the rights of its user: nobody may make one for somebody else."""
        if not self.env.su:
            for vals in vals_list:
                vals["user_id"] = self.env.uid
        return super().create(vals_list)

    def write(self, vals):
        if "user_id" in vals and not self.env.su:
            raise AccessError(self.env._("An import belongs to the user who made it."))
        if "state" in vals:
            self._check_transition(vals["state"])
        if "file" in vals:
            self._forget_rows()
        return super().write(vals)

    def _check_transition(self, state):
        """Refuse a change of state that is not in the table.

        :raises UserError: with the two states
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for record in self:
            if state != record.state and state not in TRANSITIONS[record.state]:
                raise UserError(
                    self.env._(
                        "The import “%(name)s” is in state “%(old)s” and cannot become “%(new)s”.",
                        name=record.name,
                        old=labels[record.state],
                        new=labels[state],
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_working(self):
        if any(record.state in WORKING for record in self):
            raise UserError(self.env._("An import that is running cannot be deleted: cancel it first."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_check(self):
        """Start the trial run: it says what would happen to each row and changes nothing."""
        self._check_can_start()
        self._forget_results()
        self.state = "checking"
        self._wake_cron()

    def action_start(self):
        """Start the import, or go on with a paused one."""
        self._check_can_start()
        for record in self:
            if record.state != "paused":
                record._forget_results()
            record.state = "running"
        self._wake_cron()

    def action_pause(self):
        self.state = "paused"

    def action_cancel(self):
        """Stop for good. What is imported stays, and can be undone."""
        self.state = "cancelled"

    def action_draft(self):
        """Go back to the columns and options."""
        self._forget_results()
        self.state = "draft"

    def action_undo(self):
        """Start to delete and restore what the import has created and changed, as far as nobody has touched it since."""
        self.state = "undoing"
        self._wake_cron()

    def action_view_created(self):
        name = self.env._("Created")
        return self._get_clients_action(name, [("client_import_id", "=", self.id)])

    def action_view_updated(self):
        partners = self.row_ids.search([("import_id", "=", self.id), ("state", "=", "updated")]).partner_id
        name = self.env._("Updated")
        return self._get_clients_action(name, [("id", "in", partners.ids)])

    def action_view_rows(self):
        """Open the rows in the state that the context names, or all."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_clients.crm_client_import_row_action")
        state = self.env.context.get("row_state")
        action["domain"] = [("import_id", "=", self.id)] + ([("state", "=", state)] if state else [])
        return action

    def _get_clients_action(self, name, domain):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_clients.res_partner_action_all_clients")
        return {**action, "name": name, "display_name": name, "domain": domain}

    def _check_can_start(self):
        """Refuse to start without a file whose client names are known.

        :raises UserError: with what to do
        """
        for record in self:
            if not record.with_context(bin_size=True).file:
                raise UserError(self.env._("Choose the workbook with the clients first."))
            if record.problem:
                raise UserError(record.problem)
            if "name" not in record.column_ids.mapped("target"):
                raise UserError(self.env._("Say which column holds the names of the clients."))
            targets = [target for target in record.column_ids.mapped("target") if target]
            labels = self.env["crm.client.import.column"]._get_target_labels()
            if doubled := {labels[target] for target in targets if targets.count(target) > 1}:
                raise UserError(
                    self.env._("Two columns are imported as: %(targets)s.", targets=", ".join(sorted(doubled)))
                )

    def _wake_cron(self):
        # sudo: the job works for all users; it takes the rights of each import's own
        self.env.ref("crm_clients.ir_cron_client_import").sudo()._trigger()
