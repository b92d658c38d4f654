import base64
import io

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.crm_clients.tools.client_workbook import write_rows_to_correct
from odoo.addons.crm_clients.tools.sheet_errors import SheetError
from odoo.addons.crm_clients.tools.sheet_reader import open_sheet

from ..tools import plan_sheet
from .crm_plan_import_reader import CREATE, ERROR, SAME, UPDATE, PlanReader

ACTIONS = [(CREATE, "New"), (UPDATE, "Changed"), (SAME, "As it is"), (ERROR, "Cannot be taken")]
MAX_ROWS = 20_000


class CrmPlanImport(models.TransientModel):
    """Read a plan from a workbook: first what will happen is shown, then it is done.

    The rows that cannot be taken come back as a workbook with the reasons, which can be corrected and imported itself.
    """

    _name = "crm.plan.import"
    _description = "Import of the Financial Plan"

    file = fields.Binary("Workbook", required=True, attachment=False)
    filename = fields.Char()
    state = fields.Selection([("new", "Choose"), ("checked", "Look"), ("done", "Done")], default="new", readonly=True)
    row_ids = fields.One2many("crm.plan.import.row", "import_id", "Rows", readonly=True)
    headers = fields.Json(readonly=True)
    created_count = fields.Integer("New Payments", compute="_compute_counts")
    updated_count = fields.Integer("Changed Payments", compute="_compute_counts")
    same_count = fields.Integer("Unchanged Payments", compute="_compute_counts")
    failed_count = fields.Integer("Rows with Errors", compute="_compute_counts")

    @api.depends("row_ids.action")
    def _compute_counts(self):
        for record in self:
            actions = record.row_ids.mapped("action")
            record.created_count, record.updated_count = actions.count(CREATE), actions.count(UPDATE)
            record.same_count, record.failed_count = actions.count(SAME), actions.count(ERROR)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_check(self):
        """Show what will happen; nothing is changed.

        :return: the action of the same form
        :raises UserError: if the file is no table, or names no client
        """
        self.ensure_one()
        self.env["crm.plan.line"].check_access("create")
        self._read_rows()
        self.state = "checked"
        return self._get_own_action()

    def action_import(self):
        """Do what was shown, as the plan is now; rows with errors are left out.

        :return: the action of the same form
        """
        self.ensure_one()
        self._read_rows()
        for row in self.row_ids:
            row._apply()
        self.state = "done"
        return self._get_own_action()

    def action_view_plan(self):
        """Return the action of the lines that the import made or changed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_invoicing.crm_plan_line_action")
        action.update(domain=[("id", "in", self.row_ids.line_id.ids)], context={})
        return action

    def action_download_rows(self):
        """Return the action that downloads the rows to correct."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/crm_invoicing/plan/{self.id}/rows", "target": "download"}

    def _get_own_action(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_invoicing.crm_plan_import_action")
        return {**action, "res_id": self.id}

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def _read_rows(self):
        """Set the rows and what will be done with each."""
        try:
            with open_sheet(io.BytesIO(base64.b64decode(self.with_context(bin_size=False).file))) as sheet:
                rows = list(sheet.rows())
        except SheetError as error:
            raise UserError(self.env["crm.client.import"]._get_problem_message(error)) from error
        number, targets = plan_sheet.find_header(rows, self.env["crm.plan.line"]._get_workbook_labels())
        if not number:
            raise UserError(
                self.env._("No row of the file names the columns: at least the client, the planned day and the amount.")
            )
        below = [row for row in rows if row[0] > number]
        if len(below) > MAX_ROWS:
            raise UserError(self.env._("The file has more than %(count)s rows: import it in parts.", count=MAX_ROWS))
        self.headers = dict(rows)[number]
        self.row_ids.unlink()
        self.env["crm.plan.import.row"].create(self._prepare_rows(targets, below))

    def _prepare_rows(self, targets, rows):
        """Return the values of the rows: ``targets`` says what the columns hold."""
        reader, vals_list = PlanReader(self.env), []
        for number, cells in rows:
            texts = {target: text for target, text in zip(targets, cells, strict=False) if target and text}
            texts.pop(plan_sheet.REASON, None)
            if texts:
                vals_list += [self._prepare_row(row, texts, cells) for row in reader.read_row(number, texts)]
        return vals_list

    def _prepare_row(self, row, texts, cells):
        vals = {name: str(value) if name == "date" else value for name, value in row.vals.items()}
        line = row.line if len(row.line) == 1 else row.line.browse()
        shown = {name: vals.get(name) or line[name].id for name in ("partner_id", "contract_id", "service_id")}
        return {
            **shown,
            "import_id": self.id,
            "number": row.number,
            "action": row.action,
            "client": texts.get(plan_sheet.CLIENT) or texts.get(plan_sheet.TAX),
            "line_id": line.id,
            "date": row.month or vals.get("date") or line.date,
            "month": row.month,
            "currency_id": vals.get("currency_id") or line.currency_id.id,
            "before": row.before,
            "amount": vals.get("amount", row.before),
            "vals": vals,
            "message": " ".join(row.problems),
            "cells": cells,
        }

    def _make_rows_to_correct(self):
        """Return (name, content) of the workbook of the rows with errors, each once, with all its reasons."""
        failed = self.row_ids.filtered(lambda row: row.action == ERROR).grouped("number")
        rows = ([" ".join(dict.fromkeys(rows.mapped("message"))), *rows[0].cells] for rows in failed.values())
        headers = [self.env._("Reason"), *(self.headers or [])]
        title = self.env._("Rows to correct")
        return f"{title}.xlsx", write_rows_to_correct(headers, rows, (title,), "")


class CrmPlanImportRow(models.TransientModel):
    """A row of the workbook, or one month of it, and what it will do."""

    _name = "crm.plan.import.row"
    _description = "Row of an Import of the Plan"
    _order = "number, id"

    import_id = fields.Many2one("crm.plan.import", required=True, ondelete="cascade", index=True)
    number = fields.Integer("Row of the File")
    action = fields.Selection(ACTIONS, "What Happens")
    message = fields.Char("What is Wrong")
    client = fields.Char("As Written")
    partner_id = fields.Many2one("res.partner", "Client", ondelete="cascade")
    contract_id = fields.Many2one("crm.document", ondelete="cascade")
    service_id = fields.Many2one("product.template", ondelete="cascade")
    date = fields.Date("Planned Day")
    month = fields.Date()
    currency_id = fields.Many2one("res.currency", ondelete="cascade")
    before = fields.Monetary("Planned until now")
    amount = fields.Monetary("Planned")
    line_id = fields.Many2one("crm.plan.line", ondelete="set null")
    vals = fields.Json()
    cells = fields.Json()

    def _apply(self):
        """Do what the row says."""
        if self.action not in (CREATE, UPDATE):
            return
        Line, vals = self.env["crm.plan.line"], dict(self.vals)
        try:
            with self.env.cr.savepoint():
                if self.month:
                    Line.set_plan_cell(vals, str(self.month), vals["amount"])
                    self.line_id = Line.search(Line._get_cell_domain(vals, str(self.month)), order="date, id")[-1:]
                elif self.action == CREATE:
                    self.line_id = Line.create(vals)
                else:
                    self.line_id.write(vals)
        except (UserError, ValidationError) as error:
            self.write({"action": ERROR, "message": str(error)})
