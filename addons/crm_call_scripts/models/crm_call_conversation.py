from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools.conversation import MAX_NUMBER, MAX_TEXT, MOVING, Conversation, ConversationError

# kinds of events that a window may send; the others are noted by the call itself
SENT = (*MOVING, "note")
MAX_EVENTS = 500
MAX_KEY = 64
SECONDS_PER_DAY = 24 * 3600
MAX_SECONDS = 30 * SECONDS_PER_DAY
# of the keys that the call gives to lines of its own
OWN_KEY = "resume-"


class CrmCall(models.Model):
    """What happens during a call, saved as it happens. One window writes; what others send is kept apart."""

    _inherit = "crm.call"

    # ------------------------------------------------------------
    # WHO WRITES
    # ------------------------------------------------------------

    def _check_mine(self):
        """Check that the user may hold the call: he does, or he may work with its deal or client.

        :raises AccessError: if not
        """
        self.ensure_one()
        if self.env.su:
            return
        if not self._is_held_by_user():
            # sudo: only to find what the rights are asked of
            call = self.sudo()
            target = (call.lead_id or call.partner_id).with_env(self.env)
            if not target:
                raise AccessError(self.env._("This call is another manager's."))
            target.check_access("write")

    def _is_held_by_user(self):
        # sudo: who holds a call is no secret to whoever asks about it here
        return self.sudo().user_id == self.env.user

    def _take_turn(self):
        """Let the windows of one call write one after the other."""
        self.flush_recordset()
        self.env.cr.execute(SQL("UPDATE crm_call SET write_date = write_date WHERE id = %s", self.id))
        self.invalidate_recordset(["state", "session", "user_id"])

    def take_over(self, session):
        """Let the call go on in this window, and with this user.

        :param str session: name that the window has given itself
        :return: what `open_screen` returns
        :raises AccessError: if the user may not work with the deal or client of the call
        :raises UserError: if the call is finished
        """
        self._check_mine()
        self._take_turn()
        self._check_open()
        self._begin_session(self._to_key(session))
        return self.open_screen(session)

    def _begin_session(self, session):
        call = self.sudo()  # sudo: the call writes itself
        if call.session and call.session != session and call.line_ids:
            self._append_lines([{"key": f"{OWN_KEY}{session}-{self._get_next_number()}", "kind": "resume"}])
        call.write({"session": session, "user_id": self.env.uid, "last_date": fields.Datetime.now()})

    def _check_open(self):
        if self.sudo().state != "open":  # sudo: see _is_held_by_user
            raise UserError(self.env._("This call is finished, its protocol does not change any more."))

    # ------------------------------------------------------------
    # SAVING
    # ------------------------------------------------------------

    def save_lines(self, session, events):
        """Save what happened in the window of a call, in its order. Sent twice it is saved once.

        :param str session: name of the window
        :param list events: dicts with ``key`` (unique in the call), ``kind`` (next, answer, value, objection, jump, back,
            note), ``node_id`` (where it happened), by kind ``answer_id``, ``answer_ids``, ``to_node_id``, ``value`` (text,
            number or ISO date), and ``seconds`` spent there
        :return: dict with ``saved`` (keys), ``count`` (lines of the call), ``is_moved`` (the call goes on in another window;
            the lines are kept as said in this one) and ``is_done`` (the call is finished, nothing was saved)
        :raises UserError: if an event does not fit where the conversation is; nothing is saved then
        :raises AccessError: if the user may not hold the call
        """
        events = [self._clean_event(event) for event in self._to_list(events)]
        self._check_mine()
        self._take_turn()
        call = self.sudo()  # sudo: the call writes itself, whoever holds it was asked above
        if call.state != "open":
            return {"saved": [], "count": 0, "is_moved": True, "is_done": True}
        # the first window may save before it has asked for anything
        is_moved = bool(call.session) and call.session != self._to_key(session)
        lines = call._get_lines(["key", "kind", "number", "node_id", "to_node_id", "answer_id", "is_taken_back"])
        known = set(lines.mapped("key"))
        fresh = list({event["key"]: event for event in events if event["key"] not in known}.values())
        if fresh:
            call._save_stray(fresh) if is_moved else call._save_fresh(lines, fresh)
        keys = [event["key"] for event in events]
        return {"saved": keys, "count": len(lines) + len(fresh), "is_moved": is_moved, "is_done": False}

    def _save_fresh(self, lines, events):
        """Let the conversation go on by ``events`` from where ``lines`` have left it."""
        talk = self._replay(lines)
        was_taken_back = set(talk.taken_back)
        rows = [self._walk(talk, event) for event in events]
        newly = talk.taken_back - was_taken_back
        for row in rows:
            row["is_taken_back"] = row["key"] in newly
        lines.filtered(lambda line: line.key in newly).write({"is_taken_back": True})
        self._append_lines(rows, after=lines[-1:].number)
        self.write(
            {
                "node_id": talk.node_id,
                "is_completed": talk.is_completed,
                "last_date": fields.Datetime.now(),
                "seconds": min(self.seconds + sum(event["seconds"] for event in events), MAX_SECONDS),
            }
        )

    def _walk(self, talk, event):
        if event["kind"] == "value" and talk.node:
            # a choice has answers and no value, everything else that is entered the other way round
            event = {**event, "value" if talk.node["kind"] == "choice" else "answer_ids": None}
        try:
            talk.apply(event)
        except ConversationError as error:
            raise UserError(self._describe_refusal(error.reason)) from error
        if event["kind"] not in MOVING:
            # what moves nothing was said where the conversation is
            return {**self._prepare_line({**event, "node_id": talk.node_id}), "to_node_id": False}
        return {**self._prepare_line(event), "to_node_id": talk.node_id}

    def _describe_refusal(self, reason):
        reasons = {
            "elsewhere": self.env._("The conversation is at another question by now. Reload the page."),
            "required": self.env._("This question cannot be passed without an answer."),
            "value": self.env._("This is no answer to the question: a number, a day or a text was expected."),
        }
        return reasons.get(reason) or self.env._("The script does not lead there. Reload the page.")

    def _save_stray(self, events):
        """Keep what another window has sent, beside the conversation: it moves nothing and answers nothing."""
        graph = self._get_graph()
        known = {node["id"]: {answer["id"] for answer in node["answers"]} for node in graph["nodes"]} if graph else {}
        rows = []
        for event in events:
            answers = known.get(event.get("node_id"), ())
            event = {
                **event,
                "node_id": event.get("node_id") if event.get("node_id") in known else False,
                "answer_id": event.get("answer_id") if event.get("answer_id") in answers else False,
                "answer_ids": [one for one in event.get("answer_ids") or [] if one in answers],
            }
            rows.append({**self._prepare_line(event), "kind": "stray", "is_taken_back": True})
        self._append_lines(rows)

    def _replay(self, lines):
        """Return the `Conversation` as ``lines`` have left it."""
        talk = Conversation(self._get_graph())
        talk.replay(
            {
                "key": line.key,
                "kind": line.kind,
                "node_id": line.node_id.id,
                "answer_id": line.answer_id.id,
                "to_node_id": line.to_node_id.id,
            }
            for line in lines
        )
        return talk

    def _get_graph(self):
        """Return the graph of the script in the language of the call, see `crm.call.script.version._get_graph`, or False."""
        # sudo: a script that was archived, or is of another company, still leads through its calls
        version = self.sudo().version_id
        return version.with_context(lang=self.lang)._get_graph() if version else False

    # ------------------------------------------------------------
    # LINES
    # ------------------------------------------------------------

    def _get_lines(self, fields=()):
        """Return the lines of the call in their order, with ``fields`` read by the same query."""
        # sudo: who may hold the call, may know what was said in it
        return self.env["crm.call.line"].sudo().search_fetch([("call_id", "=", self.id)], fields, order="number")

    def _prepare_line(self, event):
        """Return the values of the line of an event that was cleaned by `_clean_event`."""
        value = event.get("value")
        values = {name: event[name] for name in ("key", "kind", "seconds")}
        values.update(
            node_id=event.get("node_id"),
            answer_id=event.get("answer_id"),
            answer_ids=[fields.Command.set(event["answer_ids"])] if event.get("answer_ids") else False,
        )
        if isinstance(value, str):
            values["value_text"] = value
            values["value_date"] = self._to_date(value) if event["kind"] == "value" else False
        elif value is not None and value is not False:
            values["value_number"] = value
        values["has_value"] = value is not None and value is not False and value != ""
        return values

    def _to_date(self, text):
        """Return the date if a text is one, as the value of a node of kind date always is."""
        try:
            return fields.Date.to_date(text) if len(text) == len("2026-01-31") else False
        except ValueError:
            return False

    def _append_lines(self, rows, after=None):
        number = after if after is not None else self._get_next_number() - 1
        # sudo: the call writes its own protocol
        self.env["crm.call.line"].sudo().create(
            [
                {"call_id": self.id, "number": number + position, "user_id": self.env.uid, **row}
                for position, row in enumerate(rows, 1)
            ]
        )

    def _get_next_number(self):
        return max(self.sudo().line_ids.mapped("number"), default=0) + 1  # sudo: see _append_lines

    # ------------------------------------------------------------
    # WHAT A WINDOW SENDS
    # ------------------------------------------------------------

    def _to_list(self, events):
        if not isinstance(events, list) or len(events) > MAX_EVENTS:
            raise UserError(self.env._("The window of the call has sent something that is no protocol."))
        return events

    def _to_key(self, key):
        if not isinstance(key, str) or not 0 < len(key) <= MAX_KEY or not key.isprintable():
            raise UserError(self.env._("The window of the call has sent something that is no protocol."))
        return key

    def _clean_event(self, event):
        """Return an event of which every value has the right type.

        :raises UserError: if it has not
        """
        is_event = isinstance(event, dict) and event.get("kind") in SENT and self._to_key(event.get("key"))
        value = event.get("value") if is_event else None
        if (
            not is_event
            or event["key"].startswith(OWN_KEY)
            or not all(_is_id(event.get(name)) for name in ("node_id", "answer_id", "to_node_id"))
            or not (isinstance(value, bool | int | float | str) or value is None)
            or (event["kind"] == "note" and not isinstance(value, str))
            or (isinstance(value, str) and len(value) > MAX_TEXT)
            or (isinstance(value, int | float) and not -MAX_NUMBER <= value <= MAX_NUMBER)
        ):
            raise UserError(self.env._("The window of the call has sent something that is no protocol."))
        answers = event.get("answer_ids") or []
        if not isinstance(answers, list) or not all(one and _is_id(one) for one in answers):
            raise UserError(self.env._("The window of the call has sent something that is no protocol."))
        seconds = event.get("seconds")
        seconds = seconds if isinstance(seconds, int | float) and 0 <= seconds <= SECONDS_PER_DAY else 0
        kept = {name: event.get(name) or False for name in ("key", "kind", "node_id", "to_node_id")}
        if event["kind"] == "answer":
            kept["answer_id"] = event.get("answer_id") or False
        elif event["kind"] == "value":
            kept["answer_ids"] = answers
        if event["kind"] in ("value", "note"):
            # the database takes no zero character
            kept["value"] = value.replace("\0", "") if isinstance(value, str) else value
        return {**kept, "seconds": round(seconds)}


def _is_id(value):
    return value is None or value is False or (isinstance(value, int) and not isinstance(value, bool) and value > 0)
