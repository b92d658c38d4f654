from odoo import api, fields, models


class ResPartner(models.Model):
    """Cards that an import creates, many at once.

    Two contexts make a batch cheap: ``client_import_defaults`` holds the default values of a new card, which are the same
    for all cards of a batch; ``client_import_batch`` says that the cards differ in nothing that belongs to a company.
    """

    _inherit = "res.partner"

    client_import_id = fields.Many2one(
        "crm.client.import",
        "Imported by",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The import that created the card.",
    )

    @api.model
    def _add_missing_default_values(self, values):
        defaults = self.env.context.get("client_import_defaults")
        return super()._add_missing_default_values(values) if defaults is None else {**defaults, **values}

    def _check_company(self, fnames=None):
        partners = self[:1] if self.env.context.get("client_import_batch") else self
        return super(ResPartner, partners)._check_company(fnames)

    @api.model
    def _get_duplicate_values(self, keys, country):
        """An import asks twice for each row, first within its batch: ``normalised`` holds the answer."""
        if "normalised" in keys:
            return keys["normalised"]
        return super()._get_duplicate_values(keys, country)
