from odoo import api, models

from ..tools.script_check import find_problems


class CrmCallScriptVersion(models.Model):
    """Validation before publishing."""

    _inherit = "crm.call.script.version"

    @api.readonly
    def get_problems(self):
        """Return what is wrong with the version: errors, with which it cannot be published, then warnings.

        :return: list of dicts with ``node_key`` (or False), ``level`` ("error" or "warning") and ``text``
        :raises AccessError: if the user may not read the version
        """
        self.ensure_one()
        self.check_access("read")
        graph = self._get_graph()
        names = {node["key"]: node["name"] for node in graph["nodes"]}
        problems = [self._describe_problem(problem, names) for problem in find_problems(graph)]
        return [*self._get_field_problems(), *problems]

    def _describe_problem(self, problem, names):
        title = names.get(problem.node, "")
        text = self._get_problem_texts(title, problem.detail)[problem.code]
        return {"node_key": problem.node, "level": problem.level, "text": text}

    def _get_problem_texts(self, node, detail):
        return {
            **self._get_problem_texts_of_ways(node, detail),
            "no_name": self.env._("A text or question has no title."),
            "no_text": self.env._("“%(node)s” has nothing to say.", node=node),
            "placeholder": self.env._("“%(node)s”: nothing stands for {%(name)s}.", node=node, name=detail),
            "brace": self.env._("“%(node)s”: “%(text)s” is no placeholder.", node=node, text=detail),
            "no_outcome": self.env._("The end “%(node)s” has no outcome.", node=node),
            "end_objection": self.env._("The end “%(node)s” cannot be an objection.", node=node),
            "no_answers": self.env._("“%(node)s” has no answers to choose from.", node=node),
            "no_answer_name": self.env._("“%(node)s” has an answer without a text.", node=node),
            "same_answers": self.env._("“%(node)s” has the same answer twice.", node=node),
            "many_answers": self.env._(
                "“%(node)s” has %(count)s answers, the keyboard chooses among nine.", node=node, count=detail
            ),
        }

    def _get_problem_texts_of_ways(self, node, detail):
        return {
            "start": self.env._("It is not said what the conversation begins with."),
            "start_objection": self.env._("The conversation cannot begin with the objection “%(node)s”.", node=node),
            "dead_end": self.env._("“%(node)s” leads nowhere.", node=node),
            "answer_dead_end": self.env._(
                "“%(node)s”: the answer “%(answer)s” leads nowhere.", node=node, answer=detail
            ),
            "out_of_reach": self.env._("Nothing leads to “%(node)s”.", node=node),
            "no_end": self.env._("The conversation never comes to an end."),
            "no_way_out": self.env._("From “%(node)s” no end can be reached.", node=node),
            "loop": self.env._("“%(node)s” goes round in a circle without a question.", node=node),
        }

    def _get_field_problems(self):
        """Return the problems of what the answers write."""
        problems = []
        for node in self.node_ids:
            for reason in node._find_field_problems():
                text = self.env._("“%(node)s”: %(reason)s", node=node.name, reason=reason)
                problems.append({"node_key": node.key, "level": "error", "text": text})
        return problems


class CrmCallNode(models.Model):
    _inherit = "crm.call.node"

    def _find_field_problems(self):
        """Return why answers of this node cannot be written, in the words for people."""
        if not self.write_record:
            return []
        if self._get_written_field() is None:
            return [self.env._("The field does not exist any more, or cannot be written by an answer.")]
        values = [answer.write_value or answer.name for answer in self.answer_ids] if self.kind == "question" else []
        return [*self._find_kind_problems(), *filter(None, map(self._get_value_problem, values))]

    def _get_value_problem(self, value):
        try:
            self._convert_value(value)
        except ValueError as error:
            return str(error)
        return ""

    def _find_kind_problems(self):
        """Return why no answer of this kind fits the field, whatever it is."""
        field = self._get_written_field()
        fitting = {
            "say": (),
            "end": (),
            "number": ("integer", "float", "monetary", "char", "text"),
            "date": ("date", "datetime", "char", "text"),
            "choice": ("char", "text"),
        }
        if field.type in fitting.get(self.kind, (field.type,)):
            return []
        return [self.env._("“%(field)s” takes no answers of this kind.", field=self._get_label(field))]
