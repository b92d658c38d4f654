from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, format_datetime, plaintext2html


class CalendarEvent(models.Model):
    """Recording what came of a meeting, moving it and calling it off."""

    _inherit = "calendar.event"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_record_meeting(self):
        """Return the action of the form that says how the meeting went.

        :raises UserError: if the meeting has not begun, or is recorded already
        :raises AccessError: if the user may not work with its deal or client
        """
        self.ensure_one()
        self._check_recordable()
        outcome = self.env.context.get("meeting_outcome")
        self._check_begun(outcome)
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "crm.meeting.result",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_event_id": self.id, "default_outcome": outcome or "held"},
        }

    def action_move_meeting(self):
        """Return the action of the form that proposes a new time for the meeting.

        :raises UserError: if the meeting is recorded already
        :raises AccessError: if the user may not work with its deal or client
        """
        self.ensure_one()
        self._check_recordable()
        return self.env["crm.meeting.planning"]._get_action(event=self)

    # ------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------

    def _check_recordable(self):
        """Check that the user may record the meeting, and that nobody has done so.

        :raises UserError: if it is recorded already, or is with no client
        :raises AccessError: if the user may not write its deal, or its client where there is none
        """
        self.ensure_one()
        self.check_access("write")
        self._check_calendar_privacy_write_permissions()
        (self.opportunity_id or self.client_id).check_access("write")
        if not self.opportunity_id and not self.client_id:
            raise UserError(self.env._("“%(meeting)s” is not a meeting with a client.", meeting=self.display_name))
        if self.meeting_state != "planned":
            states = dict(self._fields["meeting_state"]._description_selection(self.env))
            state = states.get(self.meeting_state) or states["held"]
            raise UserError(
                self.env._("“%(meeting)s” is recorded already: %(state)s.", meeting=self.display_name, state=state)
            )

    def _check_begun(self, outcome):
        """Check that the meeting could have gone somehow: only called off it may be before it begins.

        :raises UserError: if it has not begun
        """
        if outcome != "cancelled" and not self.is_meeting_begun:
            raise UserError(self.env._("The meeting has not begun yet: move it or call it off."))

    def _take_turn(self):
        """Let two who record the meeting at once do so one after the other: the second finds it recorded."""
        self.flush_recordset()
        self.env.cr.execute(SQL("UPDATE calendar_event SET write_date = write_date WHERE id IN %s", tuple(self.ids)))

    # ------------------------------------------------------------
    # WHAT CAME OF IT
    # ------------------------------------------------------------

    def _record_meeting(self, state, note="", minutes=0):
        """Record how the meeting went: on the meeting, its task, and in the history of its deal and client.

        :param str state: ``held``, ``no_show`` or ``cancelled``
        :param str note: what was said, plain text
        :param int minutes: how long it lasted; 0: as long as was planned
        :raises UserError: if it is recorded already
        :raises AccessError: if the user may not work with its deal or client
        """
        self._take_turn()
        self._check_recordable()
        # sudo: a colleague's task of the meeting is finished by whoever records it
        tasks = self.sudo().activity_ids.filtered("active")
        told = {(task.res_model, task.res_id) for task in tasks}
        text = self._describe_outcome(state, note)
        self._set_outcome(state, note, minutes)
        tasks.with_user(self.env.user).sudo()._action_done(feedback=text)
        self._tell(text, told)

    def _set_outcome(self, state, note="", minutes=0, result=None):
        values = {"meeting_state": state, "meeting_note": note or False}
        if state == "held":
            values["held_minutes"] = minutes or self._get_planned_minutes()
        if state == "cancelled":
            values["active"] = False
        if result:
            values["result_id"] = result.id
        # sudo: nobody writes these fields by hand; the rights on deal and client were asked before
        self.sudo().with_context(dont_notify=True).write(values)

    def _get_planned_minutes(self):
        return max(round((self.stop - self.start).total_seconds() / 60), 0)

    def _describe_outcome(self, state, note=""):
        """Return one paragraph of plain text: how it went, which meeting, what was said."""
        states = dict(self._fields["meeting_state"]._description_selection(self.env))
        texts = {
            "held": self.env._("Meeting held: %(meeting)s", meeting=self._get_title()),
            "no_show": self.env._("The meeting did not take place: %(meeting)s", meeting=self._get_title()),
            "cancelled": self.env._("Meeting called off: %(meeting)s", meeting=self._get_title()),
        }
        return "\n".join(filter(None, (texts.get(state, states.get(state)), note)))

    def _get_title(self):
        when = self.display_time if self.allday else format_datetime(self.env, self.start, dt_format="short")
        return f"{self.name}, {when}"

    def _tell(self, text, told=()):
        """Note a text in the history of the deal and of the client, unless it is there by now.

        :param str text: plain text
        :param told: pairs (model, id) of the records that know already
        """
        for record in (self.opportunity_id, self.client_id):
            if (record._name, record.id) not in told and record._filtered_access("write"):
                record.message_post(body=plaintext2html(text), message_type="comment", subtype_xmlid="mail.mt_note")

    # ------------------------------------------------------------
    # A RESULT OF THE PROCESS
    # ------------------------------------------------------------

    def _take_result(self, result):
        """Let a result that was recorded on the deal be what came of the meeting.

        :param result: `crm.process.result`
        """
        for event in self.filtered("is_meeting_begun"):
            event._set_outcome("held", result.comment, result=result)
            text = "\n".join(filter(None, (event._describe_outcome("held"), result.display_name, result.comment)))
            event._tell(text, {(result.lead_id._name, result.lead_id.id)})

    # ------------------------------------------------------------
    # MOVED, CALLED OFF
    # ------------------------------------------------------------

    def _move_meeting(self, start, minutes):
        """Give the meeting another time; its history keeps the old one. Who was invited by mail is told.

        :param datetime start: UTC
        :param int minutes: length
        """
        self._take_turn()
        self._check_recordable()
        old, old_title = self.start, self._get_title()
        # the task of the meeting follows it and not the other way round, which would tell the guests twice
        silent = self.with_context(no_mail_to_attendees=not self.is_invited, calendar_event_meeting_update=True)
        stop = fields.Datetime.add(start, minutes=minutes)
        # Odoo works the end out from the old length unless the length is written as well
        silent.write({"allday": False, "start": start, "stop": stop, "duration": minutes / 60})
        # sudo: see _set_outcome
        self.sudo().meeting_moved_from = old
        new = format_datetime(self.env, self.start, dt_format="short")
        self._tell(self.env._("Meeting moved: %(meeting)s → %(time)s", meeting=old_title, time=new))

    def _tell_guests_of_cancelling(self):
        """Tell by mail those who were invited by mail, with the template that Odoo has for a deleted meeting."""
        template = self.env.ref("calendar.calendar_template_delete_event", raise_if_not_found=False)
        guests = self.attendee_ids.partner_id - self.env.user.partner_id
        if template and guests and self.is_invited and self.stop > fields.Datetime.now():
            template.send_mail(
                self.id,
                force_send=True,
                email_layout_xmlid="mail.mail_notification_light",
                email_values={"recipient_ids": [Command.set(guests.ids)]},
            )
