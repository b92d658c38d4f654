"""Activities, planned and done, and meetings."""

from datetime import timedelta

from odoo import Command

from .cast import backdate


def create_activities(cast):
    """Schedule every activity; mark as done, by the managers themselves, those that are."""
    env = cast.env
    planned = cast.plan.activities
    activities = env["mail.activity"].create([_prepare_activity(cast, activity) for activity in planned])
    done = {record: activity for record, activity in zip(activities, planned, strict=True) if activity.done}
    backdate(env, {record: cast.past(activity.done) - timedelta(days=2) for record, activity in done.items()})
    for record, activity in done.items():
        messages, _next = record.with_user(record.user_id)._action_done(feedback=activity.feedback)
        messages.sudo().date = cast.past(activity.done)
        record.date_done = cast.past(activity.done).date()


def _prepare_activity(cast, activity):
    return {
        "res_model_id": cast.env["ir.model"]._get_id("crm.lead"),
        "res_id": cast.deals[activity.deal].id,
        "activity_type_id": cast.env.ref(activity.type).id,
        "summary": activity.summary,
        "user_id": cast.user_id(activity.manager),
        "date_deadline": activity.deadline,
    }


def create_meetings(cast):
    """Meetings of the managers about their deals, without invitations to anybody."""
    cast.env["calendar.event"].with_context(no_mail_to_attendees=True, dont_notify=True).create(
        [_prepare_meeting(cast, meeting) for meeting in cast.plan.meetings]
    )


def _prepare_meeting(cast, meeting):
    user = cast.users[meeting.manager]
    return {
        "name": meeting.name,
        "start": meeting.start,
        "stop": meeting.start + timedelta(hours=1),
        "user_id": user.id,
        "partner_ids": [Command.set(user.partner_id.ids)],
        "opportunity_id": cast.deals[meeting.deal].id,
        "res_model_id": cast.env["ir.model"]._get_id("crm.lead"),
        "res_id": cast.deals[meeting.deal].id,
    }
