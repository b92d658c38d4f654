from odoo import models
from odoo.exceptions import RedirectWarning


class ResPartner(models.Model):
    """The projects and works of a client."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.work.owner"]
    _work_field = "client_id"

    def _get_work_client(self):
        return self.client_id or self.commercial_partner_id

    def write(self, vals):
        """Ask before a service is un-ticked whose work is under way.

        :raises RedirectWarning: its button asks what happens to the works
        """
        if "client_service_ids" not in vals or self.env.su or self.env.context.get("untick_services"):
            return super().write(vals)
        ticked = {partner: partner.client_service_ids for partner in self}
        result = super().write(vals)
        self._ask_about_works({partner: services - partner.client_service_ids for partner, services in ticked.items()})
        return result

    def _ask_about_works(self, unticked):
        """:raises RedirectWarning: if a work of an un-ticked service is under way; ``unticked`` are services by client"""
        services = self.env["product.template"].union(*unticked.values())
        if not services:
            return
        # sudo: the question is due also if the work is in a project that the user does not see
        works = self.env["crm.work.starter"]._find_open_works(self, services).filtered("is_work_under_way")
        works = works.filtered(lambda work: work.work_service_id in unticked[work.work_client_id.with_env(self.env)])
        if works:
            message = self.env._("The work is under way: %(works)s. What happens to it?", works=works._name_some())
            raise RedirectWarning(
                message,
                self.env.ref("crm_projects.crm_work_untick_action").id,
                self.env._("Decide"),
                {
                    "default_partner_ids": works.work_client_id.ids,
                    "default_service_ids": works.work_service_id.ids,
                },
            )
