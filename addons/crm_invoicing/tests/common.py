from odoo import Command, fields
from odoo.tests import new_test_user, tagged
from odoo.tests.common import TransactionCase

from odoo.addons.crm_funnel.tests.common import FunnelCast


class InvoicingCast(FunnelCast):
    """The cast of the funnel in a company that can invoice.

    Services: promotion (1000, VAT 20 %), design (300, no VAT); goods: paper (50, VAT 20 %).
    dnipro has ticked promotion; her contact person petro has an e-mail. `accountant` may do the accounts and no sales.
    One unit of the company's currency is two of `foreign`.
    """

    @classmethod
    def _set_up_cast(cls):
        super()._set_up_cast()
        cls.company = cls.env.company
        cls.accountant = new_test_user(
            cls.env, "iv_accountant", "base.group_user,account.group_account_invoice", name="Accountant"
        )
        cls._set_up_accounts(cls.company)
        cls._set_up_foreign_currency()
        cls._set_up_services()
        cls.bank, cls.requisites = cls._create_requisites(cls.company, "UA213223130000026007233566001")
        cls.dnipro.client_service_ids = cls.promotion.product_tmpl_id

    @classmethod
    def _set_up_accounts(cls, company):
        """Give a company Odoo's generic chart, if it has none."""
        if not company.chart_template:
            cls.env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)

    @classmethod
    def _set_up_foreign_currency(cls):
        Currency = cls.env["res.currency"].with_context(active_test=False)
        cls.foreign = Currency.search(
            [("name", "in", ("EUR", "USD")), ("id", "!=", cls.company.currency_id.id)], limit=1
        )
        cls.foreign.active = True
        cls.foreign.rate_ids.unlink()
        cls.env["res.currency.rate"].create(
            {"currency_id": cls.foreign.id, "company_id": cls.company.id, "name": "2020-01-01", "rate": 2.0}
        )

    @classmethod
    def _set_up_services(cls):
        cls.vat = cls.env["account.tax"].create(
            {"name": "VAT 20 %", "amount": 20.0, "type_tax_use": "sale", "company_id": cls.company.id}
        )
        cls.promotion, cls.design, cls.paper = cls.env["product.product"].create(
            [
                {
                    "name": "Promotion by the month",
                    "type": "service",
                    "is_client_service": True,
                    "invoice_policy": "order",
                    "lst_price": 1000.0,
                    "taxes_id": [Command.set(cls.vat.ids)],
                },
                {
                    "name": "Design of a page",
                    "type": "service",
                    "is_client_service": True,
                    "invoice_policy": "order",
                    "lst_price": 300.0,
                    "taxes_id": [Command.clear()],
                },
                {
                    "name": "Printed paper",
                    "type": "consu",
                    "invoice_policy": "order",
                    "lst_price": 50.0,
                    "taxes_id": [Command.set(cls.vat.ids)],
                },
            ]
        )

    @classmethod
    def _create_requisites(cls, company, number, **vals):
        """Return a bank account of an own company and the requisites on it."""
        bank = cls.env["res.partner.bank"].create({"acc_number": number, "partner_id": company.partner_id.id})
        requisites = cls.env["crm.requisites"].create(
            {
                "name": f"{company.name} {number[-4:]}",
                "company_id": company.id,
                "partner_bank_id": bank.id,
                **vals,
            }
        )
        return bank, requisites

    @classmethod
    def _create_invoice(cls, partner, salesperson, lines=None, post=True, **vals):
        """Return an invoice: ``lines`` are (product, quantity, price before tax), one month of promotion without them."""
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_user_id": salesperson.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create({"product_id": product.id, "quantity": quantity, "price_unit": price})
                    for product, quantity, price in lines or [(cls.promotion, 1, 1000.0)]
                ],
                **vals,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _pay(cls, move, amount=None, date=None):
        """Register the payment of an invoice, of all that is left unless an amount is given."""
        wizard = cls.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids)
        vals = {"payment_date": date or fields.Date.today()}
        if amount is not None:
            vals["amount"] = amount
        return wizard.create(vals)._create_payments()

    @classmethod
    def _create_order(cls, partner, salesperson, lines=None, **vals):
        """Return a quotation: ``lines`` are (product, quantity), one month of promotion without them."""
        return cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": salesperson.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    for product, quantity in lines or [(cls.promotion, 1)]
                ],
                **vals,
            }
        )

    @classmethod
    def _create_contract(cls, partner, salesperson, name="C-1", state="signed", **vals):
        """Return a contract that stands in one of the shipped states."""
        document_type = cls.env.ref("crm_documents.crm_document_type_contract")
        return cls.env["crm.document"].create(
            {
                "type_id": document_type.id,
                "state_id": cls.env.ref(f"crm_documents.crm_document_state_contract_{state}").id,
                "name": name,
                "partner_id": partner.id,
                "user_id": salesperson.id,
                **vals,
            }
        )


@tagged("post_install", "-at_install")
class InvoicingCommon(InvoicingCast, TransactionCase):
    """After the installation: a chart of accounts can be loaded only then."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
