import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.script_file import MAX_BYTES


class CrmCallScriptImport(models.TransientModel):
    """Brings a script from a file; what will be made is shown before."""

    _name = "crm.call.script.import"
    _description = "Import of a Call Script"

    file = fields.Binary("Script File", attachment=False)
    file_name = fields.Char()
    # what is in it
    summary = fields.Text("Will Be Made", compute="_compute_summary")
    problems = fields.Text("Still to Be Mended", compute="_compute_summary")
    refusal = fields.Char("Why It Cannot Be Imported", compute="_compute_summary")

    @api.depends("file")
    def _compute_summary(self):
        for wizard in self:
            wizard.update({"summary": False, "problems": False, "refusal": False})
            if wizard.file:
                wizard.update(wizard._look_into())

    def _look_into(self):
        scripts = self.env["crm.call.script"]
        try:
            parsed = self._parse()
        except ValueError as error:
            return {"refusal": str(error)}
        problems = scripts._find_file_problems(parsed)
        return {"summary": self._summarize(parsed), "problems": "\n".join(f"• {text}" for text in problems)}

    def _parse(self):
        """:raises ValueError: with a message for people if there is no script in the file"""
        # looked at before it is decoded: four characters of it are three bytes
        too_large = len(self.file) > 2 * MAX_BYTES
        try:
            content = b"" if too_large else base64.b64decode(self.file)
        except (ValueError, binascii.Error):
            content = b""
        return self.env["crm.call.script"]._read_script_file(b" " * (MAX_BYTES + 1) if too_large else content)

    def _summarize(self, parsed):
        """Return the lines that say what the import makes."""
        names = dict(self.env["res.lang"].get_installed())
        languages = [names.get(lang, lang) for lang in parsed["languages"]]
        missing = [lang for lang in parsed["languages"] if lang not in names and lang != "en_US"]
        lines = [
            self.env._("Script “%(name)s”, as a draft", name=parsed["name"][parsed["main"]]),
            self.env._("Texts and questions: %(count)s", count=len(parsed["nodes"])),
            self.env._("Answers: %(count)s", count=sum(len(node["answers"]) for node in parsed["nodes"])),
            self.env._("Languages: %(names)s", names=", ".join(languages)),
        ]
        if missing:
            lines.append(self.env._("Left out, not installed here: %(names)s", names=", ".join(missing)))
        return "\n".join(lines + self._summarize_outcomes(parsed))

    def _summarize_outcomes(self, parsed):
        scripts = self.env["crm.call.script"]
        new = {
            outcome["name"].get(parsed["main"]) or next(iter(outcome["name"].values()))
            for outcome in parsed["outcomes"].values()
            if not scripts._find_outcome(outcome)
        }
        return [self.env._("New outcomes of calls: %(names)s", names=", ".join(sorted(new)))] if new else []

    def action_import(self):
        """Make the script of the file, and return the action of its form.

        :raises UserError: if there is no script in the file
        :raises AccessError: if the user may not write scripts
        """
        self.ensure_one()
        if not self.file:
            raise UserError(self.env._("Choose the file of a script."))
        try:
            parsed = self._parse()
        except ValueError as error:
            raise UserError(str(error)) from error
        script = self.env["crm.call.script"]._import_script(parsed)
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.call.script",
            "res_id": script.id,
            "view_mode": "form",
        }
