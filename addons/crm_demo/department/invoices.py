"""Invoices, payments and credit notes."""

from collections import defaultdict

from odoo.tools import SQL

from .cast import backdate


def create_invoices(cast):
    """Invoice the orders, post the invoices on their days, register what was paid and credit what was cancelled."""
    invoices = _invoice_orders(cast)
    invoices.action_post()
    planned = dict(zip(invoices, cast.plan.invoices, strict=True))
    _register_payments(cast, planned)
    _credit(cast, planned)
    _backdate_entries(cast)


def _invoice_orders(cast):
    """Draft invoices in the order of the plan, those of one day in one run."""
    order_of = {id(planned): cast.orders[planned.order] for planned in cast.plan.invoices}
    by_day = defaultdict(list)
    for planned in cast.plan.invoices:
        by_day[planned.day].append(order_of[id(planned)].id)
    invoice_of = {}
    for day, ids in sorted(by_day.items()):
        orders = cast.env["sale.order"].with_context(default_invoice_date=day).browse(ids)
        for invoice in orders._create_invoices(grouped=True):
            invoice_of[invoice.line_ids.sale_line_ids.order_id] = invoice.id
    return cast.env["account.move"].browse([invoice_of[order_of[id(planned)]] for planned in cast.plan.invoices])


def _register_payments(cast, planned):
    """One run of Odoo's payment wizard for each day on which something was paid."""
    by_day = defaultdict(list)
    for invoice, plan in planned.items():
        if plan.outcome == "paid":
            by_day[plan.settled].append(invoice.id)
    for day, ids in sorted(by_day.items()):
        wizard = cast.env["account.payment.register"].with_context(active_model="account.move", active_ids=ids)
        wizard.create({"payment_date": day, "group_payment": False})._create_payments()


def _credit(cast, planned):
    """Cancel invoices by credit notes, posted and reconciled with them."""
    for invoice, plan in planned.items():
        if plan.outcome == "credited":
            values = {
                "date": plan.settled,
                "invoice_date": plan.settled,
                "ref": f"{invoice.name}: delivery cancelled by the client",
                "invoice_user_id": invoice.invoice_user_id.id,
            }
            invoice._reverse_moves([values], cancel=True)


def _backdate_entries(cast):
    pass
