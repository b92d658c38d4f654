from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class CrmWorkReport(models.TransientModel):
    """The work report of a client: per ticked service, is the work under way, and by when is it delivered?"""

    _name = "crm.client.work.report"
    _inherit = ["crm.work.starter", "crm.work.window"]
    _description = "Work Report"

    client_id = fields.Many2one("res.partner", required=True, readonly=True)
    deal_id = fields.Many2one("crm.lead", readonly=True)
    line_ids = fields.One2many("crm.client.work.report.line", "report_id", "Works")

    @api.model
    def _get_refusal(self, client):
        """Return why no report can be made for ``client``, in the words of the user, or an empty text."""
        if not client.client_service_ids:
            return self.env._("Tick the services that the client buys: a work report has a tab for each of them.")
        if not self.env.user._is_in_projects() and not client.has_access("write"):
            return self.env._("A work report is made by who may edit the client.")
        return ""

    @api.model
    def _open_for(self, client, deal=None):
        """Return the action that opens the report of ``client``, about ``deal`` if there is one.

        :raises UserError: if no service is ticked
        :raises AccessError: if the user may not start works of the client
        """
        if refusal := self._get_refusal(client):
            raise UserError(refusal)
        self._check_may_start(client)
        report = self.create(
            {
                "client_id": client.id,
                "deal_id": deal.id if deal else False,
                "line_ids": [Command.create(vals) for vals in self._prepare_lines(client)],
            }
        )
        return {
            "name": self.env._("Work Report: %(client)s", client=client.display_name),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": report.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _prepare_lines(self, client):
        """Return the values of the tabs: of each ticked service its open works, or a new one."""
        services = client.client_service_ids
        works = self.env["crm.work"].search(
            [
                ("client_id", "=", client.id),
                ("service_id", "in", services.ids),
                ("date_closed", "=", False),
            ],
            order="id",
        )
        return [
            vals
            for service in services
            for vals in self._prepare_service_lines(
                service, works.filtered(lambda work, service=service: work.service_id == service)
            )
        ]

    @api.model
    def _prepare_service_lines(self, service, works):
        """Return the values of the tabs of one service; of several works each tab says which it is."""
        lines = self.env["crm.client.work.report.line"]
        vals_list = [lines._prepare_line(service, work) for work in works or [works]]
        if len(works) > 1:
            for vals, work in zip(vals_list, works, strict=True):
                vals["name"] = work.name
        return vals_list

    def action_save(self):
        """Start and update the works of all tabs in one transaction and close the window.

        :raises AccessError: if the user may not start works of the client, or change the ones that are there
        :raises UserError: if a work is under way without a deadline, is under way no more and nobody says what becomes
            of it, a deadline moves without a reason, or a colleague has begun the same work meanwhile
        """
        self.ensure_one()
        self._check_may_start(self.client_id)
        self._check_deal(self.deal_id, self.client_id)
        self._lock_client(self.client_id)
        started = self.line_ids.filtered(lambda line: not line.work_id and line._is_filled())
        started._check_not_started()
        for line in self.line_ids:
            line._save()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
