"""Quotations and orders."""

from datetime import timedelta

from odoo import Command

from .cast import backdate

VALIDITY = timedelta(days=30)


def create_orders(cast):
    """Create the quotations as of their day, then send, confirm and cancel them as Odoo's buttons do."""
    orders = cast.env["sale.order"].create([_prepare_order(cast, order) for order in cast.plan.orders])
    cast.orders = list(orders)
    pairs = list(zip(orders, cast.plan.orders, strict=True))

    def ending_in(*states):
        return orders.browse([order.id for order, planned in pairs if planned.state in states])

    # a channel without quotations sends none: its orders are confirmed, or cancelled, directly
    ending_in("sent", "cancel", "sale").filtered("team_id.use_quotations").action_quotation_sent()
    ending_in("sale").action_confirm()
    ending_in("cancel").action_cancel()
    for order, planned in pairs:
        # confirming an order sets its date to now
        order.date_order = cast.past(planned.ordered)
    backdate(
        cast.env,
        {order: cast.past(planned.created) for order, planned in pairs},
        {order: order.user_id for order in orders},
    )


def _prepare_order(cast, order):
    deal = cast.deals[order.deal] if order.deal is not None else None
    moment = cast.past(order.created)
    return {
        "partner_id": cast.clients[order.client].id,
        "company_id": cast.company.id,
        "user_id": cast.user_id(order.manager),
        "team_id": cast.channels[order.channel].id,
        "opportunity_id": deal.id if deal else False,
        "source_id": deal.source_id.id if deal else False,
        "date_order": moment,
        "validity_date": moment.date() + VALIDITY,
        "order_line": [
            Command.create(
                {
                    "product_id": cast.products[line.product].id,
                    "product_uom_qty": line.quantity,
                    "discount": line.discount,
                }
            )
            for line in order.lines
        ],
    }
