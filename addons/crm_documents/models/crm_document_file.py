from odoo import api, fields, models


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
    user_id = fields.Many2one(
        "res.users", "Added by", required=True, readonly=True, default=lambda self: self.env.user, index=True
    )
    date = fields.Datetime("Added on", required=True, readonly=True, default=fields.Datetime.now)

    @api.depends("number", "filename")
    def _compute_display_name(self):
        for file in self:
            file.display_name = f"{file.number}. {file.filename}"
