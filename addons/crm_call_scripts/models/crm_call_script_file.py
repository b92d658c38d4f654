from odoo import api, models

from ..tools.script_check import find_problems
from ..tools.script_file import ScriptFileError, dump_script, load_script, pick
from ..tools.script_input import ScriptInputError

EXPORT_URL = "/crm_call_scripts/script/%s/export"


class CrmCallScript(models.Model):
    """A script as a file: to keep it, to send it, to bring it into another database."""

    _inherit = "crm.call.script"

    # ------------------------------------------------------------
    # EXPORT
    # ------------------------------------------------------------

    def action_export(self):
        """Return the action that downloads the script as a file."""
        self.ensure_one()
        self.check_access("write")
        return {"type": "ir.actions.act_url", "url": EXPORT_URL % self.id, "target": "download"}

    def _export_script(self):
        """Return the bytes of the file: the version in use, or the draft of a script that has never been published."""
        self.ensure_one()
        self.check_access("write")
        version = self.published_id or self.draft_id
        return dump_script(
            {
                "name": _get_texts(self, "name"),
                "description": _get_texts(self, "description"),
                "purpose": self.purpose,
                "minutes": self.minutes,
                "start": version.start_node_id.key,
                "nodes": [node._export_node() for node in version.node_ids],
            }
        )

    # ------------------------------------------------------------
    # IMPORT
    # ------------------------------------------------------------

    @api.model
    def _read_script_file(self, content):
        """Return what `load_script` finds in a file.

        :param bytes content: of the file
        :raises ValueError: with a message for people if there is no script in it
        """
        try:
            return load_script(content)
        except ScriptFileError as error:
            raise ValueError(self._describe_file_error(error.reason)) from error
        except ScriptInputError as error:
            raise ValueError(self.env["crm.call.script.version"]._describe_input_error(error)) from error

    def _describe_file_error(self, reason):
        texts = {
            "large": self.env._("The file is too large for a script."),
            "json": self.env._("The file cannot be read. Choose one that was saved with “Save as a File”."),
            "format": self.env._("There is no call script in this file."),
            "version": self.env._("The file was saved by another version of the program, which this one cannot read."),
        }
        return texts[reason]

    def _find_file_problems(self, parsed):
        """Return the problems that a script in a file would have, as texts."""
        version = self.env["crm.call.script.version"]
        problems = find_problems(_to_graph(parsed))
        names = {node["key"]: node["name"] for node in parsed["nodes"]}
        return [version._describe_problem(problem, names)["text"] for problem in problems]

    @api.model
    def _import_script(self, parsed):
        """Return a new script with a draft, as `_read_script_file` has found it.

        :raises AccessError: if the user may not write scripts
        """
        lang = self.env.lang or "en_US"
        script = self.create(
            {
                "name": pick(parsed["name"], lang),
                "description": pick(parsed["description"], lang),
                **{name: parsed[name] for name in ("purpose", "minutes")},
            }
        )
        self._import_texts(script, "name", parsed["name"])
        self._import_texts(script, "description", parsed["description"])
        draft = script._get_draft().with_context(call_script_saving=True)
        outcomes = self._import_outcomes(parsed["outcomes"])
        nodes = [{**node, "outcome_id": outcomes.get(node["key"], False)} for node in parsed["nodes"]]
        draft._save_nodes(nodes)
        draft._save_links(parsed["start"], nodes)
        for node in draft.node_ids:
            for name, texts in parsed["texts"][node.key].items():
                self._import_texts(node, name, texts)
            for answer in node.answer_ids:
                self._import_texts(answer, "name", parsed["answer_texts"][node.key, answer.key])
        return script

    def _import_texts(self, record, name, texts):
        """Write the texts of a field in those languages that the database has."""
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        known = {lang: text for lang, text in texts.items() if text and lang in installed | {"en_US"}}
        if known:
            # a database that shows English to nobody keeps something as the source of the others
            record.update_field_translations(name, {"en_US": pick(texts, "en_US"), **known})

    def _import_outcomes(self, outcomes):
        """Return {key of the node: id of its outcome}; those that the department does not have are made."""
        ids, made = {}, {}
        for key, outcome in outcomes.items():
            name = (outcome["kind"], pick(outcome["name"], "en_US"))
            if name not in made:
                made[name] = self._find_outcome(outcome) or self._create_outcome(outcome)
            ids[key] = made[name].id
        return ids

    def _find_outcome(self, outcome):
        """Return the outcome of the same kind that has the same name in one of the languages."""
        for known in self.env["crm.call.outcome"].search([("kind", "=", outcome["kind"])]):
            names = _get_texts(known, "name")
            if any(text and names.get(lang) == text for lang, text in outcome["name"].items()):
                return known
        return self.env["crm.call.outcome"]

    def _create_outcome(self, outcome):
        name = pick(outcome["name"], self.env.lang or "en_US")
        created = self.env["crm.call.outcome"].create({"name": name, "kind": outcome["kind"], "sequence": 100})
        self._import_texts(created, "name", outcome["name"])
        return created


class CrmCallNode(models.Model):
    _inherit = "crm.call.node"

    def _export_node(self):
        """Return the node as `tools/script_file.py` describes it."""
        # sudo: names of fields may be read by administrators only
        field = self.sudo().write_field_id.name
        outcome = self.outcome_id
        return {
            **{name: self[name] for name in ("key", "kind", "is_objection", "is_required", "x", "y")},
            **{name: _get_texts(self, name) for name in ("name", "text", "hint")},
            "next": self.next_node_id.key,
            "outcome": bool(outcome) and {"name": _get_texts(outcome, "name"), "kind": outcome.kind},
            "field": {"record": self.write_record, "name": field} if self.write_record and field else False,
            "answers": [
                {
                    "key": answer.key,
                    "name": _get_texts(answer, "name"),
                    "next": answer.next_node_id.key,
                    "write_value": answer.write_value or "",
                }
                for answer in self.answer_ids
            ],
        }


def _get_texts(record, name):
    """Return the texts of a field as {language: text}."""
    texts = record._fields[name]._get_stored_translations(record) or {}
    return {lang: text for lang, text in texts.items() if text and not lang.startswith("_")}


def _to_graph(parsed):
    """Return the graph of what was found in a file, for the checks: keys stand for ids."""
    return {
        "start": parsed["start"],
        "nodes": [
            {
                **node,
                "id": node["key"],
                "next_id": node["next_key"],
                "outcome_id": node["key"] in parsed["outcomes"],
                "answers": [{**answer, "next_id": answer["next_key"]} for answer in node["answers"]],
            }
            for node in parsed["nodes"]
        ],
    }
