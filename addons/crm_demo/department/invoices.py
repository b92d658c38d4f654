"""Invoices, payments and credit notes."""

from collections import defaultdict
from datetime import datetime, time

from odoo.tools import SQL

from .cast import backdate


def create_invoices(cast):
    """Invoice the orders, post the invoices on their days, register what was paid and credit what was cancelled."""
    invoices = _invoice_orders(cast)
    invoices.action_post()
    planned = dict(zip(invoices, cast.plan.invoices, strict=True))
    _register_payments(cast, planned)
    _credit(cast, planned)
    _date_notes(cast, planned)


def _invoice_orders(cast):
    """Draft invoices in the order of the plan, each with its date."""
    orders = cast.env["sale.order"].browse([cast.orders[planned.order].id for planned in cast.plan.invoices])
    created = orders._create_invoices(grouped=True)
    by_order = {invoice.line_ids.sale_line_ids.order_id: invoice for invoice in created}
    invoices = created.browse([by_order[order].id for order in orders])
    by_day = defaultdict(invoices.browse)
    for invoice, planned in zip(invoices, cast.plan.invoices, strict=True):
        by_day[planned.day] |= invoice
    for day, of_day in by_day.items():
        of_day.invoice_date = day
    return invoices


def _register_payments(cast, planned):
    """One run of Odoo's payment wizard for each day on which something was paid."""
    by_day = defaultdict(list)
    for invoice, plan in planned.items():
        if plan.outcome == "paid":
            by_day[plan.settled].append(invoice.id)
    for position, (day, ids) in enumerate(sorted(by_day.items())):
        if position % 10 == 0:
            _refresh_statistics(cast)
        wizard = cast.env["account.payment.register"].with_context(active_model="account.move", active_ids=ids)
        wizard.create({"payment_date": day, "group_payment": False})._create_payments()


def _refresh_statistics(cast):
    """Tell PostgreSQL of the rows that this transaction has added, or it reads whole tables at each reconciliation."""
    cast.env.flush_all()
    tables = ("account_move", "account_move_line", "account_payment", "account_partial_reconcile")
    cast.env.cr.execute(SQL("ANALYZE %s", SQL(", ").join(map(SQL.identifier, tables))))


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


def _date_notes(cast, planned):
    """Invoices and the notes on them are of the invoice's day, notes on their orders of the day of payment."""
    backdate(cast.env, {invoice: _noon(cast, plan.day) for invoice, plan in planned.items()})
    invoice_days = {invoice.id: plan.day for invoice, plan in planned.items()}
    order_days = {cast.orders[plan.order].id: plan.settled or plan.day for plan in planned.values()}
    for model, days in (("account.move", invoice_days), ("sale.order", order_days)):
        notes = cast.env["mail.message"].search([("model", "=", model), ("res_id", "in", list(days))])
        for day, of_day in notes.grouped(lambda note, days=days: days[note.res_id]).items():
            of_day.date = _noon(cast, day)


def _noon(cast, day):
    return cast.past(datetime.combine(day, time(12)))
