from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools.call_order import PlannedCall, order_calls

LEADER_GROUP = "sales_team.group_sale_salesman_all_leads"
# the page shows so many calls at most, those of the coming days last
DAY_LIMIT = 500
# how far the page looks ahead
COMING_DAYS = 7
# calls that nobody answered count as attempts for so long
ATTEMPT_DAYS = 90


class CrmCallDay(models.AbstractModel):
    """The calls of one manager's day in the best order. The number of queries is the same for 4 calls and 400."""

    _name = "crm.call.day"
    _description = "Calls of the Day"

    @api.model
    @api.readonly
    def get_day(self, user_id=False):
        """Return the calls that a manager has to make today, in the order of `tools/call_order.py`.

        :param int user_id: whose; by default the user's own. Another's only for leaders
        :return: dict with ``user`` ([id, name]), ``is_mine``, ``users`` (managers that may be chosen: {id, name}),
            ``date``, ``interrupted`` (calls under way), ``rows`` (see `_prepare_row`) and ``counts`` (``done``, ``left``,
            ``reached``: calls of today, ``seconds`` spent on them)
        :raises AccessError: if the user may not look at that day
        """
        user = self._get_user(user_id)
        day = self.with_context(tz=user.tz or self.env.user.tz or "UTC")
        rows = day._get_rows(user)
        return {
            "user": [user.id, user.name],
            "is_mine": user == self.env.user,
            "users": self._get_users(),
            "date": fields.Date.to_string(fields.Date.context_today(day)),
            "interrupted": day._get_interrupted(user),
            "rows": rows,
            "counts": day._get_counts(user, rows),
        }

    @api.model
    @api.readonly
    def get_next(self, call_id=False):
        """Return the call that is best made next, after the one that has just been held.

        :param int call_id: id of the `crm.call` that is not to be proposed again
        :return: dict with ``activity_id`` and ``name``, or False if nothing is left for now
        """
        call = self.env["crm.call"].browse(call_id if type(call_id) is int else []).exists()
        day = self.with_context(tz=self.env.user.tz or "UTC")
        # sudo: only to leave out its task
        just_held = call.sudo().activity_id.id
        for row in day._get_rows(self.env.user):
            if row["section"] in ("promised", "now") and row["id"] != just_held and row["can_call"]:
                return {"activity_id": row["id"], "name": row["name"]}
        return False

    # ------------------------------------------------------------
    # WHOSE DAY
    # ------------------------------------------------------------

    @api.model
    def _get_user(self, user_id):
        """Return whose day it is.

        :raises AccessError: if the user is no leader and asks for a colleague's
        """
        if not user_id or user_id == self.env.uid:
            return self.env.user
        if type(user_id) is not int or not self.env.user.has_group(LEADER_GROUP):
            raise AccessError(self.env._("Only a leader looks at the calls of his colleagues."))
        user = self.env["res.users"].browse(user_id).exists()
        if not user or user.share:
            raise UserError(self.env._("This user is no manager any more."))
        user.check_access("read")
        return user

    @api.model
    def _get_users(self):
        """Return the managers whose day a leader may choose: whoever has a call to make, and himself."""
        if not self.env.user.has_group(LEADER_GROUP):
            return []
        groups = self.env["mail.activity"]._read_group(
            # sudo is not needed: names of colleagues are open, and a leader sees their tasks
            self._get_call_domain() & Domain("user_id", "!=", False),
            ["user_id"],
        )
        users = self.env.user.union(*(user for (user,) in groups))
        return [{"id": user.id, "name": user.name} for user in users.sorted("name")]

    @api.model
    def _get_call_domain(self):
        types = self.env["mail.activity.type"].with_context(active_test=False).search([("category", "=", "phonecall")])
        return Domain("activity_type_id", "in", types.ids) & (
            Domain("lead_id", "!=", False) | Domain("contact_id", "!=", False)
        )

    # ------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------

    def _get_rows(self, user):
        """Return the rows of the day in their order: of each planned call what `_prepare_row` says."""
        now = fields.Datetime.now()
        today = fields.Date.context_today(self)
        tasks = self._get_tasks(user, today)
        known = self._get_known(tasks, now)
        calls = [self._prepare_call(task, known) for task in tasks]
        by_id = {task.id: task for task in tasks}
        return [
            {**self._prepare_row(by_id[call.id], known, now, today), "section": section}
            for section, call in order_calls(calls, now, today, self._get_day_end(today))
        ]

    def _get_tasks(self, user, today):
        """Return the planned calls of the manager up to some days ahead, those without a call under way."""
        tasks = self.env["mail.activity"].search(
            self._get_call_domain()
            & Domain("user_id", "=", user.id)
            & Domain("date_deadline", "<=", today + timedelta(days=COMING_DAYS)),
            order="date_deadline, call_start, id",
            limit=DAY_LIMIT,
        )
        # sudo: whoever holds it, a call that is under way is not to be begun
        under_way = self.env["crm.call"].sudo().search([("state", "=", "open"), ("activity_id", "in", tasks.ids)])
        return tasks - under_way.activity_id.with_env(self.env)

    def _get_known(self, tasks, now):
        """Read at once what the rows and their order need.

        :return: dict with ``leads`` and ``partners`` (those the user may see), ``writable`` (tasks he may work on),
            ``hours`` ({partner id: when he can be called}), ``rates`` ({currency: rate}), ``attempts``
        """
        # each is fetched once for all rows
        leads = tasks.lead_id._filtered_access("read")
        partners = (tasks.contact_id | tasks.client_id)._filtered_access("read")
        currencies = leads.company_currency
        company, today = self.env.company, fields.Date.today()
        return {
            "leads": leads,
            "partners": partners,
            "writable": self._get_writable(tasks),
            "hours": self.env["crm.free.time"]._get_open_hours((tasks.contact_id | tasks.client_id).ids, now),
            "rates": {one: one._convert(1.0, company.currency_id, company, today, round=False) for one in currencies},
            "attempts": self._get_attempts(tasks, now),
        }

    def _get_writable(self, tasks):
        """Return the tasks on whose deal or client the user may work, so that he may call."""
        leads = tasks.lead_id._filtered_access("write")
        partners = tasks.contact_id._filtered_access("write")
        return tasks.filtered(lambda task: task.lead_id in leads if task.lead_id else task.contact_id in partners)

    def _get_attempts(self, tasks, now):
        """Return how often nobody answered since the last talk: {(deal id, contact id): number}."""
        # sudo: a number is told, also of calls that a colleague has tried
        calls = (
            self.env["crm.call"]
            .sudo()
            .search_fetch(
                Domain("state", "=", "done")
                & Domain("start", ">=", now - timedelta(days=ATTEMPT_DAYS))
                & (Domain("lead_id", "in", tasks.lead_id.ids) | Domain("partner_id", "in", tasks.contact_id.ids)),
                ["lead_id", "partner_id", "outcome_kind"],
                order="start, id",
            )
        )
        attempts = {}
        for call in calls:
            key = (call.lead_id.id, call.partner_id.id)
            attempts[key] = attempts.get(key, 0) + 1 if call.outcome_kind == "no_answer" else 0
        return attempts

    def _get_day_end(self, today):
        """Return when the day ends, in UTC."""
        zone = timezone(self.env.context["tz"])
        return zone.localize(datetime.combine(today + timedelta(days=1), time.min)).astimezone(utc).replace(tzinfo=None)

    def _prepare_call(self, task, known):
        """Return what the order of the call depends on."""
        lead = task.lead_id & known["leads"]
        hours = self._get_hours(task, known)
        return PlannedCall(
            task.id,
            task.date_deadline,
            start=task.call_start or None,
            is_promised=task.is_call_promised,
            is_blocked=hours["is_blocked"],
            is_open=hours["is_open"],
            closes=hours["closes"],
            opens=hours["opens"],
            priority=int(lead.priority or 0),
            revenue=lead.expected_revenue * known["rates"].get(lead.company_currency, 0),
        )

    def _get_hours(self, task, known):
        return known["hours"].get(task.contact_id.id or task.client_id.id) or {
            "is_blocked": False,
            "is_open": True,
            "closes": None,
            "opens": None,
            "tz": False,
            "text": "",
        }

    def _prepare_row(self, task, known, now, today):
        """Return one row: ids and names of what the user may see, moments as UTC text, ``minutes`` and ``attempt``."""
        lead, contact = task.lead_id & known["leads"], task.contact_id & known["partners"]
        client = task.client_id & known["partners"]
        hours = self._get_hours(task, known)
        key = (task.lead_id.id, task.contact_id.id)
        return {
            "id": task.id,
            "name": (client or contact).name
            or lead.contact_name
            or lead.partner_name
            or lead.name
            or task.summary
            or "",
            "client": _to_link(client),
            "contact": {"id": contact.id, "name": contact.name} if contact and contact != client else False,
            "deal": _to_link(lead),
            "phone": lead.phone or contact.phone or client.phone or "",
            "summary": task.summary or task.activity_type_id.name or "",
            "script": task.call_script_id.name or "",
            "level": client.client_level_id.name or "",
            "start": fields.Datetime.to_string(task.call_start) or False,
            "is_promised": task.is_call_promised,
            "minutes": task.call_minutes or 15,
            "deadline": fields.Date.to_string(task.date_deadline),
            "days_late": max((today - task.date_deadline).days, 0),
            "opens": fields.Datetime.to_string(hours["opens"]) or False,
            "closes": fields.Datetime.to_string(hours["closes"]) or False,
            "is_open": hours["is_open"],
            "tz": hours["tz"],
            "problem": hours["text"],
            "attempt": known["attempts"].get(key, 0) + 1,
            "can_call": task in known["writable"],
        }

    # ------------------------------------------------------------
    # BESIDE THE ROWS
    # ------------------------------------------------------------

    def _get_interrupted(self, user):
        """Return the calls that the manager has begun and not finished, the last one first."""
        calls = self.env["crm.call"].search([("state", "=", "open"), ("user_id", "=", user.id)], limit=20)
        leads, partners = calls.lead_id._filtered_access("read"), calls.partner_id._filtered_access("read")
        return [
            {
                "call_id": call.id,
                "name": (call.partner_id & partners).display_name or (call.lead_id & leads).display_name or "",
                "deal": _to_link(call.lead_id & leads),
                "start": fields.Datetime.to_string(call.start),
                "script": call.sudo().script_id.name or "",  # sudo: the script may be another company's by now
            }
            for call in calls
        ]

    def _get_counts(self, user, rows):
        """Return how far the day is: calls held and left today, clients reached, and seconds spent on the phone."""
        today = fields.Date.context_today(self)
        start = self._get_day_end(today - timedelta(days=1))
        groups = self.env["crm.call"]._read_group(
            [("user_id", "=", user.id), ("state", "=", "done"), ("start", ">=", start)],
            ["outcome_kind"],
            ["__count", "seconds:sum"],
        )
        due = ("promised", "now", "later", "closed")
        return {
            "done": sum(count for _kind, count, _seconds in groups),
            "left": sum(row["section"] in due for row in rows),
            "reached": sum(count for kind, count, _seconds in groups if kind != "no_answer"),
            "seconds": sum(seconds or 0 for _kind, _count, seconds in groups),
        }


def _to_link(record):
    return {"id": record.id, "name": record.display_name} if record else False
