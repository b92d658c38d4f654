from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CrmFacsimileUse(models.Model):
    """Who put which facsimile on which paper and when, and who changed a facsimile. Rows never change."""

    _name = "crm.facsimile.use"
    _description = "Use of a Facsimile"
    _order = "id DESC"
    _rec_name = "paper"

    facsimile_id = fields.Many2one("crm.facsimile", required=True, ondelete="restrict", index=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="restrict", index=True, readonly=True)
    event = fields.Selection(
        [
            ("stamped", "Put on a paper"),
            ("scanned", "Scan set"),
            ("cleared", "Scan deleted"),
            ("users", "Rights changed"),
        ],
        "What Happened",
        required=True,
        default="stamped",
        readonly=True,
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    user_id = fields.Many2one("res.users", "By", required=True, ondelete="restrict", index=True, readonly=True)
    res_model = fields.Char("Kind of Paper", readonly=True)
    res_id = fields.Many2oneReference("Paper in the Database", model_field="res_model", readonly=True)
    paper = fields.Char(readonly=True, help="Number of the paper when it was printed.")
    form = fields.Selection(
        [("invoice", "Invoice for Payment"), ("act", "Act of Completed Work"), ("waybill", "Waybill")],
        "Printed Form",
        readonly=True,
    )
    lang = fields.Char("Printed in", readonly=True)
    note = fields.Char("Details", readonly=True)

    _paper_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")
    _date_idx = models.Index("(date)")

    @api.model_create_multi
    def create(self, vals_list):
        """The company and the user are those of the moment, whatever the values say."""
        self._refuse_by_hand()
        companies = {
            facsimile.id: facsimile.company_id.id
            for facsimile in self.env["crm.facsimile"].browse({vals["facsimile_id"] for vals in vals_list})
        }
        return super().create(
            [{**vals, "user_id": self.env.uid, "company_id": companies[vals["facsimile_id"]]} for vals in vals_list]
        )

    def write(self, vals):
        self._refuse_by_hand()
        return super().write(vals)

    def unlink(self):
        self._refuse_by_hand()
        return super().unlink()

    def _refuse_by_hand(self):
        """The log is written by `crm.facsimile` alone, whatever rights somebody has been given on the model."""
        if not self.env.su:
            raise AccessError(self.env._("The log of facsimiles is written by printing and by nobody's hand."))

    @api.model
    def _log_papers(self, facsimiles, papers, form):
        """Write one row for each facsimile on each paper, in one go."""
        common = {"event": "stamped", "res_model": papers._name, "form": form, "lang": self.env.lang}
        # sudo: the log is closed to everybody's hand, and a paper's number is told even if the user reads no more of it
        rows = [
            {**common, "facsimile_id": facsimile.id, "res_id": paper.id, "paper": self._get_paper_number(paper)}
            for paper in papers.sudo()
            for facsimile in facsimiles
        ]
        return self.sudo().create(rows)

    @api.model
    def _get_paper_number(self, paper):
        """Return the number of an invoice or order; a draft without one is called by its display name."""
        number = paper[paper._rec_name] if paper._rec_name else False
        return number if number and number != "/" else paper.display_name

    def action_open_paper(self):
        """Open the paper, as far as the user may see it."""
        self.ensure_one()
        if not self.res_id or not self.env[self.res_model].browse(self.res_id).exists():
            raise UserError(self.env._("This paper is no longer in the database."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
