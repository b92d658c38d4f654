from datetime import date

from odoo import Command

from .common import InvoicingCast, InvoicingCommon


class PlanCast(InvoicingCast):
    """Helpers for plan lines, and the money of a day."""

    @classmethod
    def _plan(cls, client, amount, day="2026-05-31", user=None, moves=None, **vals):
        """Return a plan line, entered by `user` or the superuser."""
        Line = cls.env["crm.plan.line"].with_user(user) if user else cls.env["crm.plan.line"]
        return Line.create(
            {
                "partner_id": client.id,
                "amount": amount,
                "date": day,
                "move_ids": [Command.set(moves.ids if moves else [])],
                **vals,
            }
        )

    @classmethod
    def _invoice(cls, client, amount, user=None, day="2026-05-01", **vals):
        """Return a posted invoice of an amount, without tax."""
        vals.setdefault("invoice_date", date.fromisoformat(day))
        return cls._create_invoice(client, user or client.user_id, [(cls.design, 1, amount)], **vals)

    @classmethod
    def _enter(cls, line, amount, day="2026-05-20", user=None, **vals):
        """Return a result by hand."""
        Fact = cls.env["crm.plan.fact"].with_user(user) if user else cls.env["crm.plan.fact"]
        return Fact.create({"line_id": line.id, "amount": amount, "date": day, **vals})

    def _report(self, user=None, domain=(), groupby=(), measure="fact_amount"):
        """Return sums of the report: one number, or a dict by group."""
        self.env.flush_all()
        Report = self.env["crm.plan.report"].with_user(user or self.head)
        rows = Report._read_group(list(domain), list(groupby), [f"{measure}:sum"])
        return {row[:-1] if len(row) > 2 else row[0]: row[-1] for row in rows} if groupby else rows[0][0]


class PlanCommon(PlanCast, InvoicingCommon):
    pass
