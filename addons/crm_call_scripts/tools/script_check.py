"""What is wrong with a script before it is published. Plain Python over the graph of `crm.call.script.version._get_graph`."""

from collections import namedtuple

from .placeholders import PLACEHOLDERS, find_placeholders, find_stray_braces

# kinds of nodes that go on by themselves to the next one
PASSING = ("say", "text", "number", "date", "choice")
# more answers than the keyboard has keys for
MAX_KEYS = 9

# node: key or False; level: "error" or "warning"; detail: what the message names
Problem = namedtuple("Problem", ("code", "level", "node", "detail"))


def find_problems(graph):
    """Return the problems of a graph: errors first, each in the order of the nodes.

    :param dict graph: its nodes may lead to ids that do not exist
    """
    problems = list(ScriptCheck(graph).check())
    return sorted(problems, key=lambda problem: problem.level != "error")


class ScriptCheck:
    """One look at one graph. What is reached from objections only may lead back to where the conversation was."""

    def __init__(self, graph):
        self.nodes = {node["id"]: node for node in graph["nodes"]}
        self.start = self.nodes.get(graph["start"])
        objections = [node["id"] for node in graph["nodes"] if node["is_objection"]]
        self.main = self._reach([self.start["id"]] if self.start else [])
        self.reached = self.main | self._reach(objections)

    def check(self):
        """Yield the problems."""
        yield from self._check_start()
        for node in self.nodes.values():
            yield from self._check_texts(node)
            yield from self._check_node(node)
        if self.start:
            yield from self._check_reach()
            yield from self._check_ends()
        yield from self._check_loops()

    # ------------------------------------------------------------
    # WAYS
    # ------------------------------------------------------------

    def _get_targets(self, node):
        """Return the ids of the nodes to which a node leads."""
        if node["kind"] == "question":
            targets = [answer["next_id"] for answer in node["answers"]]
        else:
            targets = [node["next_id"]] if node["kind"] in PASSING else []
        return [target for target in targets if target in self.nodes]

    def _reach(self, starts):
        """Return the ids of everything that can be reached from ``starts``."""
        reached, waiting = set(starts), list(starts)
        while waiting:
            for target in self._get_targets(self.nodes[waiting.pop()]):
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
        return reached

    def _may_return(self, node):
        """Return whether a node that leads nowhere is the end of an objection."""
        return node["is_objection"] or node["id"] in self.reached - self.main

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    def _check_start(self):
        if not self.start:
            yield Problem("start", "error", False, "")
        elif self.start["is_objection"]:
            yield Problem("start_objection", "error", self.start["key"], "")

    def _check_texts(self, node):
        if not node["name"].strip(" …"):
            yield Problem("no_name", "error", node["key"], "")
        if not node["text"].strip():
            yield Problem("no_text", "warning" if node["kind"] == "end" else "error", node["key"], "")
        for text in (node["text"], node["hint"]):
            for name in find_placeholders(text):
                if name not in PLACEHOLDERS:
                    yield Problem("placeholder", "error", node["key"], name)
            for stray in find_stray_braces(text):
                yield Problem("brace", "error", node["key"], stray)

    def _check_node(self, node):
        kind = node["kind"]
        if kind == "end":
            yield from self._check_end(node)
        elif kind != "question" and node["next_id"] not in self.nodes and not self._may_return(node):
            yield Problem("dead_end", "error", node["key"], "")
        if kind in ("question", "choice"):
            yield from self._check_answers(node)

    def _check_end(self, node):
        if not node["outcome_id"]:
            yield Problem("no_outcome", "error", node["key"], "")
        if node["is_objection"]:
            yield Problem("end_objection", "error", node["key"], "")

    def _check_answers(self, node):
        answers = node["answers"]
        if not answers:
            yield Problem("no_answers", "error", node["key"], "")
        if len(answers) > MAX_KEYS:
            yield Problem("many_answers", "warning", node["key"], str(len(answers)))
        names = [answer["name"].strip().lower() for answer in answers]
        if len(set(names)) != len(names):
            yield Problem("same_answers", "warning", node["key"], "")
        for answer in answers:
            if not answer["name"].strip(" …"):
                yield Problem("no_answer_name", "error", node["key"], "")
            if node["kind"] == "question" and answer["next_id"] not in self.nodes and not self._may_return(node):
                yield Problem("answer_dead_end", "error", node["key"], answer["name"])

    def _check_reach(self):
        for node in self.nodes.values():
            if node["id"] not in self.reached:
                yield Problem("out_of_reach", "error", node["key"], "")

    def _check_ends(self):
        """From every text an end must be within reach; an objection may lead back instead."""
        leading = self._get_leading()
        if not leading & self.main:
            yield Problem("no_end", "error", False, "")
            return
        for node in self.nodes.values():
            if node["id"] in self.reached and node["id"] not in leading:
                yield Problem("no_way_out", "error", node["key"], "")

    def _get_leading(self):
        """Return the ids of the nodes from which an end, or the way back from an objection, is within reach."""
        sources = {}
        for node in self.nodes.values():
            for target in self._get_targets(node):
                sources.setdefault(target, []).append(node["id"])
        leading = {node["id"] for node in self.nodes.values() if self._is_leading(node)}
        waiting = list(leading)
        while waiting:
            for source in sources.get(waiting.pop(), ()):
                if source not in leading:
                    leading.add(source)
                    waiting.append(source)
        return leading

    def _is_leading(self, node):
        if node["kind"] == "end":
            return True
        ways = [answer["next_id"] for answer in node["answers"]] if node["kind"] == "question" else [node["next_id"]]
        return self._may_return(node) and any(way not in self.nodes for way in ways)

    def _check_loops(self):
        """A circle without a question never asks whether to go on."""
        done = set()
        for node in self.nodes.values():
            path = {}
            while node and node["kind"] in PASSING and node["id"] not in done:
                path[node["id"]] = node
                done.add(node["id"])
                node = self.nodes.get(node["next_id"])
            if node and node["id"] in path:
                yield Problem("loop", "error", node["key"], "")
