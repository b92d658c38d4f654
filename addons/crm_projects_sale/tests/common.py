from odoo import Command

from odoo.addons.crm_projects.tests.common import WorkCommon


class OrderCommon(WorkCommon):
    """Orders beside the cast that delivers; what olena sells to Dnipro belongs to her deal."""

    @classmethod
    def _create_order(cls, *products, client=None, deal=None, user=None, **vals):
        """A quotation of one piece of each product, of olena to Dnipro unless said otherwise."""
        client, user = client or cls.dnipro, user or cls.olena
        return (
            cls.env["sale.order"]
            .with_user(user)
            .create(
                {
                    "partner_id": client.id,
                    "user_id": user.id,
                    "opportunity_id": deal.id if deal else False,
                    "order_line": [Command.create(cls._prepare_line(product)) for product in products],
                    **vals,
                }
            )
        )

    @classmethod
    def _prepare_line(cls, product, **vals):
        return {"product_id": product.product_variant_id.id, "product_uom_qty": 1, "price_unit": 100, **vals}

    @classmethod
    def _confirm(cls, *products, **vals):
        """Such an order, confirmed by its salesperson."""
        order = cls._create_order(*products, **vals)
        order.action_confirm()
        return order
