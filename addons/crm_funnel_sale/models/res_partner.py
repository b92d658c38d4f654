from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _get_purchase_query(self):
        """Count confirmed orders as purchases, and the won deals of the time before.

        From the first confirmed order of a client on, his orders tell what he bought: a deal that was won since is the
        same sale, whether somebody linked the two or not. Before it, and without any order, won deals count.
        """
        return SQL(
            """
            SELECT deal.client_id, deal.date, deal.lead_id
              FROM (%(deals)s) deal
             WHERE NOT EXISTS (
                   SELECT
                     FROM res_partner contact
                     JOIN sale_order sale ON sale.partner_id = contact.id
                    WHERE contact.client_id = deal.client_id AND sale.state = 'sale'
                      AND sale.date_order < deal.date + INTERVAL '1 day'
                   )
               AND NOT EXISTS (
                   SELECT
                     FROM sale_order sale
                    WHERE sale.opportunity_id = deal.lead_id AND sale.state = 'sale'
                   )
             UNION ALL
            SELECT contact.client_id, sale.date_order, sale.opportunity_id
              FROM sale_order sale
              JOIN res_partner contact ON contact.id = sale.partner_id
             WHERE sale.state = 'sale'
            """,
            deals=super()._get_purchase_query(),
        )
