from odoo import fields, models


class CrmCallScriptVersion(models.Model):
    """One state of the texts of a script. Once published it never changes: protocols and figures refer to it."""

    _name = "crm.call.script.version"
    _description = "Version of a Call Script"
    _order = "script_id, number DESC"
    _rec_name = "number"

    script_id = fields.Many2one("crm.call.script", required=True, ondelete="cascade", index=True)
    number = fields.Integer(required=True, default=1, readonly=True)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("retired", "Former")],
        default="draft",
        required=True,
        readonly=True,
    )
    # counts the saved changes of a draft: two authors at once do not overwrite each other
    revision = fields.Integer(default=0, readonly=True, copy=False, export_string_translation=False)
    published_date = fields.Datetime("Published on", readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", "Published by", readonly=True, copy=False, ondelete="set null")
    note = fields.Char("What Is New")
    start_node_id = fields.Many2one("crm.call.node", "Begins with", ondelete="set null", copy=False)
    node_ids = fields.One2many("crm.call.node", "version_id", "Texts and Questions")

    _number_uniq = models.Constraint("UNIQUE(script_id, number)", "A script has each version once.")
