from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmDocumentFile(models.Model):
    """One version of the file of a document. Versions are added, never overwritten."""

    _name = "crm.document.file"
    _description = "File of a Document"
    _order = "document_id, number DESC, id DESC"
    _rec_name = "filename"

    document_id = fields.Many2one("crm.document", required=True, ondelete="cascade", index=True)
    number = fields.Integer("Version", readonly=True)
    content = fields.Binary("File", required=True, attachment=True)
    filename = fields.Char("File Name", required=True)
    comment = fields.Char()
    user_id = fields.Many2one("res.users", "Added by", readonly=True, default=lambda self: self.env.user, index=True)
    date = fields.Datetime("Added on", readonly=True, default=fields.Datetime.now)

    @api.depends("number", "filename")
    def _compute_display_name(self):
        for file in self:
            file.display_name = f"{file.number}. {file.filename}"

    @api.model_create_multi
    def create(self, vals_list):
        """Add versions; each gets the next number of its document, whatever number, author or date is given.

        :raises UserError: if a file is empty
        :raises AccessError: if the user may not edit the document
        """
        vals_list = [{**self.default_get(["document_id"]), **vals} for vals in vals_list]
        documents = self.env["crm.document"].browse({vals.get("document_id") for vals in vals_list} - {None, False})
        if not all(vals.get("document_id") for vals in vals_list):
            raise UserError(self.env._("Say which document the file belongs to."))
        documents.check_access("write")
        numbers = documents._lock_file_numbers()
        for vals in vals_list:
            if not vals.get("content"):
                raise UserError(self.env._("The file is empty."))
            numbers[vals["document_id"]] += 1
            vals.update(number=numbers[vals["document_id"]], user_id=self.env.uid, date=fields.Datetime.now())
        files = super().create(vals_list)
        for file in files:
            file.document_id._add_log("file", file.display_name)
        return files


class CrmDocument(models.Model):
    _inherit = "crm.document"

    def _lock_file_numbers(self):
        """Return {document id: number of its last version}; two versions at once wait for each other."""
        self._take_turns()
        # sudo: every version counts
        last = (
            self.env["crm.document.file"]
            .sudo()
            ._read_group([("document_id", "in", self.ids)], ["document_id"], ["number:max"])
        )
        return {**dict.fromkeys(self.ids, 0), **{document.id: number for document, number in last}}
