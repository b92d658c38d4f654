from collections import Counter

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..tools.client_batch import ROW_ERRORS

UNDO_ROWS = 200
# What belongs to a card and goes with it, by table
OWN_TABLES = (
    "crm_client_import_row",
    "crm_client_level_change",
    "mail_followers",
    "res_partner",
    "res_partner_bank",
    "res_partner_client_service_rel",
    "res_partner_res_partner_category_rel",
)


class CrmClientImport(models.Model):
    """Undo an import, as far as nobody has worked with what it made."""

    _inherit = "crm.client.import"

    def _undo_step(self):
        """Undo the next rows from the end of the file, contact persons before their client; return their number."""
        rows = self.env["crm.client.import.row"].search(
            [("import_id", "=", self.id), ("state", "in", ("created", "updated"))], order="number DESC", limit=UNDO_ROWS
        )
        if not rows:
            self.state = "undone"
            self._notify_user(self._get_undo_summary())
            return 0
        record = self._as_user()
        reasons = record._get_reasons_to_keep(rows)
        for row in rows:
            reason = reasons.get(row.partner_id.id) or record._try_undo(row)
            row.write({"state": "kept" if reason else "undone", "message": reason or False})
        counts = Counter(row.state for row in rows)
        self.write(
            {"undone_count": self.undone_count + counts["undone"], "kept_count": self.kept_count + counts["kept"]}
        )
        return len(rows)

    def _get_undo_summary(self):
        return self.env._(
            "Undone: %(undone)s rows. Not undone, because somebody has worked with them since: %(kept)s rows.",
            undone=self.undone_count,
            kept=self.kept_count,
        )

    def _try_undo(self, row):
        """Delete or restore the client of a row; return the reason why that cannot be done, or nothing."""
        partner = self.env["res.partner"].browse(row.partner_id.id).exists()
        if not partner:
            return ""
        try:
            with self.env.cr.savepoint():
                if row.state == "created":
                    (self._get_added_contacts(partner) | partner).unlink()
                else:
                    self._restore(partner, row.previous_values or {})
        except ROW_ERRORS as error:
            return str(error) if isinstance(error, UserError) else self.env._("Odoo refused: %(error)s", error=error)
        return ""

    def _restore(self, partner, previous):
        """Give a client back what it held before the import, and take away what was added."""
        self._get_added_contacts(partner).unlink()
        self.env["res.partner.bank"].browse(previous.get("bank_ids", ())).exists().unlink()
        partner.write(
            {
                name: [Command.set(value)] if isinstance(value, list) else value
                for name, value in previous.get("values", {}).items()
            }
        )

    def _get_added_contacts(self, partner):
        """Return the contact persons that came in the same rows as their client."""
        contacts = self.env["res.partner"].search([("parent_id", "=", partner.id), ("client_import_id", "=", self.id)])
        return contacts.filtered(lambda contact: contact != partner)

    # ------------------------------------------------------------
    # WHAT TO KEEP
    # ------------------------------------------------------------

    def _get_reasons_to_keep(self, rows):
        """Return {client id: sentence} of the clients somebody has worked with since the import.

        What is restored may be in use; what is deleted may not.

        :param rows: records of `crm.client.import.row`
        """
        created_ids = rows.filtered(lambda row: row.state == "created").partner_id.ids
        # sudo: contact persons that came along are deleted along, also those the user cannot see any more
        contacts = (
            self.env["res.partner"]
            .sudo()
            .search([("parent_id", "in", created_ids), ("client_import_id", "=", self.id)])
        )
        client_of = {contact.id: contact.parent_id.id for contact in contacts if contact.id not in created_ids}
        family_ids = [*created_ids, *client_of]
        reasons = {}
        for partner_id, reason in (
            *self._find_later_writes(rows.partner_id),
            *self._find_conversations(family_ids),
            *self._find_later_contacts(created_ids),
            *self._find_references(family_ids),
        ):
            reasons.setdefault(client_of.get(partner_id, partner_id), reason)
        return reasons

    def _find_later_writes(self, partners):
        """Yield the clients that were changed after the last step of the import that concerned them."""
        groups = self.env["crm.client.import.row"]._read_group(
            [("import_id", "=", self.id), ("partner_id", "in", partners.ids), ("state", "in", ("created", "updated"))],
            ["partner_id"],
            ["write_date:max"],
        )
        for partner, imported in groups:
            # sudo: the dates alone decide, also of a client that was handed over since
            if partner.sudo().write_date > imported:
                user = partner.sudo().write_uid.name
                yield partner.id, self.env._("Changed since by %(user)s.", user=user)

    def _find_conversations(self, partner_ids):
        """Yield the cards on which there is a message, a planned activity or a file."""
        message = self.env._("There are messages, activities or files on the card.")
        for model, domain in (
            ("mail.message", [("model", "=", "res.partner"), ("message_type", "!=", "notification")]),
            ("mail.activity", [("res_model", "=", "res.partner")]),
            ("ir.attachment", [("res_model", "=", "res.partner"), ("res_field", "=", False)]),
        ):
            # sudo: what the user cannot see must not be deleted with the card either
            records = self.env[model].sudo().search_fetch([*domain, ("res_id", "in", partner_ids)], ["res_id"])
            for record in records:
                yield record.res_id, message

    def _find_later_contacts(self, partner_ids):
        """Yield the clients that got a contact person otherwise than by this import."""
        contacts = self.env["res.partner"].sudo().with_context(active_test=False)  # sudo: see _find_conversations
        for contact in contacts.search([("parent_id", "in", partner_ids), ("client_import_id", "!=", self.id)]):
            yield contact.parent_id.id, self.env._("A contact person was added since.")

    def _find_references(self, partner_ids):
        """Yield the cards to which deals, documents or anything else points."""
        if not partner_ids:
            return
        descriptions = {model._table: model._description for model in self.env.registry.values()}
        for table, column in self.env["base.partner.merge.automatic.wizard"]._get_fk_on("res_partner"):
            if table in OWN_TABLES:
                continue
            for [partner_id] in self._find_pointing(table, column, partner_ids):
                yield partner_id, self.env._("Used in: %(what)s.", what=descriptions.get(table, table))

    def _find_pointing(self, table, column, partner_ids):
        return self.env.execute_query(
            SQL(
                "SELECT DISTINCT %(column)s FROM %(table)s WHERE %(column)s IN %(ids)s",
                column=SQL.identifier(column),
                table=SQL.identifier(table),
                ids=tuple(partner_ids),
            )
        )
