"""A script as a file: one JSON document with the texts in several languages. Plain Python: nothing of it is trusted.

``{"format": FORMAT, "version": 1, "name": TEXTS, "description": TEXTS, "purpose", "minutes", "start": key, "nodes": [...]}``;
a node has ``key, kind, name, text, hint`` (TEXTS), ``is_objection, is_required, next, outcome`` ({name: TEXTS, kind} or False),
``field`` ({record, name} or False), ``x, y, answers`` ({key, name: TEXTS, next, write_value}). TEXTS are {language: text}.
"""

import json
import re

from .script_input import MAX_NAME, MAX_TEXT, ScriptInputError, clean_graph, to_text

FORMAT = "crm_call_scripts.script"
VERSION = 1
MAX_BYTES = 2_000_000
MAX_LANGUAGES = 50
MAX_MINUTES = 24 * 60
PURPOSES = ("prospect", "feedback")
OUTCOMES = ("success", "later", "refusal", "no_answer")
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Za-z0-9]{2,4})?(@[a-z]+)?")
NODE_TEXTS = {"name": MAX_NAME, "text": MAX_TEXT, "hint": MAX_TEXT}


class ScriptFileError(ValueError):
    """The file holds no script.

    :param str reason: "large", "json", "format" (something else), "version" (of a newer program)
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def dump_script(document):
    """Return the bytes of a file."""
    document = {"format": FORMAT, "version": VERSION, **document}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def load_script(content):
    """Return the script in a file.

    :param bytes content: of the file
    :return: dict with ``name`` and ``description`` (texts), ``purpose``, ``minutes``, ``languages``, ``start`` (key), ``nodes``
        (as `clean_graph`, texts of the main language), ``texts`` ({key: {field: texts}}), ``answer_texts``
        ({(key, key of the answer): texts}) and ``outcomes`` ({key: {name: texts, kind}})
    :raises ScriptFileError: if it is none
    :raises ScriptInputError: if something in it is not as it must be
    """
    document = _parse(content)
    name = _to_texts(document.get("name"), MAX_NAME, "name")
    main = _get_main_language(name)
    start, nodes = clean_graph(_to_graph(document, main))
    texts, answer_texts, outcomes = _collect(document["nodes"] if nodes else [])
    return {
        "name": name,
        "description": _to_texts(document.get("description"), MAX_TEXT, "description"),
        "purpose": _to_member(document.get("purpose", "prospect"), PURPOSES, "purpose"),
        "minutes": _to_minutes(document.get("minutes", 15)),
        "main": main,
        "languages": sorted(
            {lang for all_texts in texts.values() for one in all_texts.values() for lang in one} | {*name}
        ),
        "start": start,
        "nodes": nodes,
        "texts": texts,
        "answer_texts": answer_texts,
        "outcomes": outcomes,
    }


def _parse(content):
    if len(content) > MAX_BYTES:
        raise ScriptFileError("large")
    try:
        document = json.loads(content.decode("utf-8-sig"))
    # a file that is nested without end exhausts the parser
    except (ValueError, RecursionError) as error:
        raise ScriptFileError("json") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ScriptFileError("format")
    if document.get("version") != VERSION or isinstance(document.get("version"), bool):
        raise ScriptFileError("version")
    return document


def _to_graph(document, main):
    """Return the graph of a document as `clean_graph` takes it, with the texts of one language."""
    nodes = document.get("nodes")
    if not isinstance(nodes, list):
        raise ScriptInputError("type", "nodes")
    return {
        "start": document.get("start"),
        "nodes": [_to_graph_node(node, main, f"nodes[{number}]") for number, node in enumerate(nodes)],
    }


def _to_graph_node(node, main, where):
    _expect_dict(node, where)
    answers = node.get("answers") or []
    if not isinstance(answers, list):
        raise ScriptInputError("type", f"{where}.answers")
    field = node.get("field") or {}
    _expect_dict(field, f"{where}.field")
    return {
        **{name: node.get(name) for name in ("key", "kind", "is_objection", "is_required", "x", "y")},
        **{name: pick(_to_texts(node.get(name), size, f"{where}.{name}"), main) for name, size in NODE_TEXTS.items()},
        "next_id": node.get("next"),
        "write_record": field.get("record"),
        "write_field": field.get("name"),
        "answers": [_to_graph_answer(answer, main, f"{where}.answers[{n}]") for n, answer in enumerate(answers)],
    }


def _to_graph_answer(answer, main, where):
    _expect_dict(answer, where)
    name = _to_texts(answer.get("name"), MAX_NAME, f"{where}.name")
    return {
        "key": answer.get("key"),
        "name": pick(name, main),
        "next_id": answer.get("next"),
        "write_value": answer.get("write_value"),
    }


def _collect(nodes):
    """Return (texts of nodes, texts of answers, outcomes) by key, of nodes that were checked before."""
    texts, answer_texts, outcomes = {}, {}, {}
    for number, node in enumerate(nodes):
        where, key = f"nodes[{number}]", node["key"]
        texts[key] = {name: _to_texts(node.get(name), size, f"{where}.{name}") for name, size in NODE_TEXTS.items()}
        for answer in node.get("answers") or []:
            answer_texts[key, answer["key"]] = _to_texts(answer.get("name"), MAX_NAME, f"{where}.answers")
        if node.get("outcome"):
            outcomes[key] = _to_outcome(node["outcome"], f"{where}.outcome")
    return texts, answer_texts, outcomes


def _to_outcome(outcome, where):
    _expect_dict(outcome, where)
    name = _to_texts(outcome.get("name"), MAX_NAME, f"{where}.name")
    if not name:
        raise ScriptInputError("type", f"{where}.name")
    return {"name": name, "kind": _to_member(outcome.get("kind"), OUTCOMES, f"{where}.kind")}


# ------------------------------------------------------------
# SINGLE VALUES
# ------------------------------------------------------------


def pick(texts, lang):
    """Return the text of a language, or of English, or any."""
    return texts.get(lang) or texts.get("en_US") or next(iter(texts.values()), "")


def _get_main_language(name):
    if not any(name.values()):
        raise ScriptInputError("type", "name")
    return "en_US" if name.get("en_US") else next(lang for lang, text in name.items() if text)


def _to_texts(value, limit, where):
    if not value:
        return {}
    _expect_dict(value, where)
    if len(value) > MAX_LANGUAGES:
        raise ScriptInputError("many", where)
    if not all(LANGUAGE.fullmatch(lang) for lang in value):
        raise ScriptInputError("kind", where)
    return {lang: to_text(text, limit, f"{where}.{lang}") for lang, text in value.items()}


def _to_member(value, members, where):
    if not isinstance(value, str) or value not in members:
        raise ScriptInputError("kind", where)
    return value


def _to_minutes(value):
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= MAX_MINUTES:
        raise ScriptInputError("type", "minutes")
    return value


def _expect_dict(value, where):
    if not isinstance(value, dict):
        raise ScriptInputError("type", where)
