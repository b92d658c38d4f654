from odoo import api, fields, models

from ..tools.client_columns import TARGETS


class CrmClientImportColumn(models.Model):
    """What one column of an imported file holds."""

    _name = "crm.client.import.column"
    _description = "Column of a Client Import"
    _order = "index, id"
    _rec_name = "header"

    import_id = fields.Many2one("crm.client.import", required=True, ondelete="cascade", index=True)
    index = fields.Integer("Position", help="Position in the file, from 0.")
    header = fields.Char("Column of the File", readonly=True)
    sample = fields.Char("Example", readonly=True)
    target = fields.Selection(selection="_selection_target", string="Imported as")

    @api.model
    def _selection_target(self):
        labels = self._get_target_labels()
        return [(target, labels[target]) for target in TARGETS]

    @api.model
    def _get_target_labels(self):
        """Return {target: label in the user's language}; the labels are the headers of the template."""
        return {
            "name": self.env._("Client"),
            "kind": self.env._("Company or person"),
            "client_type": self.env._("Client type"),
            "level": self.env._("Relationship"),
            "manager": self.env._("Responsible manager"),
            "phone": self.env._("Phone"),
            "email": self.env._("E-mail"),
            "website": self.env._("Website"),
            "street": self.env._("Street"),
            "street2": self.env._("Street 2"),
            "zip": self.env._("ZIP"),
            "city": self.env._("City"),
            "state": self.env._("Region"),
            "country": self.env._("Country"),
            "source": self.env._("Source"),
            "services": self.env._("Services"),
            "vat": self.env._("Tax ID"),
            "company_registry": self.env._("Registration number"),
            "kpp": self.env._("KPP"),
            "bank_account": self.env._("Bank account"),
            "bank_bic": self.env._("BIC"),
            "ref": self.env._("Reference"),
            "tags": self.env._("Tags"),
            "comment": self.env._("Notes"),
            "contact_name": self.env._("Contact person"),
            "contact_profession": self.env._("Contact's profession"),
            "contact_phone": self.env._("Contact's phone"),
            "contact_email": self.env._("Contact's e-mail"),
        }
