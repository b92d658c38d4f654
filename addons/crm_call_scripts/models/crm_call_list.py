from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmCallList(models.Model):
    """Calls that were planned together for many clients: a campaign, whose progress can be seen and which can be
    taken back. Its tasks and calls know it; the list itself is made by the planning alone."""

    _name = "crm.call.list"
    _description = "Call List"
    _order = "date_from DESC, id DESC"

    name = fields.Char(required=True, readonly=True)
    script_id = fields.Many2one("crm.call.script", readonly=True, ondelete="set null", index="btree_not_null")
    summary = fields.Char("What to Do", readonly=True)
    date_from = fields.Date("First Day", required=True, readonly=True)
    date_to = fields.Date("Last Day", required=True, readonly=True)
    author_id = fields.Many2one("res.users", "Planned by", required=True, readonly=True, index=True)
    user_ids = fields.Many2many("res.users", string="Managers", readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    activity_ids = fields.One2many("mail.activity", "call_list_id", "Tasks", readonly=True)
    call_ids = fields.One2many("crm.call", "call_list_id", "Calls", readonly=True)

    # Progress
    planned_count = fields.Integer("Clients", readonly=True, help="For how many clients a call was planned.")
    taken_back_count = fields.Integer("Taken Back", readonly=True)
    taken_back_date = fields.Datetime("Taken Back on", readonly=True)
    open_count = fields.Integer("Still to Call", compute="_compute_open_count")
    called_count = fields.Integer("Called", compute="_compute_called_count", help="Clients called at least once.")
    reached_count = fields.Integer("Reached", compute="_compute_called_count")
    success_count = fields.Integer("Successes", compute="_compute_called_count")
    progress = fields.Float(compute="_compute_progress", help="Percent of the clients who are called to the end.")
    state = fields.Selection(
        [("active", "In work"), ("done", "Completed"), ("taken_back", "Withdrawn")], compute="_compute_progress"
    )

    _check_dates = models.Constraint("CHECK(date_from <= date_to)", "A call list begins before it ends.")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("activity_ids")
    def _compute_open_count(self):
        # sudo: of the tasks of a list that the user may see, only their number is told
        counts = self.env["mail.activity"].sudo()._read_group(self._get_open_domain(), ["call_list_id"], ["__count"])
        counts = {call_list.id: count for call_list, count in counts}
        for call_list in self:
            call_list.open_count = counts.get(call_list.id, 0)

    def _get_open_domain(self):
        return Domain("call_list_id", "in", self.ids) & Domain("active", "=", True)

    @api.depends("call_ids.outcome_kind")
    def _compute_called_count(self):
        """Count clients, not calls: whoever was called thrice before he answered was called, and reached, once."""
        done = Domain("call_list_id", "in", self.ids) & Domain("state", "=", "done")
        reached = Domain("outcome_kind", "in", ("success", "later", "refusal"))
        success = Domain("outcome_kind", "=", "success")
        called = self._count_clients(done)
        reached, success = self._count_clients(done & reached), self._count_clients(done & success)
        for call_list in self:
            call_list.called_count = called.get(call_list.id, 0)
            call_list.reached_count = reached.get(call_list.id, 0)
            call_list.success_count = success.get(call_list.id, 0)

    @api.model
    def _count_clients(self, domain):
        # sudo: of the calls of a list that the user may see, only their number is told
        groups = self.env["crm.call"].sudo()._read_group(domain, ["call_list_id"], ["partner_id:count_distinct"])
        return {call_list.id: count for call_list, count in groups}

    @api.depends("open_count", "planned_count", "taken_back_count")
    def _compute_progress(self):
        for call_list in self:
            kept = call_list.planned_count - call_list.taken_back_count
            left = min(call_list.open_count, kept)
            call_list.progress = 100 * (kept - left) / kept if kept else 0
            call_list.state = "active" if left else "done" if kept else "taken_back"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_view_tasks(self):
        """Return the action of the calls of the list that are still to be made."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_funnel.mail_activity_action_all_tasks")
        return {**action, "name": self.name, "domain": [("call_list_id", "=", self.id)], "context": {}}

    def action_view_calls(self):
        """Return the action of the calls of the list that were held."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_call_scripts.crm_call_action")
        return {**action, "name": self.name, "domain": [("call_list_id", "=", self.id)], "context": {}}

    def action_take_back(self):
        """Take back the planned calls of the list which nobody has tried yet; what was held stays.

        :return: notification with the number of calls taken back
        :raises AccessError: if the user has neither planned the list nor sees all deals
        :raises UserError: if there is nothing left to take back
        """
        self.ensure_one()
        self.check_access("read")
        self._check_may_take_back()
        tasks = self._get_untried_tasks()
        if not tasks:
            raise UserError(self.env._("No call of the list “%(list)s” is left to be taken back.", list=self.name))
        count = len(tasks)
        tasks.unlink()
        # sudo: nobody writes a call list by hand
        self.sudo().write({"taken_back_count": self.taken_back_count + count, "taken_back_date": fields.Datetime.now()})
        return self._get_taken_back_notification(count)

    def _check_may_take_back(self):
        if self.author_id != self.env.user and not self.env.user.has_group("sales_team.group_sale_salesman_all_leads"):
            raise UserError(
                self.env._(
                    "Only %(author)s, who planned the calls, or a leader takes them back.", author=self.author_id.name
                )
            )

    def _get_untried_tasks(self):
        """Return the open tasks of the list from which no call was begun and which do not follow from one."""
        # sudo: whoever planned the calls takes them back, his colleagues' too, whatever calls they have begun
        tasks = self.env["mail.activity"].sudo().search(self._get_open_domain())
        calls = self.env["crm.call"].sudo().search([("call_list_id", "=", self.id)])
        return tasks - calls.activity_id - calls.next_activity_id

    def _get_taken_back_notification(self, count):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Calls taken back: %(count)s.", count=count),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
