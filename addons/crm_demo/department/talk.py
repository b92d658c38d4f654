"""What was said in a call: a walk along the graph of its script to an outcome, drawn from a seed."""

from odoo.addons.crm_call_scripts.tools.conversation import Conversation

from . import tables_calls

MAX_STEPS = 40
FAR = MAX_STEPS


class Talk:
    """A conversation that heads for an end of the wanted kind.

    :param dict graph: of the version
    :param dict kinds: kind by id of the outcome
    :param random.Random rng: source of chance
    :param str wanted: kind of the outcome to come to
    :param values: function that gives what is entered at a node (dict of the graph)
    """

    def __init__(self, graph, kinds, rng, wanted, values):
        self.rng = rng
        self.values = values
        self.talk = Conversation(graph)
        self.objections = [node["id"] for node in graph["nodes"] if node["is_objection"]]
        self.distances = _get_distances(graph["nodes"], kinds, wanted)
        self.events = []

    def run(self, is_broken_off):
        """Return the events in their order, each with where it led to."""
        limit = self.rng.randint(1, 4) if is_broken_off else MAX_STEPS
        if self.talk.start not in self.distances and not is_broken_off:
            limit = self.rng.randint(2, 6)  # no way leads there: the call ends somewhere on the way
        while self.talk.node and not self.talk.is_completed and len(self.events) < limit:
            if is_broken_off and self._is_near_the_end():
                break
            self._step()
        return self.events

    def _is_near_the_end(self):
        """Whether the next step could be the last one: what is cut short comes to no end."""
        node = self.talk.node
        targets = {node["next_id"], *(answer["next_id"] for answer in node["answers"])}
        return any(self.talk.nodes[target]["kind"] == "end" for target in targets if target)

    def _step(self):
        node = self.talk.node
        if self._meets_objection(node):
            self._apply("objection", to_node_id=self.rng.choice(self.objections))
        elif node["kind"] == "say":
            self._apply("next")
        elif node["kind"] == "question":
            self._apply("answer", answer_id=self._choose(node["answers"])["id"])
        else:
            self._apply("value", **self.values(node))

    def _meets_objection(self, node):
        is_free = self.objections and not self.talk.stack and node["kind"] == "question" and self.events
        met = any(event["kind"] == "objection" for event in self.events)
        return is_free and not met and self.rng.random() < 1 / tables_calls.OBJECTED

    def _choose(self, answers):
        """An answer from which the end can still be reached, mostly the shortest way."""
        ways = [(self._get_distance(answer["next_id"]), answer) for answer in answers]
        shortest = min(distance for distance, _answer in ways)
        near = [answer for distance, answer in ways if distance == shortest]
        possible = [answer for distance, answer in ways if distance < FAR] or near
        return self.rng.choice(near if self.rng.random() < 0.7 else possible)

    def _get_distance(self, target):
        if not target:
            target = self.talk.stack[-1] if self.talk.stack else self.talk.start
        return self.distances.get(target, FAR)

    def _apply(self, kind, **given):
        event = {"key": f"demo-{len(self.events) + 1}", "kind": kind, "node_id": self.talk.node_id, **given}
        self.talk.apply(event)
        event["to_node_id"] = self.talk.node_id
        event["seconds"] = self.rng.randint(*tables_calls.SECONDS)
        self.events.append(event)


def _get_distances(nodes, kinds, wanted):
    """Return the number of steps to the nearest wanted end by id of the node; nodes that lead to none are left out."""
    distances = {node["id"]: 0 for node in nodes if node["kind"] == "end" and kinds.get(node["outcome_id"]) == wanted}
    for distance in range(1, MAX_STEPS):
        for node in nodes:
            targets = {node["next_id"], *(answer["next_id"] for answer in node["answers"])}
            if node["id"] not in distances and any(distances.get(target) == distance - 1 for target in targets):
                distances[node["id"]] = distance
    return distances
