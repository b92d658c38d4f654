from datetime import datetime, timedelta

from pytz import utc

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_clients.tools.schema import create_missing_columns

from .crm_free_time_busy import CALL_MINUTES, LONGEST_CALL
from .crm_free_time_hours import get_zone

# for so long ahead it is said what speaks against a time
WATCHED_DAYS = 366


class MailActivity(models.Model):
    """A planned call is a task that may have a time of the day, a length and a script.

    The day of `call_start` on the clock of the task's user is its deadline; whichever of the two is moved, the other follows.
    """

    _inherit = "mail.activity"

    call_start = fields.Datetime("Time of the Call", help="Empty: any time of the day of the deadline.")
    call_minutes = fields.Integer("Minutes", default=CALL_MINUTES)
    # as the calendar wants it
    call_hours = fields.Float(
        "Length in Hours", compute="_compute_call_hours", inverse="_inverse_call_hours", export_string_translation=False
    )
    is_call_promised = fields.Boolean("Promised", help="The client expects the call at this time.")
    call_script_id = fields.Many2one("crm.call.script", "Script of the Call", ondelete="set null")
    call_conflicts = fields.Json("Conflicts", compute="_compute_call_conflicts", export_string_translation=False)

    _call_start_idx = models.Index("(user_id, call_start) WHERE call_start IS NOT NULL AND active IS TRUE")
    _call_script_idx = models.Index("(call_script_id) WHERE call_script_id IS NOT NULL")
    _check_call_minutes = models.Constraint(
        f"CHECK(call_minutes >= 0 AND call_minutes <= {LONGEST_CALL})", "A call is planned to take 8 hours at most."
    )

    def _auto_init(self):
        """Add the columns empty: no task is a planned call yet."""
        columns = {
            "call_start": "timestamp",
            "call_script_id": "int4",
            "is_call_promised": "bool",
            "call_minutes": "int4",
        }
        create_missing_columns(self.env.cr, "mail_activity", columns)
        return super()._auto_init()

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("call_minutes")
    def _compute_call_hours(self):
        for task in self:
            task.call_hours = (task.call_minutes or CALL_MINUTES) / 60

    def _inverse_call_hours(self):
        for task in self:
            task.call_minutes = round(task.call_hours * 60)

    @api.depends("call_start", "call_minutes", "user_id", "contact_id")
    @api.depends_context("lang", "tz", "uid")
    def _compute_call_conflicts(self):
        """What speaks against the time of a planned call, for one form: [{"kind", "text"}] of `crm.free.time`."""
        for task in self:
            task.call_conflicts = task._get_call_conflicts()

    def _get_call_conflicts(self):
        now = fields.Datetime.now()
        contact = self.contact_id._filtered_access("read")
        if not (self.active and self.call_start and self.user_id) or contact != self.contact_id:
            return []
        if not timedelta(days=-1) < self.call_start - now < timedelta(days=WATCHED_DAYS):
            return []
        minutes = min(max(self.call_minutes, 0), LONGEST_CALL) or CALL_MINUTES
        return self.env["crm.free.time"].get_conflicts(
            self.user_id.id, contact.id, self.call_start, minutes, ignore_activity_id=self._origin.id
        )

    # ------------------------------------------------------------
    # ONCHANGE
    # ------------------------------------------------------------

    @api.onchange("call_start", "user_id")
    def _onchange_call_start(self):
        if self.call_start:
            self.date_deadline = self._get_call_day(self.call_start, self.user_id)

    @api.onchange("date_deadline")
    def _onchange_date_deadline_call_start(self):
        if self.call_start and self.date_deadline:
            self.call_start = self._get_moved_start(self.date_deadline)

    @api.onchange("call_script_id")
    def _onchange_call_script_id(self):
        if self.call_script_id:
            self.call_minutes = self.call_script_id.minutes

    # ------------------------------------------------------------
    # CREATE, WRITE
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create([self._prepare_planned_call(vals) for vals in vals_list])
        tasks.filtered(lambda task: not task.automated)._check_may_be_called()
        return tasks

    def _prepare_planned_call(self, vals):
        """Return the values of a new task with the deadline and the length that follow from its time and its script."""
        vals = dict(vals)
        if vals.get("call_start"):
            user = self.env["res.users"].browse(vals.get("user_id") or self.env.uid)
            vals["date_deadline"] = self._get_call_day(vals["call_start"], user)
        if vals.get("call_script_id") and "call_minutes" not in vals:
            vals["call_minutes"] = self._get_script_minutes(vals["call_script_id"])
        return vals

    def write(self, vals):
        vals = dict(vals)
        if vals.get("call_script_id") and "call_minutes" not in vals:
            vals["call_minutes"] = self._get_script_minutes(vals["call_script_id"])
        if "call_start" in vals and not vals["call_start"]:
            vals["is_call_promised"] = False
        result = super().write(vals)
        for task, following in self._get_following(vals).items():
            super(MailActivity, task).write(following)
        if vals.get("call_start") or vals.get("activity_type_id"):
            self.filtered("active")._check_may_be_called()
        return result

    def _get_following(self, vals):
        """Return what follows for planned calls after ``vals`` were written: {task: values}.

        A new time sets the deadline, a new deadline moves the time by days, a new user has the day of his own clock, and what
        is no call any more has no time.
        """
        if not vals.keys() & {"call_start", "date_deadline", "user_id", "activity_type_id"}:
            return {}
        following = {}
        for task in self.filtered("call_start"):
            day = self._get_call_day(task.call_start, task.user_id)
            if "activity_type_id" in vals and task.activity_category != "phonecall":
                following[task] = {"call_start": False, "is_call_promised": False}
            elif "date_deadline" in vals and "call_start" not in vals:
                following[task] = {"call_start": task._get_moved_start(task.date_deadline)}
            elif task.date_deadline != day:
                following[task] = {"date_deadline": day}
        return following

    def _get_script_minutes(self, script_id):
        # sudo: how long calls by a script take is no secret; whether the user may use it, its own rights say
        return self.env["crm.call.script"].browse(script_id).sudo().exists().minutes or CALL_MINUTES

    # ------------------------------------------------------------
    # DAYS AND TIMES
    # ------------------------------------------------------------

    def _get_call_zone(self, user):
        """Return the clock by which a call of this user has its day."""
        return get_zone(user.sudo().tz, self.env.context.get("tz"))  # sudo: the zone of a colleague

    def _get_call_day(self, start, user):
        """Return the date of a time (UTC) on the clock of a user."""
        return utc.localize(fields.Datetime.to_datetime(start)).astimezone(self._get_call_zone(user)).date()

    def _get_moved_start(self, day):
        """Return the time of the planned call on another day, at the same hour on the clock of its user: UTC."""
        zone = self._get_call_zone(self.user_id)
        hour = utc.localize(self.call_start).astimezone(zone).time()
        moved = zone.normalize(zone.localize(datetime.combine(day, hour)))
        return moved.astimezone(utc).replace(tzinfo=None)

    # ------------------------------------------------------------
    # WHO MUST NOT BE CALLED
    # ------------------------------------------------------------

    def _check_may_be_called(self):
        """Refuse calls that somebody plans with a client whom nobody may call.

        Those that a process plans are only marked: recording a result must not fail because of them.

        :raises UserError: with the client and the reason
        """
        if self.env.su:
            return
        for task in self.filtered(lambda task: task.activity_category == "phonecall"):
            # sudo: the mark holds whoever sees which card; told is whether somebody the task is about may be called
            for card in (task.sudo().contact_id | task.sudo().client_id).filtered("do_not_call"):
                raise UserError(
                    self.env._(
                        "No call is planned: %(client)s must not be called. %(reason)s",
                        client=card.display_name,
                        reason=card.do_not_call_reason or "",
                    ).strip()
                )
