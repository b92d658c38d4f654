from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

# what follows from the life of a document, its type and its client; readonly alone does not stop a caller over RPC
KEPT_FIELDS = frozenset(
    ("approval_state", "approval_user_id", "approval_reason", "state_category", "state_date", "client_access")
)


class CrmDocument(models.Model):
    """Nobody writes by hand what the methods of the document keep, neither directly nor as a default."""

    _inherit = "crm.document"

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        for name in KEPT_FIELDS & values.keys():
            default = self._fields[name].default
            values.pop(name)
            if default:
                values[name] = default(self)
        return values

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_kept_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self.check_access("write")  # before any refusal tells of the document
        self._check_kept_fields(vals)
        return super().write(vals)

    def _take_turns(self):
        """Let transactions that count or plan something on these documents come one after the other.

        The rows are written, not only locked: the second transaction sees nothing that is younger than itself, so it has
        to fail and begin anew.
        """
        self.check_access("read")
        if self.ids:
            self.flush_recordset()
            self.env.cr.execute(SQL("UPDATE crm_document SET write_date = write_date WHERE id IN %s", tuple(self.ids)))

    @api.model
    def _check_kept_fields(self, vals):
        """Refuse an approval, a category or a moment that was written by hand, which would be none.

        :raises AccessError: for anybody but the code that keeps them
        """
        written = KEPT_FIELDS & vals.keys()
        if written and not self.env.su:
            names = ", ".join(sorted(self._fields[name]._description_string(self.env) for name in written))
            raise AccessError(
                self.env._(
                    "“%(fields)s” cannot be written: a document moves and is approved with its buttons, by those who may.",
                    fields=names,
                )
            )
