from odoo import api, models
from odoo.tools import SQL

# journals whose entries are money; all others hold papers: invoices, credit notes, write-offs, exchange differences
MONEY_JOURNALS = ("bank", "cash", "credit")
# the side of a reconciliation that is money, the side that is paid with it, and the sign: out is what went back
SIDES = (("credit", "debit", 1), ("debit", "credit", -1))
DIRECTIONS = {
    "credit": "money.balance < 0 AND paper.balance >= 0",
    "debit": "money.balance > 0 AND paper.balance <= 0",
}
# whose a paper is: the partner of its entry, or else of the line, and when; a query each, because no index serves both
PAYERS = (("move.partner_id", "TRUE"), ("paper.partner_id", "move.partner_id IS NULL"))


class CrmPlanMoney(models.AbstractModel):
    """What counts as money of a client: one definition for the plan and for the report.

    Money is what a bank or cash entry settles of a receivable paper; what went back to the client is negative. Credit
    notes, write-offs, nettings and exchange differences settle papers as well, but bring no money. A payment that
    closes more than it is (early payment discount) counts with what it is. Payments that are not reconciled yet or back
    in draft do not count, nor does a payment that was paid back without any paper.

    It is converted as the bank entry was booked: with the rate of the day of the payment, not of the invoice.
    """

    _name = "crm.plan.money"
    _description = "Money of Clients"

    @api.model
    def _get_money_query(self, select, join=None, where=None):
        """Return the query of the money that was received or paid back, one row per reconciliation.

        In ``select``, ``join`` and ``where`` there are `partial`, `money` and `paper` (the journal items of the money
        and of what was paid), `move` (the paper's entry), `client` (the card in the directory) and `company`.

        :param select: function of the `SQL` of three amounts (in the company's currency, in that of the paper, in that of
            the money) that returns the columns
        :param SQL join: further joins
        :param SQL where: a further condition
        """
        return SQL(" UNION ALL ").join(
            self._get_side_query(
                *side,
                payer=SQL(payer),
                select=select,
                join=join or SQL(),
                where=SQL("%s AND %s", SQL(when), where or SQL("TRUE")),
            )
            for side in SIDES
            for payer, when in PAYERS
        )

    @api.model
    def _get_side_query(self, money, paper, sign, *, payer, select, join, where):
        return SQL(
            """
            SELECT %(columns)s
              FROM account_partial_reconcile partial
              JOIN account_move_line money ON money.id = %(money_id)s
              JOIN account_move_line paper ON paper.id = %(paper_id)s
              JOIN account_move move ON move.id = paper.move_id
              JOIN res_partner partner ON partner.id = %(payer)s
              JOIN res_partner client ON client.id = partner.client_id
              JOIN res_company company ON company.id = paper.company_id
         LEFT JOIN account_payment payment ON payment.id = money.payment_id
              %(join)s
             WHERE paper.account_id = ANY(%(accounts)s) AND money.account_id = ANY(%(accounts)s) AND %(direction)s
               AND money.parent_state = 'posted' AND paper.parent_state = 'posted'
               AND money.journal_id = ANY(%(journals)s) AND paper.journal_id <> ALL(%(journals)s)
               AND %(where)s
            """,
            columns=select(*self._get_amounts(money, paper, sign)),
            money_id=SQL.identifier("partial", f"{money}_move_id"),
            paper_id=SQL.identifier("partial", f"{paper}_move_id"),
            payer=payer,
            join=join,
            accounts=SQL("ARRAY(SELECT id FROM account_account WHERE account_type = 'asset_receivable')"),
            # follows from the side; said, because so little money goes back that its join is over before it begins
            direction=SQL(DIRECTIONS[money]),
            journals=SQL("ARRAY(SELECT id FROM account_journal WHERE type IN %s)", MONEY_JOURNALS),
            where=where,
        )

    @api.model
    def _get_amounts(self, money, paper, sign):
        """Return the SQL of the amount in the currencies of the company, of the paper and of the money."""
        share = SQL(
            "CASE WHEN payment.amount < abs(money.amount_currency) THEN %s * payment.amount / abs(money.amount_currency)"
            " ELSE %s END",
            sign,
            sign,
        )
        settled = SQL.identifier("partial", f"{money}_amount_currency")
        of_company = SQL(
            "CASE WHEN money.currency_id = company.currency_id THEN %(settled)s"
            " ELSE %(settled)s * money.balance / NULLIF(money.amount_currency, 0) END",
            settled=settled,
        )
        amounts = (of_company, SQL.identifier("partial", f"{paper}_amount_currency"), settled)
        return [SQL("(%s) * (%s)", amount, share) for amount in amounts]

    # ------------------------------------------------------------
    # RECEIPTS OF INVOICES
    # ------------------------------------------------------------

    @api.model
    def _get_receipts(self, moves, currencies):
        """Return the money of invoices, the earliest first, as a list of (id of the invoice, amount).

        :param moves: `account.move` of any rights
        :param dict currencies: id of an invoice to the `res.currency` to tell its money in
        """
        self._flush_money()

        def select(company, paper, money):
            return SQL(
                """money.date AS date, partial.id AS id, paper.move_id AS move_id, paper.company_id AS company_id,
                %s AS amount, paper.currency_id AS paper_currency_id, %s AS paper_amount,
                money.currency_id AS money_currency_id, %s AS money_amount""",
                company,
                paper,
                money,
            )

        query = self._get_money_query(select, where=SQL("paper.move_id IN %s", tuple(moves.ids)))
        rows = self.env.execute_query_dict(SQL("%s ORDER BY date, id", query)) if moves else []
        return [(row["move_id"], self._tell_in(currencies[row["move_id"]], row)) for row in rows]

    @api.model
    def _tell_in(self, currency, row):
        """Return a receipt in a currency: as paid if it is that of the invoice or of the payment, else converted."""
        for kind in ("paper", "money"):
            if row[f"{kind}_currency_id"] == currency.id:
                return currency.round(float(row[f"{kind}_amount"]))
        company = self.env["res.company"].browse(row["company_id"])
        return company.currency_id._convert(float(row["amount"]), currency, company, row["date"])

    @api.model
    def _flush_money(self):
        """Write what the queries read."""
        for model, names in self._get_read_fields().items():
            self.env[model].flush_model(names)

    @api.model
    def _get_read_fields(self):
        """Return the names of the fields that the queries read, by model."""
        return {
            "account.partial.reconcile": [
                *("debit_move_id", "credit_move_id"),
                *("debit_amount_currency", "credit_amount_currency"),
            ],
            "account.move.line": [
                *("account_id", "amount_currency", "balance", "company_id", "currency_id", "date", "journal_id"),
                *("move_id", "parent_state", "partner_id", "payment_id"),
            ],
            "account.move": ["partner_id"],
            "account.payment": ["amount"],
            "account.account": ["account_type"],
            "account.journal": ["type"],
            "res.company": ["currency_id"],
            "res.partner": ["client_id"],
        }
