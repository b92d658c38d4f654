from odoo import api, models


class CrmWorkWindow(models.AbstractModel):
    """A window about works: it names only what the user may read, also if its values come over RPC.

    Nothing else would stop it from telling the names of foreign records, which Odoo shows wherever a link points to them.
    """

    _name = "crm.work.window"
    _description = "Window about Works"

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        self.new(values)._check_targets(values.keys())
        return values

    @api.model_create_multi
    def create(self, vals_list):
        windows = super().create(vals_list)
        windows._check_targets(self._fields)
        return windows

    def write(self, vals):
        result = super().write(vals)
        self._check_targets(self._fields)
        return result

    def _check_targets(self, names):
        """:raises AccessError: if one of these fields points to a record that the user may not read"""
        for name in names:
            field = self._fields[name]
            if not field.relational or not field.store or name in models.MAGIC_COLUMNS:
                continue
            if targets := self[name]._origin:
                targets.check_access("read")
