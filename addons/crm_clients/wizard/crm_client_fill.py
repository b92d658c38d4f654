from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

LEGAL_FIELDS = ("company_registry", "vat", "kpp")
ADDRESS_FIELDS = ("street", "street2", "zip", "city", "state_id", "country_id")
OTHER_FIELDS = ("website", "lang")
FILL_FIELDS = (*LEGAL_FIELDS, *ADDRESS_FIELDS, *OTHER_FIELDS)


class CrmClientFill(models.TransientModel):
    """Fill the empty fields of a card, which may not be saved yet, from another card; nothing is written here."""

    _name = "crm.client.fill"
    _description = "Fill Fields"

    partner_id = fields.Many2one("res.partner", "Card", readonly=True)
    current_values = fields.Json(
        help="What the form holds: {field: value}, ids for records, numbers for bank accounts."
    )
    source_id = fields.Many2one(
        "res.partner",
        "Take from",
        domain="['|', ('is_company', '=', True), ('parent_id', '=', False), ('id', '!=', partner_id)]",
    )
    line_ids = fields.One2many(
        "crm.client.fill.line", "wizard_id", compute="_compute_line_ids", store=True, compute_sudo=False
    )
    filled_count = fields.Integer("Fields to Fill", compute="_compute_filled_count")

    @api.depends("source_id")
    def _compute_line_ids(self):
        for wizard in self:
            lines = wizard._prepare_lines() if wizard.source_id else []
            wizard.line_ids = [Command.clear(), *map(Command.create, lines)]

    @api.depends("line_ids")
    def _compute_filled_count(self):
        for wizard in self:
            wizard.filled_count = len(wizard.line_ids.filtered("is_filled"))

    @api.model
    @api.readonly
    def get_fill_fields(self):
        """Return the names of the fields whose values the form hands over."""
        return [*FILL_FIELDS, "bank_ids"]

    # ------------------------------------------------------------
    # PREVIEW
    # ------------------------------------------------------------

    def _prepare_lines(self):
        """Return the rows of the preview: every field in which the source has something."""
        self.source_id.check_access("read")
        current = self.current_values or {}
        filled = self._get_filled_fields()
        descriptions = self.env["res.partner"].fields_get(FILL_FIELDS, ["string"])
        labels = {
            **{name: description["string"] for name, description in descriptions.items()},
            "vat": self.source_id.legal_vat_label,
            "company_registry": self.source_id.legal_registry_label,
        }
        lines = [
            {
                "name": labels[name],
                "current_value": self._format_value(name, current.get(name)),
                "source_value": self._format_value(name, self.source_id[name]),
                "is_filled": name in filled,
            }
            for name in FILL_FIELDS
            if self.source_id[name]
        ]
        known = set(map(self._compact_account, current.get("bank_ids") or []))
        return lines + [
            {
                "name": self.env._("Bank account"),
                "current_value": account.acc_number if account.sanitized_acc_number in known else False,
                "source_value": account.display_name,
                "is_filled": account.sanitized_acc_number not in known,
            }
            for account in self.source_id.bank_ids
        ]

    def _get_filled_fields(self):
        """Return the fields that are empty here and not there.

        An address is filled as a whole or not at all: a street with the city of another one is no address.
        """
        current = self.current_values or {}
        has_address = any(current.get(name) for name in ADDRESS_FIELDS if name != "country_id")
        other_country = current.get("country_id") not in (None, False, self.source_id.country_id.id)
        kept = ADDRESS_FIELDS if has_address or other_country else ()
        return [
            name
            for name in FILL_FIELDS
            if name in current and not current[name] and self.source_id[name] and name not in kept
        ]

    def _format_value(self, name, value):
        """Return a value of the form or of the source as the user reads it."""
        field = self.env["res.partner"]._fields[name]
        if field.relational:
            record = self.env[field.comodel_name].browse(value) if isinstance(value, int) else value
            return record.display_name if value else False
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        return value

    @api.model
    def _compact_account(self, number):
        return "".join(filter(str.isalnum, number or "")).upper()

    # ------------------------------------------------------------
    # APPLY
    # ------------------------------------------------------------

    def action_apply(self):
        """Hand the values back to the form, where they wait to be saved.

        :raises UserError: if no card was chosen
        """
        self.ensure_one()
        if not self.source_id:
            raise UserError(self.env._("Choose the card from which the fields are taken."))
        self.source_id.check_access("read")
        return {
            "type": "ir.actions.act_window_close",
            "infos": {"client_fill_values": self._prepare_form_values()},
        }

    def _prepare_form_values(self):
        """Return {field: value} in the format of the form: records as id and name, bank accounts as commands."""
        values = {}
        for name in self._get_filled_fields():
            value = self.source_id[name]
            is_record = isinstance(value, models.BaseModel)
            values[name] = {"id": value.id, "display_name": value.display_name} if is_record else value
        known = set(map(self._compact_account, (self.current_values or {}).get("bank_ids") or []))
        if accounts := self.source_id.bank_ids.filtered(lambda account: account.sanitized_acc_number not in known):
            values["bank_ids"] = [Command.create(self._prepare_account(account)) for account in accounts]
        return values

    def _prepare_account(self, account):
        bank = account.bank_id
        return {
            "acc_number": account.acc_number,
            "bank_id": {"id": bank.id, "display_name": bank.display_name} if bank else False,
        }


class CrmClientFillLine(models.TransientModel):
    _name = "crm.client.fill.line"
    _description = "Field to Fill"

    wizard_id = fields.Many2one("crm.client.fill", required=True, ondelete="cascade", index=True)
    name = fields.Char("Field", readonly=True)
    current_value = fields.Char("On This Card", readonly=True)
    source_value = fields.Char("On the Other Card", readonly=True)
    is_filled = fields.Boolean("Will Be Filled", readonly=True)
