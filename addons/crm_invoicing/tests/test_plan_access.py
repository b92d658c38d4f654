from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestPlanAccess(PlanCommon):
    """Each sees the plan and the money of his clients; nobody needs rights in the accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice_dnipro = cls._invoice(cls.dnipro, 300, cls.ivan)
        cls.invoice_karpaty = cls._invoice(cls.karpaty, 500)
        cls.line_dnipro = cls._plan(cls.dnipro, 300, moves=cls.invoice_dnipro)
        cls.line_karpaty = cls._plan(cls.karpaty, 500, moves=cls.invoice_karpaty)
        cls._pay(cls.invoice_dnipro)
        cls._pay(cls.invoice_karpaty)

    def _visible(self, user):
        return (
            self.env["crm.plan.line"].with_user(user).search([("id", "in", (self.line_dnipro | self.line_karpaty).ids)])
        )

    def test_lines(self):
        self.assertEqual(self._visible(self.olena), self.line_dnipro)
        self.assertEqual(self._visible(self.taras), self.line_karpaty)
        self.assertEqual(self._visible(self.head), self.line_dnipro | self.line_karpaty)
        with self.assertRaises(AccessError):
            self.line_karpaty.with_user(self.olena).read(["amount"])
        with self.assertRaises(AccessError):
            self.line_karpaty.with_user(self.olena).amount = 1
        with self.assertRaises(AccessError):
            self._plan(self.karpaty, 1, user=self.olena)

    def test_olena_plans_and_ties(self):
        """She has no rights in the accounts: her line counts the payments of an invoice that a colleague issued."""
        line = self.line_dnipro.with_user(self.olena)
        self.assertEqual((line.fact_amount, line.state), (300, "done"))
        invoice = self._invoice(self.dnipro, 40, self.olena)
        own = self._plan(self.dnipro, 40, user=self.olena, moves=invoice)
        self._pay(invoice)
        self.assertEqual(own.state, "done")
        self.assertFalse(line.is_fact_by_hand)

    def test_money(self):
        clients = [("client_id", "in", (self.dnipro | self.karpaty).ids)]
        for user, expected in ((self.olena, 300), (self.taras, 500), (self.head, 800)):
            with self.subTest(user=user.login):
                self.assertEqual(self._report(user, clients), expected)
        self.assertEqual(self._report(self.olena, clients, measure="plan_amount"), 300)

    def test_no_sales_no_plan(self):
        for model in ("crm.plan.line", "crm.plan.fact", "crm.plan.report", "crm.plan.import"):
            for user in (self.clerk, self.accountant):
                with self.subTest(model=model, user=user.login), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([], limit=1).check_access("read")

    def test_accountant_pays_without_sales(self):
        """Whoever books the payment has no rights in the plan: it is counted nevertheless."""
        invoice = self._invoice(self.dnipro, 70)
        line = self._plan(self.dnipro, 70, moves=invoice)
        self._pay(invoice.with_user(self.accountant))
        self.env.flush_all()
        self.assertEqual(line.state, "done")

    def test_results_by_hand(self):
        line = self._plan(self.dnipro, 100)
        fact = (
            self._enter(line, 10, user=self.ivan)
            if self.ivan.has_group("sales_team.group_sale_salesman_all_leads")
            else self._enter(line, 10, user=self.head)
        )
        with self.assertRaises(AccessError):
            fact.with_user(self.olena).amount = 20
        with self.assertRaises(AccessError):
            self._enter(line, 10, user=self.taras)
        own = self._enter(line, 10, user=self.olena, comment="seen in the bank")
        own.amount = 15
        with self.assertRaises(AccessError):
            own.unlink()
        own.with_user(self.head).unlink()
        forged = self._enter(line, 5, user=self.olena)
        self.assertEqual(forged.user_id, self.olena)

    def test_author_cannot_be_forged(self):
        line = self._plan(self.dnipro, 100)
        fact = (
            self.env["crm.plan.fact"]
            .with_user(self.olena)
            .create({"line_id": line.id, "amount": 1, "date": "2026-05-01", "user_id": self.head.id})
        )
        self.assertEqual(fact.user_id, self.olena)

    def test_other_company_is_hidden(self):
        other = self.env["res.company"].create({"name": "Other company"})
        line = self.env["crm.plan.line"].create(
            {"partner_id": self.dnipro.id, "amount": 10, "date": "2026-05-31", "company_id": other.id}
        )
        self.assertFalse(self.env["crm.plan.line"].with_user(self.head).search([("id", "=", line.id)]))
        self.assertFalse(self._report(self.head, [("line_id", "=", line.id)], measure="plan_amount"))
        self.head.company_ids |= other
        both = self.env["crm.plan.report"].with_user(self.head)
        both = both.with_context(allowed_company_ids=(self.company | other).ids)
        self.assertEqual(both._read_group([("line_id", "=", line.id)], [], ["plan_amount:sum"])[0][0], 10)

    def test_opened_from_the_report(self):
        """The invoice of a colleague on her own client: the money shows, the paper says why it does not open."""
        row = self.env["crm.plan.report"].with_user(self.head).search([("move_id", "=", self.invoice_dnipro.id)])
        self.assertEqual(row.action_open_record()["res_id"], self.invoice_dnipro.id)
        plan = (
            self.env["crm.plan.report"]
            .with_user(self.olena)
            .search([("kind", "=", "plan"), ("line_id", "=", self.line_dnipro.id)])
        )
        self.assertEqual(plan.action_open_record()["res_model"], "crm.plan.line")

    def test_a_manager_of_all_clients_with_personal_rights(self):
        """ivan sees all clients, but as a salesperson only his own and nobody's plan."""
        user = new_test_user(
            self.env, "pl_all", "sales_team.group_sale_salesman_all_leads,crm_clients.crm_clients_group_all"
        )
        self.assertEqual(self._visible(user), self.line_dnipro | self.line_karpaty)
        self.assertFalse(self._visible(self.ivan))
