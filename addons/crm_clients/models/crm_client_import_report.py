import base64

from odoo import api, models

from ..tools.client_columns import NAME, TARGETS
from ..tools.client_workbook import write_rows_to_correct, write_template

REPORT_ROWS = 1000
LIST_LENGTH = 1000
_WIDE = ("name", "street", "services", "comment", "contact_name", "bank_account")
_CLIENT = ("vat", "company_registry", "email", "phone")


class CrmClientImport(models.Model):
    """What an import hands out: the template to fill, and the rows to correct."""

    _inherit = "crm.client.import"

    # ------------------------------------------------------------
    # TEMPLATE
    # ------------------------------------------------------------

    def action_download_template(self):
        """Return the action that downloads the template in the user's language."""
        return {"type": "ir.actions.act_url", "url": "/crm_clients/client_import/template", "target": "download"}

    @api.model
    def _get_template_name(self):
        return self.env._("clients.xlsx")

    @api.model
    def _make_template(self):
        """Return the content of the template workbook."""
        labels = self.env["crm.client.import.column"]._get_target_labels()
        columns = [(target, labels[target], 32 if target in _WIDE else 20) for target in TARGETS]
        names = (self.env._("Clients"), self.env._("Instructions"), self.env._("Lists"))
        return write_template(columns, self._get_examples(), self._get_lists(), self._get_instructions(labels), names)

    @api.model
    def _get_lists(self):
        """Return the texts to choose from, by target."""
        users = (
            [self.env.user]
            if self.env.user._has_own_clients_only()
            else self.env["res.users"].search([("share", "=", False)], limit=LIST_LENGTH)
        )
        services = self.env["product.template"]._get_client_service_domain()
        company = self.env._("company")
        person = self.env._("person")
        return {
            "kind": [company, person],
            "client_type": self._get_list("crm.client.type"),
            "level": self._get_list("crm.client.level"),
            "manager": [user.name for user in users],
            "country": self._get_list("res.country"),
            "source": self._get_list("utm.source"),
            "services": self._get_list("product.template", services),
            "tags": self._get_list("res.partner.category"),
            "contact_profession": self._get_list("crm.profession"),
        }

    @api.model
    def _get_list(self, model, domain=()):
        return self.env[model].search(domain, limit=LIST_LENGTH).mapped("name")

    @api.model
    def _get_examples(self):
        """Return two example rows of one client: the second only adds a contact person."""
        country = self.env.company.country_id
        return [
            {
                "name": self.env._("Example LLC (delete this row)"),
                "kind": self.env._("company"),
                "client_type": self.env["crm.client.type"].search([], limit=1).name,
                "manager": self.env.user.name,
                "phone": f"+{country.phone_code or 380} 44 200 00 00",
                "email": "office@client.example",
                "website": "https://client.example",
                "country": country.name,
                "contact_name": self.env._("Maria Example"),
                "contact_email": "maria@client.example",
            },
            {
                "contact_name": self.env._("Second contact person of the same client (delete this row)"),
                "contact_email": "second@client.example",
            },
        ]

    @api.model
    def _get_instructions(self, labels):
        return [
            self.env._(
                "One row, one client. Only the first column is required; leave empty what you do not know. "
                "Delete the example rows."
            ),
            self.env._(
                "Further contact persons: one row each under the client, with an empty first column and only the columns "
                "of the contact person filled."
            ),
            self.env._(
                "Columns may be moved, left out and added; the headers must stay. Columns with other headers are left out."
            ),
            (
                f"{labels['vat']}, {labels['company_registry']}, {labels['phone']}",
                self.env._("The cells are texts: leading zeros stay. A wrong check digit is reported."),
            ),
            (
                labels["phone"],
                self.env._("With the country code, as +380 44 200 00 00, or as dialled within the country."),
            ),
            (
                labels["kind"],
                self.env._("“company” or “person”. Empty: told by the length of the tax number, else company."),
            ),
            (
                f"{labels['services']}, {labels['tags']}",
                self.env._("Several are separated by a semicolon: first; second."),
            ),
            (
                labels["manager"],
                self.env._("Name, login or e-mail of the user. Empty: as chosen when the import starts."),
            ),
            (
                ", ".join(labels[target] for target in ("client_type", "level", "source", "contact_profession")),
                self.env._("Choose from the list in the cell; words that the directory does not know are reported."),
            ),
            (
                self.env._("Clients already there"),
                self.env._(
                    "Recognised by tax number, registration number, e-mail or phone. When the import starts, you choose "
                    "whether they stay as they are, get their empty fields filled, or are updated."
                ),
            ),
        ]

    # ------------------------------------------------------------
    # ROWS TO CORRECT
    # ------------------------------------------------------------

    def _make_failed_workbook(self):
        """Return the workbook of the rows that failed or were skipped, in base64; False if there is none."""
        self.ensure_one()
        if not self.failed_count and not self.skipped_count:
            return False
        width = 1 + max(self.column_ids.mapped("index"), default=0)
        headers = [self._get_reason_label()] + [""] * width
        for column in self.column_ids:
            headers[column.index + 1] = column.header or f"{column.index + 1}"
        content = write_rows_to_correct(
            headers, self._iterate_rows_to_correct(width), (self.env._("Clients"),), self.id
        )
        return base64.b64encode(content)

    def _iterate_rows_to_correct(self, width):
        """Yield the cells of each failed or skipped row after the reason.

        A contact person that failed alone takes along what identifies the client, to be found again.
        """
        rows = self.env["crm.client.import.row"]
        targets = {column.target: column.index for column in self.column_ids if column.target}
        number = 0
        domain = [("import_id", "=", self.id), ("state", "in", ("failed", "skipped"))]
        while chunk := rows.search([*domain, ("number", ">", number)], order="number", limit=REPORT_ROWS):
            clients = self._read_cells_of_clients(chunk)
            for row in chunk:
                cells = ((row.cells or []) + [""] * width)[:width]
                client = clients.get(row.client_number)
                if client and row.client_number != row.number and targets.get(NAME) is not None:
                    for target in (NAME, *_CLIENT):
                        index = targets.get(target)
                        if index is not None and len(client) > index:
                            cells[index] = client[index]
                yield [row.message or "", *cells]
            number = chunk[-1].number
            rows.invalidate_model(flush=False)

    def _read_cells_of_clients(self, rows):
        """Return {row number: cells} of the imported clients whose contact persons are among the rows."""
        numbers = {row.client_number for row in rows if row.client_number and row.client_number != row.number}
        clients = rows.search(
            [
                ("import_id", "=", self.id),
                ("number", "in", list(numbers)),
                ("state", "in", ("created", "updated")),
            ]
        )
        return {client.number: client.cells for client in clients}
