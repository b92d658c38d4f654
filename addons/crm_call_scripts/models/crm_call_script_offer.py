from odoo import api, models
from odoo.fields import Domain


class CrmCallScript(models.Model):
    """Which scripts are offered for a call, and what stands for their placeholders."""

    _inherit = "crm.call.script"

    @api.model
    def _get_for(self, lead, partner):
        """Return the published scripts for a call, best first.

        Scripts made for the purpose come first, then those of the channel, those of the company, and as the author has put
        them in order.

        :param lead: `crm.lead` that the call is about, may be empty
        :param partner: `res.partner` that is called, may be empty
        """
        company = (lead and lead.company_id) or (partner and partner.company_id) or self.env.company
        team = lead.team_id if lead else self.env["crm.team"]
        purpose = "prospect" if lead and lead.active and lead.won_status == "pending" else "feedback"
        scripts = self.search(
            Domain("published_id", "!=", False)
            & Domain("company_id", "in", [company.id, False])
            & (Domain("team_ids", "=", False) | Domain("team_ids", "in", team.ids))
        )
        return scripts.sorted(
            lambda script: (
                script.purpose != purpose,
                not script.team_ids,
                not script.company_id,
                script.sequence,
                script.id,
            )
        )

    @api.model
    def _get_placeholder_values(self, client=None, contact=None, deal=None, manager=None):
        """Return what stands for the placeholders in the language of the context: {name: text}; unknown ones are empty.

        The records are those that the user may see; the product is the first that the deal asks for, else the client has.
        """
        company = (deal and deal.company_id) or (client and client.company_id) or self.env.company
        person = contact and not contact.is_company and contact
        return {
            "client": (client and client.name) or (deal and deal.partner_name) or "",
            "contact": (person and person.name) or (deal and deal.contact_name) or "",
            "manager": (manager or self.env.user).name or "",
            "deal": (deal and deal.name) or "",
            "product": self._get_product_name(client, deal),
            # sudo: a name on every letterhead
            "company": company.sudo().name or "",
        }

    def _get_product_name(self, client, deal):
        # the records come in the language of their reader, the text is for the listener
        lang = self.env.context.get("lang")
        asked = deal.with_context(lang=lang).inquiry_service_ids if deal else self.env["product.template"]
        had = client.with_context(lang=lang).client_service_ids if client else self.env["product.template"]
        # sudo: what a service is called is on the cards that the user sees
        return (asked.sudo() or had.sudo())[:1].name or ""

    @api.model
    @api.readonly
    def get_test_values(self):
        """Return invented values of the placeholders, for a test run without a client: {name: text}."""
        return {
            "client": self.env._("Green Valley Ltd"),
            "contact": self.env._("Anna Green"),
            "manager": self.env.user.name,
            "deal": self.env._("Delivery of seedlings"),
            "product": self.env._("Seedlings"),
            "company": self.env.company.name,
        }
