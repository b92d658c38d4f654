from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.placeholders import PLACEHOLDERS
from ..tools.script_input import ScriptInputError, clean_graph

SAME_FIELDS = ("kind", "name", "text", "hint", "is_objection", "is_required", "x", "y")


class CrmCallScriptVersion(models.Model):
    """What the builder reads and saves."""

    _inherit = "crm.call.script.version"

    @api.readonly
    def load_graph(self):
        """Return everything that the builder shows of a version.

        :return: dict with ``graph`` (`_get_graph` in the user's language; its nodes also have ``write_record`` and
            ``write_field``, its answers ``write_value``), ``state``, ``can_edit``, ``revision``, ``problems``
            (`get_problems`), ``script`` (id, name, purpose, minutes), ``fields`` ({record: [{name, label, type, choices}]}),
            ``records``, ``placeholders`` and ``outcomes`` ({id, name, kind})
        :raises AccessError: if the user may not read the version
        """
        self.ensure_one()
        self.check_access("read")
        script = self.script_id
        return {
            "graph": self._make_builder_graph(),
            "state": self.state,
            "can_edit": self.state == "draft" and self.has_access("write"),
            "revision": self.revision,
            "problems": self.get_problems(),
            "script": {"id": script.id, "name": script.name, "purpose": script.purpose, "minutes": script.minutes},
            "fields": self.env["crm.call.node"]._get_field_choices(),
            "records": [{"id": key, "name": name} for key, name in self._get_record_names()],
            "placeholders": self._get_placeholder_names(),
            "outcomes": self.env["crm.call.outcome"].search_read([("active", "=", True)], ["name", "kind"]),
        }

    def _get_record_names(self):
        return self.env["crm.call.node"]._fields["write_record"]._description_selection(self.env)

    def _get_placeholder_names(self):
        """Return the placeholders with their words and an example each, in the user's language."""
        labels = {
            "client": self.env._("Client"),
            "contact": self.env._("Contact person"),
            "manager": self.env._("Manager"),
            "deal": self.env._("Deal"),
            "product": self.env._("Product"),
            "company": self.env._("Own company"),
        }
        examples = self.env["crm.call.script"].get_test_values()
        return [{"name": name, "label": labels[name], "example": examples[name]} for name in PLACEHOLDERS]

    def _make_builder_graph(self):
        # sudo: names of fields, which the graph shows, may be read by administrators only
        graph = self.sudo()._make_graph()
        for node, shown in zip(self.sudo().node_ids, graph["nodes"], strict=True):
            shown.update(write_record=node.write_record, write_field=node.write_field_id.name or False)
            for answer, one in zip(node.answer_ids, shown["answers"], strict=True):
                one["write_value"] = answer.write_value or ""
        return graph

    # ------------------------------------------------------------
    # SAVING
    # ------------------------------------------------------------

    def save_graph(self, revision, graph):
        """Save the whole draft: nodes and answers are created, changed and removed by their keys.

        :param int revision: that of `load_graph` or of the last saving
        :param dict graph: ``start`` and ``nodes`` as in `load_graph`; each node and answer has a ``key`` that it keeps.
            A new one is referred to (``start``, ``next_id``) by its key or by any text that it has as ``id``.
        :return: dict with ``revision``, ``ids`` ({key or text id of what is new: id}) and ``problems``
        :raises UserError: if the graph is malformed, or somebody has saved since, or the version is no draft any more
        :raises AccessError: if the user may not write the script
        """
        self.ensure_one()
        self.check_access("write")
        start, nodes = self._clean_graph(graph)
        self._check_outcomes(nodes)
        self._take_turn()
        self._check_draft()
        self._check_revision(revision)
        version = self.with_context(call_script_saving=True)
        known = version._get_ids_by_key()
        version._save_nodes(nodes)
        version._save_links(start, nodes)
        self._count_revision()
        self.invalidate_recordset()
        return {
            "revision": self.revision,
            "ids": self._name_new(graph, known),
            "problems": self.get_problems(),
        }

    def _clean_graph(self, graph):
        try:
            return clean_graph(graph)
        except ScriptInputError as error:
            raise UserError(self._describe_input_error(error)) from error

    @api.model
    def _describe_input_error(self, error):
        """Return a message that says what is wrong with a script from a window or file, and where."""
        texts = {
            "type": self.env._("%(where)s is not of the right kind.", where=error.where),
            "long": self.env._("%(where)s is too long.", where=error.where),
            "many": self.env._("%(where)s has too many entries.", where=error.where),
            "key": self.env._("%(where)s has no key, or one that is there twice.", where=error.where),
            "kind": self.env._("%(where)s has a value that is unknown here.", where=error.where),
            "target": self.env._("%(where)s leads to a text that is not in the script.", where=error.where),
        }
        return texts[error.reason]

    def _check_outcomes(self, nodes):
        """Refuse outcomes that do not exist (any more)."""
        ids = {node["outcome_id"] for node in nodes if node["outcome_id"]}
        outcomes = self.env["crm.call.outcome"].browse(ids).exists()
        outcomes.check_access("read")
        if len(outcomes) != len(ids):
            raise UserError(self.env._("An outcome of the script has been deleted. Reload the page."))

    def _check_revision(self, revision):
        """Refuse to overwrite what somebody has saved in the meantime.

        :raises UserError: with the name of who it was
        """
        if revision != self.revision or isinstance(revision, bool):
            # sudo: the name of the colleague who was faster
            name = self.sudo().write_uid.name
            raise UserError(
                self.env._("%(user)s has changed the script in the meantime. Reload it, then edit.", user=name)
            )

    def _get_ids_by_key(self):
        """Return {key: id} of the nodes and {(key of the node, key): id} of their answers."""
        ids = {node.key: node.id for node in self.node_ids}
        ids.update({(answer.node_id.key, answer.key): answer.id for answer in self.node_ids.answer_ids})
        return ids

    def _name_new(self, graph, known):
        """Return {what the window calls a new node or answer: its id}."""
        ids = self._get_ids_by_key()
        named = {}
        for node in graph["nodes"] or []:
            for one, key in [(node, node["key"]), *((a, (node["key"], a["key"])) for a in node.get("answers") or [])]:
                if key not in known:
                    named[one["key"]] = ids[key]
                    if isinstance(one.get("id"), str):
                        named[one["id"]] = ids[key]
        return named

    def _save_nodes(self, nodes):
        """Create, change and remove nodes and answers, without where they lead."""
        keys = {node["key"] for node in nodes}
        self.node_ids.filtered(lambda node: node.key not in keys).unlink()
        saved = {node.key: node for node in self.node_ids}
        new = []
        for number, node in enumerate(nodes, 1):
            vals = {"sequence": number, **self._prepare_node(node)}
            if node["key"] in saved:
                _write_changed(saved[node["key"]], vals)
            else:
                new.append({"version_id": self.id, "key": node["key"], **vals})
        self.env["crm.call.node"].create(new)
        self.invalidate_recordset(["node_ids"])
        self._save_answers({node["key"]: node["answers"] for node in nodes})

    def _prepare_node(self, node):
        model = self.env["crm.call.node"]
        field = model._find_field(node["write_record"], node["write_field"])
        return {
            **{name: node[name] for name in SAME_FIELDS},
            # a draft may be saved at any moment, complete or not: the checks tell what is missing
            "name": node["name"] or "…",
            "outcome_id": node["outcome_id"],
            "write_record": node["write_record"] or False,
            "write_field_id": field.id,
        }

    def _save_answers(self, answers):
        """:param dict answers: {key of the node: cleaned answers}"""
        new = []
        for node in self.node_ids:
            keys = {answer["key"] for answer in answers[node.key]}
            node.answer_ids.filtered(lambda answer, keys=keys: answer.key not in keys).unlink()
            saved = {answer.key: answer for answer in node.answer_ids}
            for number, answer in enumerate(answers[node.key], 1):
                vals = {"sequence": number, "name": answer["name"] or "…", "write_value": answer["write_value"]}
                if answer["key"] in saved:
                    _write_changed(saved[answer["key"]], vals)
                else:
                    new.append({"node_id": node.id, "key": answer["key"], **vals})
        self.env["crm.call.answer"].create(new)
        self.node_ids.invalidate_recordset(["answer_ids"])

    def _save_links(self, start, nodes):
        """Let everything lead where it is to lead, now that all of it exists."""
        ids = {node.key: node for node in self.node_ids}
        for node in nodes:
            saved = ids[node["key"]]
            _write_changed(saved, {"next_node_id": ids[node["next_key"]].id if node["next_key"] else False})
            answers = {answer.key: answer for answer in saved.answer_ids}
            for answer in node["answers"]:
                target = ids[answer["next_key"]].id if answer["next_key"] else False
                _write_changed(answers[answer["key"]], {"next_node_id": target})
        _write_changed(self, {"start_node_id": ids[start].id if start else False})

    # ------------------------------------------------------------
    # REVISIONS
    # ------------------------------------------------------------

    def _count_revision(self):
        """Count a change of the drafts, so that who has an older state in his window learns of it."""
        if self.ids and not self.env.context.get("call_script_saving"):
            self.flush_recordset()
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE crm_call_script_version
                       SET revision = revision + 1, write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
                     WHERE id IN %s
                    """,
                    self.env.uid,
                    tuple(self.ids),
                )
            )
            self.invalidate_recordset(["revision", "write_uid", "write_date"])

    def _take_turn(self):
        """Let those who save one draft do it one after the other.

        The row is written, not only locked: the second transaction fails and begins anew on what the first has saved.
        """
        self.flush_recordset()
        self.env.cr.execute(SQL("UPDATE crm_call_script_version SET write_date = write_date WHERE id = %s", self.id))
        self.invalidate_recordset(["revision", "state", "write_uid"])


def _write_changed(record, vals):
    """Write the values that differ from what the record has."""
    changed = {}
    for name, value in vals.items():
        old = record[name]
        if (old.id if isinstance(old, models.BaseModel) else old or False) != (value or False):
            changed[name] = value
    if changed:
        record.write(changed)
