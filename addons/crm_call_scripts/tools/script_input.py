"""What a script that comes from a window or a file must look like. Plain Python: nothing of it is trusted.

A cleaned node is a dict with ``key, kind, name, text, hint, is_objection, is_required, next_key, outcome_id, write_record,
write_field, x, y`` and ``answers``: dicts with ``key, name, next_key, write_value``. Keys lead to keys; False leads nowhere.
"""

import re

KINDS = ("say", "question", "text", "number", "date", "choice", "end")
RECORDS = ("client", "contact", "deal")
MAX_NODES = 500
MAX_ANSWERS = 50
MAX_NAME = 200
MAX_TEXT = 10_000
MAX_PLACE = 100_000
KEY = re.compile(r"[\w.:-]{1,64}", re.ASCII)


class ScriptInputError(ValueError):
    """What came is no script.

    :param str reason: "type", "long", "many", "key" (missing, malformed or twice), "kind", "target" (leads to a node that
        does not exist)
    :param str where: name of the value, as "nodes[2].answers[0].name"
    """

    def __init__(self, reason, where):
        super().__init__(f"{reason}: {where}")
        self.reason = reason
        self.where = where


def clean_graph(graph):
    """Return (start key or False, cleaned nodes) of a graph in which nodes refer to each other by id or key.

    :raises ScriptInputError: if it is none
    """
    _expect(graph, dict, "graph")
    nodes = _to_list(graph.get("nodes"), MAX_NODES, "nodes")
    cleaned = [_clean_node(node, f"nodes[{number}]") for number, node in enumerate(nodes)]
    _check_unique([node["key"] for node in cleaned], "nodes")
    known = {}
    for node, clean in zip(nodes, cleaned, strict=True):
        known[clean["key"]] = clean["key"]
        if _is_reference(node.get("id")):
            known[node["id"]] = clean["key"]
    for number, (node, clean) in enumerate(zip(nodes, cleaned, strict=True)):
        where = f"nodes[{number}]"
        clean["next_key"] = _follow(node.get("next_id"), known, f"{where}.next_id")
        for position, (answer, one) in enumerate(zip(node.get("answers") or [], clean["answers"], strict=True)):
            one["next_key"] = _follow(answer.get("next_id"), known, f"{where}.answers[{position}].next_id")
    return _follow(graph.get("start"), known, "start"), cleaned


def _clean_node(node, where):
    _expect(node, dict, where)
    answers = _to_list(node.get("answers"), MAX_ANSWERS, f"{where}.answers")
    cleaned = [_clean_answer(answer, f"{where}.answers[{number}]") for number, answer in enumerate(answers)]
    _check_unique([answer["key"] for answer in cleaned], f"{where}.answers")
    return {
        "key": _to_key(node.get("key"), f"{where}.key"),
        "kind": _to_choice(node.get("kind"), KINDS, f"{where}.kind"),
        "name": to_text(node.get("name"), MAX_NAME, f"{where}.name"),
        "text": to_text(node.get("text"), MAX_TEXT, f"{where}.text"),
        "hint": to_text(node.get("hint"), MAX_TEXT, f"{where}.hint"),
        "is_objection": _to_flag(node.get("is_objection"), f"{where}.is_objection"),
        "is_required": _to_flag(node.get("is_required"), f"{where}.is_required"),
        "outcome_id": _to_id(node.get("outcome_id"), f"{where}.outcome_id"),
        "write_record": node.get("write_record") and _to_choice(node["write_record"], RECORDS, f"{where}.write_record"),
        "write_field": to_text(node.get("write_field"), 64, f"{where}.write_field"),
        "x": _to_place(node.get("x"), f"{where}.x"),
        "y": _to_place(node.get("y"), f"{where}.y"),
        "answers": cleaned,
    }


def _clean_answer(answer, where):
    _expect(answer, dict, where)
    return {
        "key": _to_key(answer.get("key"), f"{where}.key"),
        "name": to_text(answer.get("name"), MAX_NAME, f"{where}.name"),
        "write_value": to_text(answer.get("write_value"), MAX_NAME, f"{where}.write_value"),
    }


# ------------------------------------------------------------
# SINGLE VALUES
# ------------------------------------------------------------


def to_text(value, limit, where):
    """Return a text without the characters that a database cannot keep; nothing is an empty one."""
    if value is None or value is False:
        return ""
    _expect(value, str, where)
    if len(value) > limit:
        raise ScriptInputError("long", where)
    return value.replace("\x00", "").encode(errors="replace").decode().strip()


def _to_key(value, where):
    if not isinstance(value, str) or not KEY.fullmatch(value):
        raise ScriptInputError("key", where)
    return value


def _to_choice(value, choices, where):
    if not isinstance(value, str) or value not in choices:
        raise ScriptInputError("kind", where)
    return value


def _to_flag(value, where):
    if value is None:
        return False
    _expect(value, bool, where)
    return value


def _to_id(value, where):
    if value is None or value is False:
        return False
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
        raise ScriptInputError("type", where)
    return value


def _to_place(value, where):
    """Return pixels of the picture as a whole number."""
    if value is None or value is False:
        return 0
    # compared first: a number that is none (NaN) is in no range
    if isinstance(value, bool) or not isinstance(value, int | float) or not -MAX_PLACE <= value <= MAX_PLACE:
        raise ScriptInputError("type", where)
    return round(value)


def _to_list(value, limit, where):
    if value is None or value is False:
        return []
    _expect(value, list, where)
    if len(value) > limit:
        raise ScriptInputError("many", where)
    return value


def _expect(value, kind, where):
    if not isinstance(value, kind):
        raise ScriptInputError("type", where)


def _check_unique(keys, where):
    if len(set(keys)) != len(keys):
        raise ScriptInputError("key", where)


def _is_reference(value):
    return isinstance(value, int | str) and not isinstance(value, bool)


def _follow(value, known, where):
    if value is None or value is False:
        return False
    if not _is_reference(value) or value not in known:
        raise ScriptInputError("target", where)
    return known[value]
