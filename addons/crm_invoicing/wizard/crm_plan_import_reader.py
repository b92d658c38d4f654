"""Turn the rows of a workbook with a plan into what will be done with each."""

from dataclasses import dataclass, field

from odoo.fields import Domain

from odoo.addons.crm_clients.tools.client_lookups import AmbiguousNameError, Lookups

from ..tools import plan_sheet

SAME, CREATE, UPDATE, ERROR = "same", "create", "update", "error"
# by what a row without a number recognises its line, beside the client
SAME_LINE = ("contract_id", "service_id", "currency_id", "date")


@dataclass
class PlannedRow:
    """What a row, or one month of it, will do.

    :ivar dict vals: values of the line; for a month of the grid those of its row
    :ivar line: the `crm.plan.line` it changes, or an empty one
    :ivar month: first day, if the amount is that of a whole month
    """

    number: int
    action: str = ERROR
    vals: dict = field(default_factory=dict)
    line: object = None
    month: object = None
    before: float = 0
    problems: list = field(default_factory=list)


class PlanReader:
    """Reads the rows of one file as the user: what he may not see is not there.

    Rows without the number of a line are recognised by client, contract, service, day and currency; the second such row of
    a file is the second such line of the plan. So the same file changes nothing when it comes again.
    """

    def __init__(self, env):
        self.env = env
        self.lookups = Lookups(env)
        self.lang = env["res.lang"]._get_data(code=env.user.lang or "en_US")
        self.clients, self.lines, self.taken = {}, {}, set()

    def read_row(self, number, texts):
        """Return the list of `PlannedRow` of a row.

        :param dict texts: text by target of `plan_sheet`; only filled cells
        """
        row = PlannedRow(number, line=self.env["crm.plan.line"])
        self._read_line(texts, row)
        self._read_client(texts, row)
        self._read_papers(texts, row)
        months = {target: text for target, text in texts.items() if not isinstance(target, str)}
        if months:
            return [self._read_month(row, month, text) for month, text in months.items()]
        self._read_plan(texts, row)
        self._decide(row)
        return [row]

    # ------------------------------------------------------------
    # CELLS
    # ------------------------------------------------------------

    def _read_line(self, texts, row):
        text = texts.get(plan_sheet.LINE)
        if not text:
            return
        row.line = self.env["crm.plan.line"].search([("id", "=", int(text) if text.isdecimal() else 0)])
        if not row.line:
            row.problems.append(
                self.env._(
                    "Your plan has no line %(number)s. Leave the number empty to plan a new payment.", number=text
                )
            )

    def _read_client(self, texts, row):
        tax, name = texts.get(plan_sheet.TAX), texts.get(plan_sheet.CLIENT)
        if row.line:
            row.vals["partner_id"] = row.line.partner_id.id
            return
        if not tax and not name:
            row.problems.append(self.env._("The row names no client."))
            return
        found = self._find_clients(tax, name)
        if len(found) == 1:
            row.vals["partner_id"] = found.id
        elif found:
            row.problems.append(
                self.env._("Several clients are called %(name)s: give the tax number.", name=name or tax)
            )
        else:
            row.problems.append(self.env._("There is no client %(name)s, or it is not one of yours.", name=name or tax))

    def _find_clients(self, tax, name):
        key = (tax, name)
        if key not in self.clients:
            Partner, directory = self.env["res.partner"], Domain("client_type_id", "!=", False)
            by_tax = Domain("vat", "=", tax) | Domain("company_registry", "=", tax)
            found = Partner.search(directory & by_tax, limit=2) if tax else Partner
            if name and len(found) != 1:
                by_name = Domain("name", "=ilike", name) | Domain("complete_name", "=ilike", name)
                found = Partner.search(directory & by_name, limit=2)
            self.clients[key] = found
        return self.clients[key]

    def _read_papers(self, texts, row):
        if number := texts.get(plan_sheet.CONTRACT):
            row.vals["contract_id"] = self._find_contract(number, row)
        if name := texts.get(plan_sheet.SERVICE):
            row.vals["service_id"] = self._find_service(name, row)
        code = texts.get(plan_sheet.CURRENCY)
        currency = self.env["res.currency"].search([("name", "=ilike", code)]) if code else self.env.company.currency_id
        if code or not row.line:
            row.vals["currency_id"] = currency.id
        if not currency:
            row.problems.append(self.env._("There is no active currency %(code)s.", code=code))

    def _find_contract(self, number, row):
        domain = Domain("kind", "in", ("contract", "addendum")) & Domain("name", "=", number)
        domain &= Domain("partner_id.client_id", "=", row.vals.get("partner_id"))
        contract = self.env["crm.document"].search(domain, limit=1)
        if not contract and "partner_id" in row.vals:
            row.problems.append(self.env._("The client has no contract %(number)s.", number=number))
        return contract.id

    def _find_service(self, name, row):
        try:
            service_id = self.lookups.find("product.template", name)
        except AmbiguousNameError:
            row.problems.append(self.env._("Several services are called %(name)s.", name=name))
            return False
        if not service_id:
            row.problems.append(self.env._("There is no service %(name)s.", name=name))
        return service_id

    def _read_plan(self, texts, row):
        day = plan_sheet.read_date(texts.get(plan_sheet.DATE, ""), self.lang.date_format)
        if day:
            row.vals["date"] = day
        elif not row.line or texts.get(plan_sheet.DATE):
            row.problems.append(self.env._("The planned day is missing, or is no date."))
        row.vals["amount"] = self._read_amount(texts.get(plan_sheet.AMOUNT, ""), row)
        if note := texts.get(plan_sheet.NOTE):
            row.vals["note"] = note

    def _read_amount(self, text, row):
        amount = plan_sheet.read_amount(text, self.lang.decimal_point)
        if amount is None or amount < 0:
            row.problems.append(
                self.env._("The planned amount %(text)s is no number of zero or more.", text=text or "\u2013")
            )
        return amount or 0

    # ------------------------------------------------------------
    # WHAT WILL BE DONE
    # ------------------------------------------------------------

    def _decide(self, row):
        """Find the line of a row, and say whether it changes."""
        if row.problems:
            return
        row.line = row.line or self._find_line(row.vals)
        self.taken.add(row.line.id)
        row.before = row.line.amount
        if not row.line:
            row.action = CREATE
        else:
            row.vals = {name: value for name, value in row.vals.items() if self._differs(row.line, name, value)}
            row.action = UPDATE if row.vals else SAME

    def _find_line(self, vals):
        """Return the first line that a row can mean and no row above it has taken."""
        none = self.env["crm.plan.line"]
        lines = self._get_lines(vals["partner_id"]).get(tuple(vals.get(name) or False for name in SAME_LINE), none)
        return next((line for line in lines if line.id not in self.taken), none)

    def _get_lines(self, client_id):
        """Return the plan of a client, read once: recordsets by the values of `SAME_LINE`."""
        if client_id not in self.lines:
            domain = Domain("partner_id", "=", client_id) & Domain("company_id", "=", self.env.company.id)
            lines = self.env["crm.plan.line"].search(domain, order="id")
            self.lines[client_id] = lines.grouped(
                lambda line: (line.contract_id.id, line.service_id.id, line.currency_id.id, line.date)
            )
        return self.lines[client_id]

    def _differs(self, line, name, value):
        if name == "amount":
            return bool(line.currency_id.compare_amounts(line.amount, value))
        old = line[name]
        return (old.id if line._fields[name].relational else old) != value

    def _read_month(self, row, month, text):
        """Return what the amount of a month will do, as if it was typed into the grid."""
        row = PlannedRow(row.number, vals=dict(row.vals), line=row.line, month=month, problems=list(row.problems))
        row.vals["amount"] = self._read_amount(text, row)
        if row.problems:
            return row
        client = self.env["res.partner"].browse(row.vals["partner_id"])
        row.vals["user_id"] = client.user_id.id or self.env.uid
        row.vals.setdefault("currency_id", self.env.company.currency_id.id)
        lines = self.env["crm.plan.line"]
        row.line = lines.search(lines._get_cell_domain(row.vals, str(month)))
        row.before = sum(row.line.mapped("amount"))
        currency = self.env["res.currency"].browse(row.vals["currency_id"])
        is_same = not currency.compare_amounts(row.before, row.vals["amount"])
        row.action = SAME if is_same else UPDATE if row.line else CREATE
        return row
