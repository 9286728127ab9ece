"""One contact replayed through a model, literally: at every step every condition is worked out from the whole history."""
import math
from dataclasses import dataclass, field

from history import traits_of
from model import BUILT_IN_TRAITS
from values import READ, as_flag, as_number, compare, is_set, relate, relate_nearly

MOST_EVIDENCE = 10


@dataclass
class Transition:
    time: int
    kind: str
    old: str
    new: str
    by: str
    evidence: list


@dataclass
class Lamp:  # a stage's state
    on: bool = False
    since: int = 0
    first: int = None  # time of the first entry
    first_event: int = None  # how many events had been before or at that step
    until_ignored: bool = False
    blocked_after: int = None  # the assignment's place in the history, while old reasons do not count
    when_held: bool = False


@dataclass
class Contact:
    name: str
    transitions: list = field(default_factory=list)
    lamps: list = field(default_factory=list)
    stage: str = "none"
    since: int = 0
    grade: str = "none"
    persona: str = "none"
    score: float = 0.0


# --- patterns


def cond_holds(cond, event):
    if cond.op == "and":
        return all(cond_holds(side, event) for side in cond.children)
    if cond.op == "or":
        return any(cond_holds(side, event) for side in cond.children)
    if cond.op == "not":
        return not cond_holds(cond.children[0], event)
    return compare(event.property(cond.compare.name), cond.compare)


def matches(pattern, event, machines=False):
    machines = machines or pattern.machines
    if event.name is None or (pattern.where and not cond_holds(pattern.where, event)):
        return False
    primary = pattern.primary
    if primary.kind == "signal":
        return any(matches(inner, event, machines) for inner in primary.patterns)
    if event.machine and not machines:
        return False
    if primary.kind == "name":
        return event.name == primary.text
    if primary.kind == "prefix":
        return event.name.startswith(primary.text)
    return event.direction == primary.text


def any_matches(patterns, event):
    return any(matches(pattern, event) for pattern in patterns)


# --- the replay


class Replay:
    def __init__(self, model, name, events, at):
        self.model, self.events, self.at = model, events, at
        self.known_traits = {trait: trait not in BUILT_IN_TRAITS for trait in model.traits}
        self.contact = Contact(name, since=events[0].time, lamps=[Lamp() for _ in model.stages])
        self.matched = {}  # which events a list of patterns matches: it never changes
        self.traits = {}  # name: (value or None, place of the message)
        self.facts = {}  # name: (answer, amount or None, place)
        self.persona = None  # index
        self.seen = 0  # events so far
        self.time = 0
        self.index_of = {stage.name: i for i, stage in enumerate(model.stages)}
        self.durations, self.dates = set(), set()
        self.nodes = []
        for _, when in model.personas + model.grades:
            self.collect(when)
        for rule in model.facts.values():
            self.collect(rule)
        for points in model.points:
            self.collect(points.when)
        for stage in model.stages:
            self.collect(stage.when)
            self.collect(stage.until)
        self.score_atoms = [node for node in self.nodes if node.op == "score"]
        self.stays = [(self.index_of[node.name], node.duration) for node in self.nodes if node.op == "in for"]

    def collect(self, node):
        if node is None:
            return
        self.nodes.append(node)
        self.durations.update(node.gaps)
        if node.duration:
            self.durations.add(node.duration)
        if node.window and node.window[0] == "within":
            self.durations.add(node.window[1])
        elif node.window:
            self.dates.add(node.window[1])
        for child in node.children:
            self.collect(child)

    # what the history holds
    def places(self, patterns):
        """Places in the history, up to now, of the matching events."""
        key = id(patterns)
        if key not in self.matched:
            self.matched[key] = [i for i, event in enumerate(self.events) if any_matches(patterns, event)]
        return [i for i in self.matched[key] if i < self.seen]

    def inside(self, place, window):
        if not window:
            return True
        kind, value = window
        time = self.events[place].time
        if kind == "within":
            return self.time - value < time <= self.time
        return value <= time <= self.time if kind == "since" else time < value

    def chain(self, node):
        """Places of the first and the last event of the newest chain, or None."""

        def before(link, last):
            if link == 0:
                return last
            for place in reversed(self.places(node.links[link - 1])):
                gap = self.events[last].time - self.events[place].time
                if place < last and gap <= node.gaps[link - 1]:
                    first = before(link - 1, place)
                    if first is not None:
                        return first
            return None

        for last in reversed(self.places(node.links[-1])):
            first = before(len(node.links) - 1, last)
            if first is not None:
                return first, last
        return None

    def answer(self, fact):
        """(answer, amount): answer is "yes", "no" or "unknown"."""
        recorded = self.facts.get(fact)
        if recorded and recorded[0] != "unknown":
            return recorded[0], recorded[1]
        rule = self.model.facts.get(fact)
        return ("yes" if rule is not None and self.holds(rule, 0) else "unknown"), None

    # conditions; `stages`: how many of the stages are in sight
    def holds(self, node, stages):
        op = node.op
        if op == "and":
            return all(self.holds(side, stages) for side in node.children)
        if op == "or":
            return any(self.holds(side, stages) for side in node.children)
        if op == "not":
            return not self.holds(node.children[0], stages)
        if op in ("yes", "no_constant"):
            return op == "yes"
        if op in ("any", "no"):
            found = any(self.inside(place, node.window) for place in self.places(node.links[0]))
            return found == (op == "any")
        if op == "then":
            return self.chain(node) is not None
        if op == "silent":
            places = self.places(node.links[0])
            last = self.events[places[-1]].time if places else self.events[0].time
            return self.time - last >= node.duration
        if op == "count":
            number = sum(self.inside(place, node.window) for place in self.places(node.links[0]))
            return relate(number, node.relation, node.number)
        if op == "sum":
            inside = [place for place in self.places(node.links[0]) if self.inside(place, node.window)]
            total = math.fsum(as_number(self.events[place].property(node.name)) or 0 for place in inside)
            return relate_nearly(total, node.relation, node.number)
        if op == "trait":
            return compare(self.traits.get(node.compare.name, (None, None))[0], node.compare)
        if op.startswith("fact "):
            answer = self.answer(node.name)[0]
            return answer != "unknown" if op == "fact known" else answer == op[5:]
        if op == "amount":
            amount = self.answer(node.name)[1]
            return amount is not None and relate(amount, node.relation, node.number)
        if op == "score":
            return relate_nearly(self.score(self.time), node.relation, node.number)
        if op.startswith("persona "):
            name = None if self.persona is None else self.model.personas[self.persona][0]
            if op == "persona known":
                return name is not None
            return (name == node.name) == (op == "persona is")
        lamp = self.contact.lamps[self.index_of[node.name]]
        if op == "reached":
            return lamp.first is not None
        if op == "is":
            return self.current(stages) == self.index_of[node.name]
        assert op == "in for"
        return lamp.on and self.time - lamp.since >= node.duration

    def current(self, stages):
        on = [i for i in range(stages) if self.contact.lamps[i].on]
        return on[-1] if on else None

    def evidence(self, node, stages, every_side=False):
        """Places of the events behind the present truth of a condition, each once."""
        found = []
        for place in self.evidence_of(node, stages, every_side):
            if place not in found:
                found.append(place)
        return found

    def evidence_of(self, node, stages, every_side):
        op = node.op
        if op in ("and", "or"):
            value = self.holds(node, stages)
            sides = node.children
            if value == (op == "or"):  # one side decides
                sides = [side for side in sides if self.holds(side, stages) == value]
                if not every_side:
                    sides = sides[:1]
            return [place for side in sides for place in self.evidence_of(side, stages, every_side)]
        if op == "not":
            return self.evidence_of(node.children[0], stages, every_side)
        if op in ("any", "no", "silent"):
            places = self.places(node.links[0])
            inside = [place for place in places if self.inside(place, node.window)]
            return (inside or places)[-1:]
        if op == "then":
            chain = self.chain(node)
            return list(chain) if chain else []
        if op in ("count", "sum"):
            inside = [place for place in self.places(node.links[0]) if self.inside(place, node.window)]
            return inside[::-1][:MOST_EVIDENCE]
        if op == "trait":
            _, place = self.traits.get(node.compare.name, (None, None))
            return [] if place is None else [place]
        if op.startswith("fact ") or op == "amount":
            recorded = self.facts.get(node.name)
            if recorded and recorded[0] != "unknown":
                return [recorded[2]]
            rule = self.model.facts.get(node.name)
            return [] if rule is None else self.evidence_of(rule, 0, every_side)
        if op.startswith("persona "):
            if self.persona is None or not self.holds(node, stages):
                return []
            return self.evidence_of(self.model.personas[self.persona][1], 0, every_side)
        return []

    # the score
    def earned(self):
        """(points, time) of all events that have earned so far."""
        found = []
        for rule in self.model.points:
            if rule.kind == "when":
                continue
            earning = []
            for place in self.places(rule.patterns):
                time = self.events[place].time
                if rule.kind == "once" and earning:
                    break
                if rule.most and sum(time - rule.per < earlier <= time for earlier in earning) >= rule.most:
                    continue
                earning.append(time)
            found += [(rule.number, time) for time in earning]
        return found

    def score(self, time):
        half_life = self.model.half_life
        parts = [
            number * 0.5 ** ((time - then) / half_life) if half_life else number for number, then in self.earned_now
        ]
        return math.fsum(parts + self.standing_points)

    def score_truths(self, time):
        score = self.score(time)
        return [relate_nearly(score, node.relation, node.number) for node in self.score_atoms]

    # steps
    def take_in(self, event, place):
        if event.name is None:
            for trait, value in traits_of(event, self.known_traits).items():
                kind = self.model.traits[trait]
                readable = is_set(value) and READ[kind](value) is not None
                self.traits[trait] = (value if readable else None, place)
        elif event.name == "fact.recorded":
            self.record(event.properties, place)

    def record(self, said, place):
        fact, answer, amount = said.get("fact"), said.get("answer"), as_number(said.get("amount"))
        if not isinstance(fact, str) or fact not in self.model.facts:
            return
        if not is_set(answer):
            answer = None if amount is None else "yes"
        elif isinstance(answer, str) and answer.lower() == "unknown":
            answer = "unknown"
        else:
            answer = {True: "yes", False: "no", None: None}[as_flag(answer)]
        if answer is not None:
            self.facts[fact] = (answer, amount, place)

    def step(self, time, event=None):
        self.time = time
        if event is not None:
            self.take_in(event, self.seen)
            self.seen += 1
        model, contact = self.model, self.contact
        before = self.current(len(model.stages))
        self.persona = None
        for i, (_, when) in enumerate(model.personas):
            if self.holds(when, 0):
                self.persona = i
                break
        self.earned_now, self.standing_points = self.earned(), []
        for rule in model.points:
            if rule.kind == "when" and self.holds(rule.when, 0):
                self.standing_points.append(rule.number)

        assigned = self.assignment(event)
        for i in range(len(model.stages)):
            self.step_stage(i, assigned)

        persona = "none" if self.persona is None else model.personas[self.persona][0]
        if persona != contact.persona:
            rule = None if self.persona is None else model.personas[self.persona][1]
            self.note("persona", contact.persona, persona, rule, 0)
            contact.persona = persona
        self.note_stage(before, self.current(len(model.stages)), assigned)
        grade, rule = "none", None
        for name, when in model.grades:
            if when is None or self.holds(when, len(model.stages)):
                grade, rule = name, when
                break
        if grade != contact.grade:
            self.note("grade", contact.grade, grade, rule, len(model.stages))
            contact.grade = grade

    def assignment(self, event):
        """Index of the stage that this event's hand sets, -1 for none of them, None if it sets nothing."""
        if event is None or event.name != "stage.assigned":
            return None
        name = event.properties.get("stage")
        if not isinstance(name, str):
            return None
        return -1 if name == "none" else self.index_of.get(name)

    def step_stage(self, i, assigned):
        stage, lamp = self.model.stages[i], self.contact.lamps[i]
        when = self.holds(stage.when, i)
        until = stage.until is not None and self.holds(stage.until, i)
        if assigned is not None and i == assigned:
            self.turn_on(lamp)
            lamp.until_ignored = until
            lamp.blocked_after = None
        elif assigned is not None and i > assigned:
            lamp.on = False
            lamp.blocked_after = self.seen - 1
        else:
            if lamp.blocked_after is not None and when:
                fresh = max(self.evidence(stage.when, i, every_side=True), default=-1) > lamp.blocked_after
                if fresh or not lamp.when_held:
                    lamp.blocked_after = None
            if lamp.on:
                if not until:
                    lamp.until_ignored = False
                elif not lamp.until_ignored:
                    lamp.on = False
            elif when and not until and lamp.blocked_after is None:
                self.turn_on(lamp)
                lamp.until_ignored = False
        lamp.when_held = when

    def turn_on(self, lamp):
        if not lamp.on:
            lamp.on, lamp.since = True, self.time
        if lamp.first is None:
            lamp.first, lamp.first_event = self.time, self.seen

    def note(self, kind, old, new, rule, stages, by="rule", places=None):
        if places is None:
            places = [] if rule is None else self.evidence(rule, stages)
        names = [self.events[place].evidence for place in places]
        self.contact.transitions.append(Transition(self.time, kind, old, new, by, names))

    def note_stage(self, before, after, assigned):
        if before == after:
            return
        contact, stages = self.contact, self.model.stages
        new = "none" if after is None else stages[after].name
        if assigned is not None:
            self.note("stage", contact.stage, new, None, 0, "hand", [self.seen - 1])
        elif before is None or (after is not None and after > before):
            self.note("stage", contact.stage, new, stages[after].when, after)
        else:
            self.note("stage", contact.stage, new, stages[before].until, before)
        contact.stage, contact.since = new, self.time

    def next_clock(self, limit):
        """The next second after now, and before limit, at which something could change; None if there is none."""
        candidates = set(self.dates)
        for event in self.events[: self.seen]:
            candidates.update(event.time + duration for duration in self.durations)
        for i, duration in self.stays:
            if self.contact.lamps[i].on:
                candidates.add(self.contact.lamps[i].since + duration)
        end = min((time for time in candidates if self.time < time < limit), default=None)
        last = limit - 1 if end is None else end
        if self.score_atoms and self.time < last:
            crossing = self.crossing(last)
            if crossing is not None:
                return crossing
        return end

    def crossing(self, last):
        """The first second after now, up to last, at which a score atom changes, if none but the decay acts."""
        now = self.score_truths(self.time)
        found = None
        for i, truth in enumerate(now):
            low, high = self.time, last
            if self.score_truths(high)[i] == truth:
                continue
            while high - low > 1:
                middle = (low + high) // 2
                if self.score_truths(middle)[i] == truth:
                    low = middle
                else:
                    high = middle
            found = high if found is None else min(found, high)
        return found

    def run(self):
        for i, event in enumerate(self.events):
            if i:
                self.run_clock(event.time)
            self.step(event.time, event)
        self.run_clock(self.at + 1)
        self.contact.score = self.score(self.at)
        return self.contact

    def run_clock(self, limit):
        while (time := self.next_clock(limit)) is not None:
            self.step(time)


def replay(model, contacts, at):
    """Every contact's result, in order of the bytes of their names."""
    names = sorted(contacts, key=lambda name: name.encode("utf-8", "surrogatepass"))
    return [Replay(model, name, contacts[name], at).run() for name in names]
