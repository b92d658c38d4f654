"""The financial plan: what is awaited of clients, and what has come."""

from datetime import timedelta

from odoo import fields

PLANNED_DAYS = 200  # of the invoices of so many days the payment was planned
CLOSING_DAYS = 15  # from the expected closing of a deal to its payment
BY_HAND = 7  # every so many-th paid line has its result by hand, without an invoice


def create_money_plan(cast):
    """Lines for the invoices of the last months and for the deals that are nearly won."""
    lines = [*_plan_invoices(cast), *_plan_deals(cast)]
    created = cast.env["crm.plan.line"].create([vals for vals, _fact in lines])
    cast.env["crm.plan.fact"].create(
        [
            {"line_id": line.id, "date": fact, "amount": line.amount, "comment": "Cash", "user_id": line.user_id.id}
            for line, (_vals, fact) in zip(created, lines, strict=True)
            if fact
        ]
    )


def _plan_invoices(cast):
    """Pairs of the values of a line and the day of its result by hand, if it has one."""
    earliest = cast.plan.today - timedelta(days=PLANNED_DAYS)
    for position, planned in enumerate(cast.plan.invoices):
        if planned.day < earliest or planned.outcome == "credited":
            continue
        order = cast.orders[planned.order]
        invoice = order.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")[:1]
        by_hand = planned.outcome == "paid" and position % BY_HAND == 0
        yield (
            {
                **_prepare_client(cast, invoice.partner_id, order.opportunity_id, order.user_id),
                "service_id": order.order_line.product_id.product_tmpl_id.filtered("is_client_service")[:1].id,
                "date": invoice.invoice_date_due,
                "currency_id": invoice.currency_id.id,
                "amount": invoice.amount_total,
                "move_ids": [] if by_hand else [fields.Command.set(invoice.ids)],
            },
            planned.settled if by_hand else None,
        )


def _plan_deals(cast):
    for deal, planned in zip(cast.deals, cast.plan.deals, strict=True):
        if planned.outcome == "open" and planned.step == "meeting" and deal.expected_revenue:
            day = max(planned.deadline, cast.plan.today) + timedelta(days=CLOSING_DAYS)
            yield (
                {
                    **_prepare_client(cast, deal.partner_id.client_id, deal, deal.user_id),
                    "date": day,
                    "currency_id": cast.company.currency_id.id,
                    "amount": deal.expected_revenue,
                },
                None,
            )


def _prepare_client(cast, client, deal, manager):
    contract = deal.document_ids.filtered(lambda document: document.kind == "contract")[:1]
    return {
        "partner_id": client.id,
        "lead_id": deal.id,
        "contract_id": contract.id if contract.partner_id == client else False,
        "user_id": manager.id,
        "company_id": cast.company.id,
    }
