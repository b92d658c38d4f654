from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.crm_clients.tools.schema import create_missing_columns

# how many tasks or deals a message names before it goes on with dots
NAMED_IN_MESSAGE = 5


class MailActivity(models.Model):
    """A task of the sales department: an activity that knows its deal, the person to talk to, and the client."""

    _inherit = "mail.activity"

    lead_id = fields.Many2one(
        "crm.lead",
        "Task on Deal",
        compute="_compute_lead_id",
        store=True,
        precompute=True,
        ondelete="cascade",
        help="The deal or inquiry that the task belongs to.",
    )
    contact_id = fields.Many2one(
        "res.partner",
        "Talk to",
        compute="_compute_contact_id",
        store=True,
        precompute=True,
        ondelete="set null",
        help="The contact of the deal, or the one on whose card the task stands.",
    )
    client_id = fields.Many2one(
        "res.partner", "Client of the Task", related="contact_id.client_id", store=True, precompute=True
    )
    lead_team_id = fields.Many2one("crm.team", "Channel of the Task", related="lead_id.team_id")
    contact_phone = fields.Char("Phone of the Contact", compute="_compute_contact_phone")

    _lead_idx = models.Index("(lead_id) WHERE lead_id IS NOT NULL")
    _contact_idx = models.Index("(contact_id) WHERE contact_id IS NOT NULL")
    _client_idx = models.Index("(client_id) WHERE client_id IS NOT NULL")
    # the day a task was done as a moment, which the report on work done filters by; not a partial index, whose statistics
    # PostgreSQL would not use: it would take a week for a third of all tasks and read all deals
    _work_report_idx = models.Index("((date_done + '12:00'::time), user_id)")

    def _auto_init(self):
        """Add the columns empty: `_fill_task_clients` fills them with two queries, whatever the number of tasks."""
        columns = dict.fromkeys(("lead_id", "contact_id", "client_id"), "int4")
        create_missing_columns(self.env.cr, "mail_activity", columns)
        return super()._auto_init()

    @api.model
    def _fill_task_clients(self):
        """Say of every task, done ones included, which deal, contact and client it belongs to, if nothing does yet."""
        self.env.flush_all()
        for query in (
            """UPDATE mail_activity task SET lead_id = lead.id, contact_id = lead.partner_id, client_id = contact.client_id
                 FROM crm_lead lead LEFT JOIN res_partner contact ON contact.id = lead.partner_id
                WHERE task.res_model = 'crm.lead' AND task.res_id = lead.id AND task.lead_id IS NULL""",
            """UPDATE mail_activity task SET contact_id = contact.id, client_id = contact.client_id
                 FROM res_partner contact
                WHERE task.res_model = 'res.partner' AND task.res_id = contact.id AND task.contact_id IS NULL""",
        ):
            self.env.cr.execute(SQL(query))
        self.invalidate_model(["lead_id", "contact_id", "client_id"])

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("res_model", "res_id")
    def _compute_lead_id(self):
        for task in self:
            task.lead_id = task.res_id if task.res_model == "crm.lead" else False

    @api.depends("res_model", "res_id", "lead_id.partner_id")
    def _compute_contact_id(self):
        for task in self:
            task.contact_id = task.res_id if task.res_model == "res.partner" else task.lead_id.partner_id

    @api.depends("lead_id.phone", "contact_id.phone", "client_id.phone")
    @api.depends_context("uid")
    def _compute_contact_phone(self):
        """The number to call. A task may be given to somebody who may not see its deal: he gets no number either."""
        leads = self.lead_id._filtered_access("read")
        partners = (self.contact_id | self.client_id)._filtered_access("read")
        for task in self:
            task.contact_phone = (
                (task.lead_id & leads).phone or (task.contact_id & partners).phone or (task.client_id & partners).phone
            )

    # ------------------------------------------------------------
    # CREATE, WRITE
    # ------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        return self._drop_kept_fields(super().default_get(fields))

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._drop_kept_fields(vals) for vals in vals_list])

    @api.model
    def _get_kept_fields(self):
        """Return the names of the fields that follow from the document of the task and that nobody writes."""
        return {"lead_id", "contact_id", "client_id"}

    @api.model
    def _drop_kept_fields(self, vals):
        """Leave out what only the task sets itself: by a link of his own a user would read the name of a foreign deal."""
        kept = () if self.env.su else self._get_kept_fields()
        return {name: value for name, value in vals.items() if name not in kept}

    def write(self, vals):
        vals = self._drop_kept_fields(vals)
        if vals.get("user_id") and not self.env.su and (self.lead_id or self.contact_id):
            self._check_new_user(self.env["res.users"].browse(vals["user_id"]))
        return super().write(vals)

    def _check_new_user(self, user):
        """Refuse to give tasks of the sales department to a user who never looks at them.

        :raises UserError: if the user is archived or no employee
        """
        person = user.sudo()  # sudo: whether a colleague still works here is no secret
        if not person.active:
            raise UserError(self.env._("%(user)s is archived and would never see the tasks.", user=person.name))
        if person.share:
            raise UserError(self.env._("%(user)s is no employee and would never see the tasks.", user=person.name))

    # ------------------------------------------------------------
    # CHANGING IN BULK
    # ------------------------------------------------------------

    def _check_tasks_changeable(self):
        """Check that the user may change every one of these tasks, so that all of them are changed or none.

        :raises UserError: naming those that he may not change, or that are done
        """
        done = self.filtered(lambda task: not task.active)
        if done:
            raise UserError(self.env._("These tasks are done already: %(tasks)s.", tasks=done._get_names()))
        foreign = self - self._filtered_access("write")
        if foreign:
            raise UserError(
                self.env._("You may not change these tasks, so none is changed: %(tasks)s.", tasks=foreign._get_names())
            )

    def _get_names(self):
        """Return the names of the first few of these records, as a message shows them."""
        return _join_names(self)

    def _get_documents_hidden_from(self, user):
        """Return which deals and contacts of these tasks ``user`` could not open: (leads, partners)."""
        reader = {"allowed_company_ids": user.sudo().company_ids.ids}  # sudo: only to ask what he may see
        leads = self.lead_id
        partners = self.filtered(lambda task: not task.lead_id).contact_id
        return tuple(
            documents - documents.with_user(user).with_context(**reader)._filtered_access("read").with_env(self.env)
            for documents in (leads, partners)
        )

    def action_change_tasks(self):
        """Return the action of the form that reassigns and reschedules these tasks.

        :raises UserError: if the user may not change one of them
        """
        self._check_tasks_changeable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change Tasks"),
            "res_model": "crm.task.change",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_task_ids": [fields.Command.set(self.ids)]},
        }


def _join_names(records):
    names = records[:NAMED_IN_MESSAGE].mapped("display_name")
    return ", ".join(names) + (f" … ({len(records)})" if len(records) > NAMED_IN_MESSAGE else "")
