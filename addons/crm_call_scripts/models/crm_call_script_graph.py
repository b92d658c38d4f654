import json

from odoo import api, models, tools


class CrmCallScriptVersion(models.Model):
    """The graph of a version: what the screen of a call, the builder and the checks walk along."""

    _inherit = "crm.call.script.version"

    def _get_graph(self):
        """Return the graph of the version, with texts in the language of the context and placeholders not yet replaced.

        :return: dict with ``version_id``, ``script_id``, ``name``, ``number``, ``purpose``, ``minutes``, ``start`` (id of a
            node or False) and ``nodes``, each as `crm.call.node._prepare_graph_node` makes it
        """
        self.ensure_one()
        # sudo: who holds a call sees its script, whatever became of the script since
        version = self.sudo()
        if version.state == "draft":
            return version._make_graph()
        # kept as text: nobody who changes what he was given changes what the next one gets
        return json.loads(version._make_graph_text(self.id, self.env.lang or "en_US"))

    @api.model
    @tools.ormcache("version_id", "lang")
    def _make_graph_text(self, version_id, lang):
        return json.dumps(self.browse(version_id).with_context(lang=lang)._make_graph())

    def _make_graph(self):
        script = self.script_id
        return {
            "version_id": self.id,
            "script_id": script.id,
            "name": script.name,
            "number": self.number,
            "purpose": script.purpose,
            "minutes": script.minutes,
            "start": self.start_node_id.id,
            "nodes": [node._prepare_graph_node() for node in self.node_ids],
        }


class CrmCallNode(models.Model):
    _inherit = "crm.call.node"

    def _prepare_graph_node(self):
        """Return the node as the graph shows it."""
        return {
            "id": self.id,
            "key": self.key,
            "kind": self.kind,
            "name": self.name or "",
            "text": self.text or "",
            "hint": self.hint or "",
            "is_objection": self.is_objection,
            "is_required": self.is_required,
            "next_id": self.next_node_id.id,
            "answers": [answer._prepare_graph_answer() for answer in self.answer_ids],
            "outcome_id": self.outcome_id.id,
            "field": self._prepare_graph_field(),
            "x": self.x,
            "y": self.y,
        }

    def _prepare_graph_field(self):
        """Return the field that the answer writes as {record, name, label, type}, False if there is none (any more)."""
        field = self._get_written_field()
        return field is not None and {
            "record": self.write_record,
            "name": field.name,
            "label": field._description_string(self.env),
            "type": field.type,
        }


class CrmCallAnswer(models.Model):
    _inherit = "crm.call.answer"

    def _prepare_graph_answer(self):
        """Return the answer as the graph shows it."""
        return {
            "id": self.id,
            "key": self.key,
            "name": self.name or "",
            "next_id": self.next_node_id.id,
            "writes": self.node_id._get_written_field() is not None,
        }
