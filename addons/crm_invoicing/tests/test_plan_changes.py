from datetime import date
from itertools import permutations

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestPlanChanges(PlanCommon):
    """What becomes of the plan when clients, invoices and payments change behind it."""

    def _came(self, *domain):
        """Return what the report has come in for dnipro."""
        return self._report(domain=[("client_id", "=", self.dnipro.id), *domain]) or 0

    def _read(self, lines):
        """Return what was received, as it is stored."""
        self.env.flush_all()
        self.env.invalidate_all()
        return lines.mapped("fact_amount")

    def test_payment_that_goes_back(self):
        """Plan and report agree at each step: paid, freed, paid again, in draft, posted again."""
        invoice = self._invoice(self.dnipro, 300)
        line = self._plan(self.dnipro, 300, moves=invoice)
        payment = self._pay(invoice, 300, date(2026, 5, 10))
        receivable = (invoice | payment.move_id).line_ids.filtered(lambda item: item.account_type == "asset_receivable")
        for change, came, state in (
            (lambda: None, 300, "done"),
            (receivable.remove_move_reconcile, 0, "planned"),
            (receivable.reconcile, 300, "done"),
            (payment.action_draft, 0, "planned"),
            (payment.action_post, 300, "done"),
        ):
            change()
            self.assertEqual((self._read(line), line.state, self._came()), ([came], state, came))

    def test_invoice_that_is_reversed(self):
        """Reversed by a credit note and billed anew: only what was paid of the new one has come."""
        invoice = self._invoice(self.dnipro, 300)
        line = self._plan(self.dnipro, 250, moves=invoice)
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        action = wizard.create({"journal_id": invoice.journal_id.id}).modify_moves()
        anew = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((invoice.amount_residual, self._read(line), line.state), (0, [0], "planned"))
        anew.action_post()
        self._pay(anew, 250)
        self.assertEqual((self._read(line), self._came()), ([0], 250))
        line.move_ids |= anew
        self.assertEqual((self._read(line), line.state, self._came()), ([250], "done", 250))
        self.assertTrue(self._came(("is_planned", "=", True)))

    def test_days_that_change_places(self):
        """Three parts of one invoice: whatever their order becomes, the earliest are filled and nothing is lost."""
        invoice = self._invoice(self.dnipro, 600)
        lines = self.env["crm.plan.line"].union(
            *(self._plan(self.dnipro, amount, moves=invoice) for amount in (100, 200, 300))
        )
        self._pay(invoice, 350)
        for order in permutations(range(3)):
            for line, place in zip(lines, order, strict=True):
                line.date = date(2026, 5 + place, 10)
            expected, left = {}, 350
            for line in lines.sorted("date"):
                expected[line] = min(left, line.amount)
                left -= expected[line]
            with self.subTest(order=order):
                self.assertEqual(self._read(lines), [expected[line] for line in lines])

    def test_handed_over_with_its_money(self):
        """The new manager sees plan and money of the client, the old one no longer; what was earned keeps its name."""
        invoice = self._invoice(self.dnipro, 300)
        paid = self._plan(self.dnipro, 100, "2026-05-01", moves=invoice)
        partly = self._plan(self.dnipro, 200, "2026-05-20", moves=invoice)
        awaited = self._plan(self.dnipro, 50, "2026-06-20")
        self._pay(invoice, 150)
        lines = paid | partly | awaited
        self.dnipro.with_user(self.head).user_id = self.taras
        self.assertEqual(lines.mapped("user_id"), self.olena | self.taras)
        self.assertEqual([line.user_id for line in lines], [self.olena, self.taras, self.taras])
        for user, seen, came in ((self.taras, lines, 150), (self.olena, lines.browse(), 0)):
            found = lines.with_user(user).search([("id", "in", lines.ids)])
            self.assertEqual((found, self._report(user, [("client_id", "=", self.dnipro.id)]) or 0), (seen, came))
        self._pay(invoice)
        self.assertEqual(self._read(lines), [100, 200, 0])

    def test_archived_client(self):
        """Money of a client who was archived has come all the same, and what he owes stays overdue."""
        invoice = self._invoice(self.dnipro, 300)
        line = self._plan(self.dnipro, 300, "2026-05-20", user=self.olena, moves=invoice)
        self._pay(invoice, 100, date(2026, 5, 10))
        self.deal_dnipro.active = False
        self.dnipro.active = False
        self._pay(invoice, 100, date(2026, 5, 12))
        self.assertEqual((self._read(line), self._came()), ([200], 200))
        mine = line.with_user(self.olena)
        self.assertTrue(mine.is_overdue)
        [row] = mine.get_plan_grid({"month": "2026-05-01", "months": 1, "client_id": self.dnipro.id})["rows"]
        self.assertEqual((row["partner_id"][0], row["cells"]["2026-05-01"]["fact"]), (self.dnipro.id, 200))

    def test_archived_service(self):
        """The rows keep the name of a service that is sold no more."""
        service = self.design.product_tmpl_id
        line = self._plan(self.dnipro, 300, "2026-05-20", user=self.olena, service_id=service.id)
        self._enter(line, 40, user=self.olena)
        service.active = False
        self.assertEqual(self._came(("service_id", "=", service.id)), 40)
        [row] = line.with_user(self.olena).get_plan_grid({"month": "2026-05-01", "months": 1})["rows"]
        self.assertEqual(row["service_id"], [service.id, service.display_name])
        cell = {name: row[name] and row[name][0] for name in ("user_id", "partner_id", "contract_id", "service_id")}
        cell["currency_id"] = row["currency_id"][0]
        line.with_user(self.olena).set_plan_cell(cell, "2026-05-01", 320, shown=300)
        self.assertEqual(line.amount, 320)

    def test_an_invoice_that_moves_to_another_client(self):
        """A paper that is another client's now cannot be tied again; its money is that client's."""
        invoice = self._invoice(self.dnipro, 300)
        line = self._plan(self.dnipro, 300, moves=invoice)
        invoice.button_draft()
        invoice.partner_id = self.karpaty
        invoice.action_post()
        self._pay(invoice, 100)
        self.assertEqual(self._came(), 0)
        self.assertEqual(self._report(domain=[("client_id", "=", self.karpaty.id)]), 100)
        with self.assertRaisesRegex(ValidationError, "Only invoices of Dnipro"):
            line.copy({"move_ids": [fields.Command.link(invoice.id)]})
