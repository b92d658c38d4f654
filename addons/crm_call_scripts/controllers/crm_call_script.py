from odoo.http import Controller, content_disposition, request, route


class CallScriptController(Controller):
    @route("/crm_call_scripts/script/<int:script_id>/export", type="http", auth="user", methods=["GET"], readonly=True)
    def export_script(self, script_id):
        """Return a script as a file; only to its authors."""
        script = request.env["crm.call.script"].browse(script_id).exists()
        if not script:
            raise request.not_found()
        content = script._export_script()
        return request.make_response(
            content,
            [
                ("Content-Type", "application/json"),
                ("Content-Disposition", content_disposition(f"{script.name}.json")),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
