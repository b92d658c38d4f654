from odoo import api, fields, models
from odoo.exceptions import AccessError


class CrmWorkUntick(models.TransientModel):
    """A service is un-ticked on a client's card while its work is under way: what happens to the work?"""

    _name = "crm.work.untick"
    _inherit = "crm.work.window"
    _description = "Service without Work"

    partner_ids = fields.Many2many("res.partner", string="Clients", required=True)
    service_ids = fields.Many2many("product.template", string="Services", required=True)
    work_ids = fields.Many2many("crm.work", string="Works under Way", compute="_compute_work_ids", compute_sudo=False)
    decision = fields.Selection(
        [("keep", "The works go on"), ("cancel", "The works are cancelled")], required=True, default="keep"
    )
    may_cancel = fields.Boolean(compute="_compute_may_cancel")

    @api.depends("partner_ids", "service_ids")
    def _compute_work_ids(self):
        for wizard in self:
            wizard.work_ids = self.env["crm.work"].search(
                [
                    ("client_id", "in", wizard.partner_ids.ids),
                    ("service_id", "in", wizard.service_ids.ids),
                    ("is_under_way", "=", True),
                ]
            )

    def _compute_may_cancel(self):
        self.may_cancel = self.env.user._is_in_projects()

    def action_untick(self):
        """Un-tick the services, and let the works go on or cancel them; their followers are told.

        :raises AccessError: if the user may not edit the clients, or cancels works without rights in Project
        """
        self.ensure_one()
        self.partner_ids.check_access("write")
        if self.decision == "cancel":
            if not self.env.user._is_in_projects():
                raise AccessError(self.env._("Works are cancelled by who works in Project."))
            self.env["project.task"].browse(self.work_ids.ids).state = "1_canceled"
        works = self.work_ids
        self.partner_ids.with_context(untick_services=True).client_service_ids -= self.service_ids
        self._tell_followers(works)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _tell_followers(self, works):
        # sudo: a salesperson does not write on tasks, but those who deliver have to know
        for task in self.env["project.task"].sudo().browse(works.ids):
            task.message_post(
                body=self.env._(
                    "%(user)s un-ticked the service “%(service)s” on the card of %(client)s.",
                    user=self.env.user.name,
                    service=task.work_service_id.name,
                    client=task.work_client_id.name,
                ),
                author_id=self.env.user.partner_id.id,
                subtype_xmlid="mail.mt_note",
            )
