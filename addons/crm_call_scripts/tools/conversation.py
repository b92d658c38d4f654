"""The course of a conversation along the graph of a script, in plain Python.

The screen of a call walks by the same rules (`static/src/conversation/conversation.js`), so that a call goes on while the
network is away; both are held to the cases in `static/tests/conversation_cases.json`.
"""

from datetime import date

# kinds of events that lead to another text or question
MOVING = ("next", "answer", "value", "objection", "jump", "back")
# kinds of events that say something about the text or question they were given at
ANSWERING = ("answer", "value")
# kinds of nodes that take what the client says
ENTERED = ("text", "number", "date", "choice")
MAX_TEXT = 10_000
MAX_NUMBER = 10**15


class ConversationError(ValueError):
    """An event does not fit where the conversation is.

    :param str reason: "elsewhere" (the conversation is at another node), "kind" (the node takes no such event),
        "target" (no such node or answer), "required" (an answer is missing), "value" (it is of a wrong type)
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class Conversation:
    """Where a conversation is and how it came there.

    An event is a dict: ``key`` (str), ``kind`` (of `MOVING`, or "note", "resume", "stray", which move nothing),
    ``node_id`` (where it happened), and by kind ``answer_id``, ``answer_ids``, ``value``, ``to_node_id``.

        >>> talk = Conversation(graph)
        >>> talk.apply({"key": "a", "kind": "next", "node_id": talk.node_id})
        >>> talk.node_id, talk.stack, talk.taken_back

    :param dict graph: of `crm.call.script.version._get_graph`, or False for a call without a script
    """

    def __init__(self, graph):
        self.nodes = {node["id"]: node for node in graph["nodes"]} if graph else {}
        self.start = (graph and graph["start"]) or False
        self.node_id = self.start
        # where objections lead back to, the last one on top
        self.stack = ()
        # (key, node, stack) before each step that can be taken back
        self.path = []
        # node: key of the event whose answer counts
        self.given = {}
        self.taken_back = set()
        # what was saved has been checked then
        self.is_trusted = False

    @property
    def node(self):
        return self.nodes.get(self.node_id)

    @property
    def is_completed(self):
        return bool(self.node) and self.node["kind"] == "end"

    def apply(self, event):
        """Let one thing happen.

        :raises ConversationError: if it cannot happen here; nothing has changed then
        """
        kind = event["kind"]
        if kind not in MOVING:
            return
        if not self.node or event.get("node_id") != self.node_id:
            raise ConversationError("elsewhere")
        if kind == "back":
            self._take_back()
            return
        target, stack = getattr(self, f"_follow_{kind}")(event)
        self.path.append((event["key"], self.node_id, self.stack))
        if kind in ANSWERING:
            self._count(event["key"])
        self.node_id, self.stack = target, stack

    def replay(self, events):
        """Let happen again what was saved: only where it led is looked at, not what was entered."""
        self.is_trusted = True
        for event in events:
            self.apply(event)
        self.is_trusted = False

    # ------------------------------------------------------------
    # WHERE AN EVENT LEADS
    # ------------------------------------------------------------

    def _follow_next(self, event):
        self._check_kind("say")
        return self._lead_to(self.node["next_id"])

    def _follow_answer(self, event):
        self._check_kind("question")
        return self._lead_to(self._get_answer(event.get("answer_id"))["next_id"])

    def _follow_value(self, event):
        self._check_kind(*ENTERED)
        if not self.is_trusted and not self._check_value(event) and self.node["is_required"]:
            raise ConversationError("required")
        return self._lead_to(self.node["next_id"])

    def _follow_objection(self, event):
        self._get_target(event, is_objection=True)
        return event["to_node_id"], (*self.stack, self.node_id)

    def _follow_jump(self, event):
        self._get_target(event, is_objection=False)
        return event["to_node_id"], ()

    def _lead_to(self, target):
        """Return (node, stack) after a step to ``target``; without one an objection is over and leads back."""
        if target:
            return target, self.stack
        return (self.stack[-1], self.stack[:-1]) if self.stack else (self.start, ())

    def _take_back(self):
        if not self.path:
            raise ConversationError("target")
        key, self.node_id, self.stack = self.path.pop()
        self.taken_back.add(key)
        if self.given.get(self.node_id) == key:
            del self.given[self.node_id]

    def _count(self, key):
        """Let the answer count for its node, instead of the one that was given there before."""
        if self.node_id in self.given:
            self.taken_back.add(self.given[self.node_id])
        self.given[self.node_id] = key

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    def _check_kind(self, *kinds):
        if self.node["kind"] not in kinds:
            raise ConversationError("kind")

    def _get_answer(self, answer_id):
        for answer in self.node["answers"]:
            if answer["id"] == answer_id:
                return answer
        raise ConversationError("target")

    def _get_target(self, event, is_objection):
        node_id = event.get("to_node_id")
        node = self.nodes.get(node_id) if isinstance(node_id, int) else None
        if not node or node["is_objection"] != is_objection:
            raise ConversationError("target")
        return node

    def _check_value(self, event):
        """Check what was entered, and return whether anything was."""
        if self.node["kind"] == "choice":
            chosen = event.get("answer_ids") or []
            if not isinstance(chosen, list):
                raise ConversationError("value")
            return bool([self._get_answer(answer_id) for answer_id in chosen])
        value = event.get("value")
        if value is None or value is False or value == "":
            return False
        if not CHECKS[self.node["kind"]](value):
            raise ConversationError("value")
        return self.node["kind"] != "text" or bool(value.strip())


def _is_number(value):
    # math.isfinite fails on whole numbers that are too large for it
    return isinstance(value, int | float) and not isinstance(value, bool) and -MAX_NUMBER <= value <= MAX_NUMBER


def _is_date(value):
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_text(value):
    return isinstance(value, str) and len(value) <= MAX_TEXT


CHECKS = {"text": _is_text, "number": _is_number, "date": _is_date}
