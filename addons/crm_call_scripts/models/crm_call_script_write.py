from odoo import api, fields, models
from odoo.exceptions import AccessError

# model of each record that an answer may write
RECORD_MODELS = {"client": "res.partner", "contact": "res.partner", "deal": "crm.lead"}
SIMPLE_TYPES = frozenset(
    ("char", "text", "selection", "many2one", "boolean", "integer", "float", "monetary", "date", "datetime")
)
TEXT_TYPES = frozenset(("char", "text"))
NUMBER_TYPES = frozenset(("integer", "float", "monetary"))
# computed once from the client's card, then the salesperson's own
PREFILLED = frozenset(("contact_name", "email_from", "function", "partner_name", "phone", "website"))
# decided by other means than an answer: owner, place in the sale, access, what programs note for themselves
GUARDED = frozenset(
    (
        *("active", "color", "type", "is_company", "employee", "barcode", "ref", "reveal_id", "trust", "name"),
        *(
            "partner_latitude",
            "partner_longitude",
            "customer_rank",
            "supplier_rank",
            "message_bounce",
            "global_location_number",
        ),
        *(
            "email_cc",
            "recurring_plan",
            "recurring_revenue",
            "iap_enrich_done",
            "is_deal_made",
            "is_new_client",
            "inquiry_date",
        ),
        *(
            "client_type_id",
            "client_level_id",
            "do_not_call",
            "do_not_call_reason",
            "calendar_last_notif_ack",
            "autopost_bills",
            "lost_reason_id",
        ),
        *("ignore_abnormal_invoice_amount", "ignore_abnormal_invoice_date", "invoice_edi_format_store"),
        *("invoice_sending_method", "kpp", "peppol_eas", "peppol_endpoint", "vat", "company_registry"),
    )
)
# directories: what else a many2one refers to is no answer to a question
DIRECTORIES = frozenset(
    (
        *("crm.inquiry.purpose", "crm.profession", "res.country", "res.country.state", "res.partner.industry"),
        *("utm.campaign", "utm.medium", "utm.source"),
    )
)
TRUE_WORDS = frozenset(("1", "true", "yes"))
FALSE_WORDS = frozenset(("0", "false", "no"))
MAX_CHOICES = 200


class CrmCallNode(models.Model):
    """What an answer writes to the client, the contact person or the deal."""

    _inherit = "crm.call.node"

    written_label = fields.Char("Writes to the Card", compute="_compute_written_label")

    @api.depends("write_record", "write_field_id")
    @api.depends_context("lang")
    def _compute_written_label(self):
        records = dict(self._fields["write_record"]._description_selection(self.env))
        for node in self:
            field = node._get_written_field()
            node.written_label = field is not None and f"{records[node.write_record]}: {node._get_label(field)}"

    # ------------------------------------------------------------
    # FIELDS
    # ------------------------------------------------------------

    def _get_writable_fields(self, record):
        """Return {name: field} of what an answer may write: stored, editable and simple, nothing guarded or technical.

        :param str record: client, contact or deal
        """
        model = self.env[RECORD_MODELS[record]]
        return {name: field for name, field in model._fields.items() if self._is_writable(field)}

    def _is_writable(self, field):
        """Return whether an answer may write a field; the rights of the manager are asked when it does."""
        return bool(
            field.type in SIMPLE_TYPES
            and field.store
            and not (field.readonly or field.related or field.groups or field.company_dependent)
            and (not field.compute or field.name in PREFILLED)
            and field.name not in GUARDED
            and not field.name.startswith(("property_", "message_"))
            and (field.type != "many2one" or field.comodel_name in DIRECTORIES or field.manual)
        )

    def _find_field(self, record, name):
        """Return the `ir.model.fields` of a field by its record and name, empty if there is no such field."""
        if record in RECORD_MODELS and name in self.env[RECORD_MODELS[record]]._fields:
            return self.env["ir.model.fields"]._get(RECORD_MODELS[record], name)
        return self.env["ir.model.fields"]

    def _get_written_field(self):
        """Return the field that the answer of this node writes, None if there is none, or none any more."""
        # sudo: names of fields may be read by administrators only
        name = self.sudo().write_field_id.name
        return self._get_writable_fields(self.write_record).get(name) if self.write_record and name else None

    def _get_field_choices(self):
        """Return what the builder offers: {record: [{name, label, type, choices: [[value, label]] or False}]}."""
        return {record: self._describe_fields(record) for record in RECORD_MODELS}

    def _describe_fields(self, record):
        described = [
            {
                "name": name,
                "label": field._description_string(self.env),
                "type": field.type,
                "choices": self._get_value_choices(field),
            }
            for name, field in self._get_writable_fields(record).items()
        ]
        return sorted(described, key=lambda one: one["label"])

    def _get_value_choices(self, field):
        """Return [[written value, label]] of a field with a list of values, False for another or one with too many."""
        if field.type == "selection":
            return [list(pair) for pair in field._description_selection(self.env)]
        if field.type == "boolean":
            return [["yes", self.env._("Yes")], ["no", self.env._("No")]]
        if field.type != "many2one":
            return False
        model = self.env[field.comodel_name]
        if not model.has_access("read"):
            return []
        names = model.search([], limit=MAX_CHOICES).mapped("display_name")  # pylint: disable=no-search-all
        return [[name, name] for name in names]

    # ------------------------------------------------------------
    # VALUES
    # ------------------------------------------------------------

    def _get_written_value(self, line):
        """Return what a line of a protocol writes to the field of this node.

        :param line: `crm.call.line` given at this node
        :return: value for `write`
        :raises ValueError: with a reason for people if it does not fit
        """
        self.ensure_one()
        if self.kind == "question":
            return self._convert_value(line.answer_id.write_value or line.answer_id.name)
        if self.kind == "choice":
            return self._convert_value(", ".join(line.answer_ids.mapped("name")))
        if self.kind == "number":
            return self._convert_value(line.value_number if line.has_value else False)
        if self.kind == "date":
            return self._convert_value(line.value_date)
        return self._convert_value(line.value_text)

    def _convert_value(self, value):
        """Return a value as the field of this node takes it.

        :param value: text, number or date; an empty one empties the field
        :raises ValueError: with a reason for people if it does not fit, or the field must not be written any more
        """
        field = self._get_written_field()
        if field is None:
            raise ValueError(self.env._("The field does not exist any more, or cannot be written by an answer."))
        if value is None or value is False or value == "":
            if field.required:
                raise ValueError(self.env._("“%(field)s” cannot be empty.", field=self._get_label(field)))
            return False
        if field.type in TEXT_TYPES:
            return self._to_field_text(field, value)
        if field.type in NUMBER_TYPES:
            return self._to_field_number(field, value)
        return getattr(self, f"_to_field_{field.type}")(field, value)

    def _get_label(self, field):
        return field._description_string(self.env)

    def _refuse_value(self, field, value):
        """Return the error of a value that does not fit its field."""
        return ValueError(
            self.env._("“%(value)s” does not fit the field “%(field)s”.", value=value, field=self._get_label(field))
        )

    def _to_field_text(self, field, value):
        text = f"{value:g}" if isinstance(value, float) else str(value)
        if field.type == "char" and field.size and len(text) > field.size:
            raise self._refuse_value(field, text)
        return text

    def _to_field_number(self, field, value):
        try:
            number = float(str(value).replace(",", ".").replace("\xa0", "").replace(" ", ""))
        except ValueError as error:
            raise self._refuse_value(field, value) from error
        # a number that is none, or endless, is in no range
        limit = 2**31 if field.type == "integer" else 1e15
        if not -limit < number < limit or (field.type == "integer" and number != int(number)):
            raise self._refuse_value(field, value)
        return int(number) if field.type == "integer" else number

    def _to_field_boolean(self, field, value):
        word = str(value).strip().lower()
        if word in TRUE_WORDS or word == self.env._("Yes").lower():
            return True
        if word in FALSE_WORDS or word == self.env._("No").lower():
            return False
        raise self._refuse_value(field, value)

    def _to_field_date(self, field, value):
        try:
            return fields.Date.to_date(value)
        except ValueError as error:
            raise self._refuse_value(field, value) from error

    def _to_field_datetime(self, field, value):
        try:
            return fields.Datetime.to_datetime(value)
        except ValueError as error:
            raise self._refuse_value(field, value) from error

    def _to_field_selection(self, field, value):
        """Find a value of a selection by its key, or by its label in any language."""
        if value in dict(field._description_selection(self.env)):
            return value
        for model in self._in_languages(self.env[field.model_name]):
            for key, label in field._description_selection(model.env):
                if label.lower() == str(value).strip().lower():
                    return key
        raise self._refuse_value(field, value)

    def _to_field_many2one(self, field, value):
        """Find a record of a directory by its name in any language."""
        name = str(value).strip()
        for model in self._in_languages(self.env[field.comodel_name]):
            try:
                found = model.search([(model._rec_name or "display_name", "=ilike", _escape(name))], limit=2)
            except AccessError as error:
                raise self._refuse_value(field, value) from error
            if len(found) == 1:
                return found.id
        raise self._refuse_value(field, value)

    def _in_languages(self, model):
        """Yield a model in each language, the user's own first: a script names values in that of its author."""
        yield model
        for code, _name in self.env["res.lang"].get_installed():
            if code != self.env.lang:
                yield model.with_context(lang=code)


def _escape(name):
    """Return a text that a pattern of a search takes by the letter."""
    return name.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
