from datetime import datetime, timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.free_slots import DAY, MINUTE, find_starts, to_datetime, to_moment

# what may be asked for at most
MAX_USERS = 20
MAX_MINUTES = 12 * 60
MAX_DAYS = 92
MAX_SLOTS = 200
MAX_IDENTIFIER = 2**31 - 1
# most find a time within the next days, weekend included: what comes later is read only if somebody finds none
NEAR_DAYS = 4


class CrmFreeTime(models.AbstractModel):
    """When a client can be called or met: his hours, calls and meetings, and those of the managers.

    A manager is free in his working hours but for leaves, planned calls and meetings; a client in his own hours but for
    planned calls to any of his contacts and meetings with them. Calls and meetings the user may not see count without
    being named.
    """

    _name = "crm.free.time"
    _description = "Free Time of Clients and Managers"

    # ------------------------------------------------------------
    # PROPOSALS
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_slots(self, user_id, partner_id, minutes, after=None, days=14, limit=5):
        """Return the next times at which managers and client are free, none overlapping another.

        :param user_id: id of the manager, or a list of ids of those who must all be free
        :param partner_id: id of the client or contact, False: only the managers are asked
        :param int minutes: length
        :param after: UTC, as "YYYY-MM-DD HH:MM:SS", or a datetime; never before now
        :param int days: how far ahead to look, 1 to 92
        :param int limit: how many to return at most
        :return: [{"start", "stop": UTC as text, "label": text on the clock of the user}]
        :raises UserError: if an argument makes no sense
        :raises AccessError: if the user may not read the client
        """
        user_ids, partner_id = self._check_people(user_id, partner_id)
        length = self._check_number(minutes, 1, MAX_MINUTES) * MINUTE
        after = max(self._check_moment(after or fields.Datetime.now()), to_moment(fields.Datetime.now()))
        before = after + self._check_number(days, 1, MAX_DAYS) * DAY
        agenda = self._get_agenda(user_ids, [partner_id] if partner_id else [], after, before)
        starts = find_starts(
            length,
            after,
            before,
            agenda.get_free(user_ids, partner_id),
            agenda.get_busy(user_ids, partner_id),
            self._check_number(limit, 1, MAX_SLOTS),
        )
        zone = agenda.cards[partner_id].zone if partner_id else None
        return [self._prepare_slot(start, start + length, zone) for start in starts]

    @api.model
    @api.readonly
    def get_conflicts(self, user_id, partner_id, start, minutes, ignore_activity_id=False, ignore_event_id=False):
        """Return what speaks against a call or meeting at a time; nothing is forbidden, it is shown.

        :param int user_id: id of the manager
        :param partner_id: id of the client or contact, or False
        :param start: UTC, as "YYYY-MM-DD HH:MM:SS", or a datetime
        :param int minutes: length
        :param ignore_activity_id: id of the planned call that is being moved
        :param ignore_event_id: id of the meeting that is being moved
        :return: [{"kind": "do_not_call", "not_before", "client_hours", "client_call", "client_meeting", "my_hours",
            "my_call" or "my_meeting", "text": in words}]
        :raises UserError: if an argument makes no sense
        :raises AccessError: if the user may not read the client
        """
        user_ids, partner_id = self._check_people(user_id, partner_id)
        start = self._check_moment(start)
        stop = start + self._check_number(minutes, 1, MAX_MINUTES) * MINUTE
        ignored = (
            self._check_identifier(ignore_activity_id or None, optional=True),
            self._check_identifier(ignore_event_id or None, optional=True),
        )
        agenda = self._get_agenda(user_ids, [partner_id] if partner_id else [], start, stop, with_busy=False)
        conflicts = self._get_client_conflicts(agenda.cards.get(partner_id), start, stop)
        for one in user_ids:
            conflicts += self._get_manager_conflicts(agenda, one, start, stop)
        return conflicts + self._get_overlaps(agenda, start, stop, ignored)

    # ------------------------------------------------------------
    # MANY AT ONCE
    # ------------------------------------------------------------

    @api.model
    def _find_slots(self, requests, hours=None, day_limit=0, taken=None):
        """Give many calls a time, one after the other: each counts for those that follow, on both sides.

        The number of queries does not depend on the number of requests. The rights on clients and users are the caller's
        to ask.

        :param requests: list of dicts ``user_ids`` (candidates: the one who is free first gets the call, among equals
            who has got the fewest), ``partner_id`` (or False), ``minutes``, ``after`` and ``before`` (datetimes in UTC)
        :param tuple hours: (from, to) 0 to 24 on the clock of the manager, within his working hours
        :param int day_limit: calls of one manager on one day on his clock at most; 0: any number
        :param dict taken: {user id: {date: number of calls that count for the limit already}}
        :return: list in the order of the requests: (user id, start as datetime in UTC), or None if there is no such time
        """
        if not requests:
            return []
        after = to_moment(max(fields.Datetime.now(), min(request["after"] for request in requests)))
        last = to_moment(max(request["before"] for request in requests))
        find_agenda = partial(self._get_agenda_of, requests, hours=hours, day_limit=day_limit, taken=taken or {})
        agenda = find_agenda(after, min(last, after + NEAR_DAYS * DAY))
        found = []
        for request in requests:
            given = self._allocate(agenda, request)
            if not given and agenda.before < last:
                agenda = find_agenda(after, last).take_over(agenda)
                given = self._allocate(agenda, request)
            found.append(given)
        return found

    def _get_agenda_of(self, requests, after, before, hours, day_limit, taken):
        """Return the agenda of everybody in the requests."""
        agenda = self._get_agenda(
            list({user for request in requests for user in request["user_ids"]}),
            list({request["partner_id"] for request in requests if request["partner_id"]}),
            after,
            before,
            hours=hours,
        )
        agenda.set_day_limit(day_limit, taken)
        return agenda

    def _allocate(self, agenda, request):
        """Return (user id, start) of one request, and count it for the next ones; None if nobody is free."""
        length = request["minutes"] * MINUTE
        found = agenda.find_first(
            request["user_ids"],
            request["partner_id"],
            length,
            max(to_moment(request["after"]), agenda.after),
            min(to_moment(request["before"]), agenda.before),
        )
        if not found:
            return None
        start, user_id = found
        agenda.allocate(user_id, request["partner_id"], start, start + length)
        return user_id, to_datetime(start)

    # ------------------------------------------------------------
    # ARGUMENTS FROM OUTSIDE
    # ------------------------------------------------------------

    def _check_people(self, user_id, partner_id):
        """Return ids of the managers and of the client, which the user may read.

        :raises UserError: if they are none
        :raises AccessError: if the user is no employee or may not read the client
        """
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only employees see who is free when."))
        user_ids = user_id if isinstance(user_id, list | tuple) else [user_id]
        if not 0 < len(user_ids) <= MAX_USERS:
            raise UserError(self.env._("Ask for one manager, or for %(count)s at most.", count=MAX_USERS))
        user_ids = [self._check_identifier(one) for one in user_ids]
        partner_id = self._check_identifier(partner_id or None, optional=True)
        partner = self.env["res.partner"].browse(partner_id or ()).exists()
        partner.check_access("read")
        return user_ids, partner.id

    def _check_identifier(self, value, optional=False):
        """Return the id of a record, or False if there need not be one."""
        return False if optional and value is None else self._check_number(value, 1, MAX_IDENTIFIER)

    def _check_number(self, value, lowest, highest):
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise UserError(
                self.env._("Give a whole number from %(lowest)s to %(highest)s.", lowest=lowest, highest=highest)
            )
        return value

    def _check_moment(self, value):
        """Return the moment of a text or datetime in UTC.

        :raises UserError: if it is none
        """
        try:
            value = fields.Datetime.to_datetime(value) if isinstance(value, str | datetime) else None
        except ValueError:
            value = None
        if not value or abs(value - fields.Datetime.now()) > timedelta(days=3660):
            raise UserError(self.env._("Give a date and a time within the next years, as 2026-05-31 14:00:00."))
        return to_moment(value)
