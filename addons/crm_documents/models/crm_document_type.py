from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

KINDS = [
    ("proposal", "Commercial proposal"),
    ("contract", "Contract"),
    ("addendum", "Addendum"),
    ("invoice", "Invoice"),
    ("act", "Act"),
    ("waybill", "Waybill"),
    ("other", "Other"),
]


class CrmDocumentType(models.Model):
    """A type of papers: how they are numbered, through which states they go, and who must approve them."""

    _name = "crm.document.type"
    _description = "Type of Documents"
    _inherit = ["crm.document.owner"]
    _order = "sequence, id"
    _document_field = "type_id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        KINDS, required=True, default="other", help="What other parts of the suite look for: contracts, acts and so on."
    )
    parent_type_ids = fields.Many2many(
        "crm.document.type",
        "crm_document_type_parent_rel",
        "type_id",
        "parent_type_id",
        "Belongs to",
        help="The types a document of this one can belong to: an addendum to a contract.",
    )

    # Numbers
    number_sequence_id = fields.Many2one(
        "ir.sequence",
        "Numbering",
        copy=False,
        readonly=True,
        ondelete="restrict",
        help="Gives a new document its number. Without it the number is typed.",
    )
    number_prefix = fields.Char(
        "Number Begins with",
        compute="_compute_number_prefix",
        inverse="_inverse_number_prefix",
        help="For example C/%(year)s/ for C/2026/0001. Empty: numbers are typed by hand.",
    )
    number_next = fields.Integer(
        "Next Number",
        compute="_compute_number_next",
        inverse="_inverse_number_next",
        help="Of this year: numbers begin anew every year.",
    )

    # Life cycle
    state_ids = fields.One2many("crm.document.state", "type_id", "States", copy=True)
    transition_ids = fields.One2many("crm.document.transition", "type_id", "Allowed Changes")

    # Approval
    approval = fields.Selection(
        [("none", "Heads of sales"), ("leader", "Leader of the channel"), ("users", "Named users")],
        "Approved by",
        required=True,
        default="none",
        help="Who agrees before a change of state that needs an approval.",
    )
    approver_ids = fields.Many2many("res.users", string="Approvers", domain=[("share", "=", False)])

    document_count = fields.Integer("Documents")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("number_sequence_id")
    def _compute_number_prefix(self):
        for document_type in self:
            # sudo: how papers are numbered is no secret
            document_type.number_prefix = document_type.sudo().number_sequence_id.prefix

    def _inverse_number_prefix(self):
        for document_type in self:
            document_type._set_number_prefix(document_type.number_prefix)

    @api.depends("number_sequence_id")
    def _compute_number_next(self):
        for document_type in self:
            counter = document_type._find_number_counter()
            counter.invalidate_recordset(["number_next_actual"])  # Odoo counts on by SQL
            document_type.number_next = counter.number_next_actual if counter else 1

    def _inverse_number_next(self):
        for document_type in self.filtered("number_sequence_id"):
            if document_type.number_next < 1:
                raise UserError(self.env._("The next number is 1 or more."))
            document_type._get_number_counter().number_next_actual = document_type.number_next

    @api.constrains("approval", "approver_ids")
    def _check_approvers(self):
        for document_type in self:
            if document_type.approval == "users" and not document_type.approver_ids:
                raise ValidationError(
                    self.env._("“%(type)s” is approved by named users: name at least one.", type=document_type.name)
                )

    # ------------------------------------------------------------
    # NUMBERS
    # ------------------------------------------------------------

    def _set_number_prefix(self, prefix):
        """Let the numbers of the type begin with a text; without one they are typed from now on."""
        # sudo: whoever defines the types defines their numbers, without the technical rights to sequences
        sequence = self.sudo().number_sequence_id
        if not prefix:
            self.number_sequence_id = False
        elif sequence:
            sequence.prefix = prefix
        else:
            self.number_sequence_id = sequence.create(self._prepare_number_sequence(prefix))
        if prefix:
            # sudo: as above; raises if a placeholder is unknown
            self.sudo().number_sequence_id._get_prefix_suffix()

    def _prepare_number_sequence(self, prefix):
        return {
            "name": self.name,
            "prefix": prefix,
            "padding": 4,
            "implementation": "no_gap",
            "use_date_range": True,
            "company_id": False,
        }

    def _find_number_counter(self):
        """Return what counts now: the sequence itself, or its row of this year if there is a number of this year."""
        # sudo: see _set_number_prefix
        sequence = self.sudo().number_sequence_id
        if not sequence.use_date_range:
            return sequence
        today = fields.Date.context_today(self)
        return sequence.date_range_ids.filtered(lambda row: row.date_from <= today <= row.date_to)[:1]

    def _find_number_counter(self):
        """Return what counts now: the sequence itself, or its row of this year; nothing before the first number."""
        # sudo: see _set_number_prefix
        sequence = self.sudo().number_sequence_id
        if not sequence.use_date_range:
            return sequence
        today = fields.Date.context_today(self)
        return sequence.date_range_ids.filtered(lambda row: row.date_from <= today <= row.date_to)[:1]

    def _get_number_counter(self):
        """Return what counts now; the row of this year is begun if it is not there."""
        today = fields.Date.context_today(self)
        # sudo: see _set_number_prefix
        return self._find_number_counter() or self.sudo().number_sequence_id._create_date_range_seq(today)

    # ------------------------------------------------------------
    # COPY
    # ------------------------------------------------------------

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%(type)s (copy)", type=document_type.name)}
            for document_type, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def copy(self, default=None):
        """Copy the types with their states and the table of allowed changes; each gets numbers of its own."""
        copies = super().copy(default)
        for old, new in zip(self, copies, strict=True):
            states = dict(zip(old.state_ids, new.state_ids, strict=True))
            new.transition_ids = [Command.create(row._copy_between(states)) for row in old.transition_ids]
            new.number_prefix = old.number_prefix
        return copies

    # ------------------------------------------------------------
    # USE
    # ------------------------------------------------------------

    def _get_document_defaults(self):
        return {"default_type_id": self.id}

    def _get_first_state(self):
        """Return the state in which a new document of the type stands: the first one."""
        self.ensure_one()
        return self.state_ids[:1]

    @api.model
    def _get_by_kind(self, kind):
        """Return the first type of a kind, or nothing if the administrator archived all of them."""
        return self.search([("kind", "=", kind)], limit=1)
