"""Activities, planned and done, and meetings."""

from datetime import timedelta

from odoo import Command

from .cast import backdate


def create_activities(cast):
    """Create every activity, the done ones as they are in the end, with the note that finishing them leaves."""
    env = cast.env
    planned = cast.plan.activities
    feedbacks = _get_feedbacks(cast)
    values = [_prepare_activity(cast, activity, feedbacks.get(n)) for n, activity in enumerate(planned)]
    activities = env["mail.activity"].create(values)
    cast.activities = list(activities)
    done = {record: activity for record, activity in zip(activities, planned, strict=True) if activity.done}
    backdate(env, {record: cast.past(activity.done) - timedelta(days=2) for record, activity in done.items()})
    _create_notes(cast, done)


def _get_feedbacks(cast):
    """Feedback by position of the activity: its own, or the result that finished it with its comment."""
    feedbacks = {n: activity.feedback for n, activity in enumerate(cast.plan.activities) if activity.feedback}
    for result in cast.plan.results:
        if result.finished is not None and not result.revoked:
            name = cast.step(result.step).name
            feedbacks.setdefault(result.finished, f"{name}. {result.comment}" if result.comment else name)
    return feedbacks


def _prepare_activity(cast, activity, feedback):
    values = {
        "res_model_id": cast.env["ir.model"]._get_id("crm.lead"),
        "res_id": cast.deals[activity.deal].id,
        "user_id": cast.user_id(activity.manager),
        "date_deadline": activity.deadline,
        **_prepare_subject(cast, activity),
    }
    if activity.done:
        values.update(active=False, date_done=cast.past(activity.done).date(), feedback=feedback)
    return values


def _prepare_subject(cast, activity):
    """What is to be done: as the process says after a step, or in the manager's own words."""
    if not activity.after:
        return {"activity_type_id": cast.ref(activity.type).id, "summary": activity.summary}
    is_start = activity.after == "start"
    task = cast.ref("crm_funnel.crm_process_sale") if is_start else cast.step(activity.after)
    return {"activity_type_id": task.activity_type_id.id, "summary": task.activity_summary, "automated": True}


def _create_notes(cast, done):
    """Write the notes of finished activities, as Odoo words them, in one go and as of their days.

    :param dict done: activity of the plan by record
    """
    subtype = cast.env.ref("mail.mt_activities")
    cast.env["mail.message"].create(
        [_prepare_note(cast, record, activity, subtype) for record, activity in done.items()]
    )


def _prepare_note(cast, record, activity, subtype):
    author = record.user_id.partner_id
    body = cast.env["ir.qweb"]._render(
        "mail.message_activity_done",
        {"activity": record, "feedback": record.feedback, "display_assignee": False},
        minimal_qcontext=True,
    )
    return {
        "model": "crm.lead",
        "res_id": record.res_id,
        "author_id": author.id,
        "email_from": author.email_formatted,
        "reply_to": author.email_formatted,
        "date": cast.past(activity.done),
        "message_type": "notification",
        "subtype_id": subtype.id,
        "mail_activity_type_id": record.activity_type_id.id,
        "body": body,
    }


def create_meetings(cast):
    """Meetings of the managers about their deals, without invitations to anybody; what is over has an end, or waits for it."""
    Event = cast.env["calendar.event"].with_context(no_mail_to_attendees=True, dont_notify=True)
    meetings = Event.create([_prepare_meeting(cast, meeting) for meeting in cast.plan.meetings])
    ends = dict(zip(meetings, cast.plan.meetings, strict=True))
    for meeting in meetings.filtered(lambda meeting: meeting.stop < cast.now):
        planned = ends[meeting]
        if planned.end:
            meeting.write({"meeting_state": planned.end, "meeting_note": planned.note})
            meeting.held_minutes = 60 if planned.end == "held" else 0
            done = {"active": False, "date_done": meeting.start.date(), "feedback": planned.note or "Nobody came."}
            meeting.activity_ids.write(done)


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
