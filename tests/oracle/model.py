"""The model language, read: tokens, then a tree of plain objects. Written from the contract alone.

Every valid model must be accepted; of the invalid ones only some are refused, with ModelError.
"""
import re
from dataclasses import dataclass, field
from fractions import Fraction

from values import SEGMENT_NAMES, parse_time

RESERVED = set(
    "model about half-life trait signal fact persona points stage grade when until while and or not any no yes then "
    "within since before where including is in contains matches known unknown silent count sum of for score each "
    "once at otherwise inbound outbound internal".split()
)
UNITS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 30 * 86400, "year": 365 * 86400}
DIRECTIONS = ("inbound", "outbound", "internal")
RELATIONS = ("<=", ">=", "!=", "=", "<", ">")
BUILT_IN_TRAITS = {"income": "number", "employees": "number"}
for _name in "email phone first_name last_name title company industry country city gender website source".split():
    BUILT_IN_TRAITS[_name] = "text"
BUILT_IN_FACTS = ("fit", "need", "budget", "authority", "timeline")


class ModelError(Exception):
    pass


# --- the tree


@dataclass
class Primary:  # of a pattern
    kind: str  # "name", "prefix", "direction" or "signal"
    text: str = ""
    patterns: list = field(default_factory=list)  # of a signal


@dataclass
class Pattern:
    primary: Primary
    where: object = None
    machines: bool = False


@dataclass
class Compare:  # of a property or trait; also facts' amounts
    name: str
    op: str  # "is" "is not" "=" "!=" "in" "not in" "contains" "matches" "known" "unknown" "<" "<=" ">" ">="
    values: list = field(default_factory=list)  # of (type, value)


@dataclass
class Node:
    op: str  # "and" "or" "not", or the kind of atom
    children: list = field(default_factory=list)
    links: list = field(default_factory=list)  # lists of patterns; more than one in a chain
    gaps: list = field(default_factory=list)  # seconds between the links of a chain
    window: tuple = ()  # ("within", seconds), ("since", time), ("before", time)
    duration: int = 0
    relation: str = ""
    number: float = 0.0
    name: str = ""  # property, fact, stage, persona
    compare: Compare = None


@dataclass
class Points:
    number: float
    kind: str  # "each" "once" "when"
    patterns: list = field(default_factory=list)
    most: int = 0
    per: int = 0
    when: Node = None


@dataclass
class Stage:
    name: str
    label: str
    when: Node
    until: Node = None


@dataclass
class Model:
    title: str = None
    half_life: int = None
    traits: dict = field(default_factory=lambda: dict(BUILT_IN_TRAITS))
    facts: dict = field(default_factory=lambda: {name: None for name in BUILT_IN_FACTS})  # name: its rule or None
    signals: dict = field(default_factory=dict)
    personas: list = field(default_factory=list)  # (name, when)
    points: list = field(default_factory=list)
    stages: list = field(default_factory=list)
    grades: list = field(default_factory=list)  # (name, when or None)


# --- tokens

TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\n\v\f]+|\#[^\n]*)
      | (?P<string>"(?:[^"\\\n]|\\["\\n])*")
      | (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?)
      | (?P<number>-?[0-9]+(?:\.[0-9]+)?)
      | (?P<prefix>[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*\.\*)
      | (?P<event>[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)
      | (?P<word>half-life|[A-Za-z_][A-Za-z0-9_]*)
      | (?P<sign><=|>=|!=|[=<>(),])""",
    re.X,
)


def tokens_of(text):
    tokens, at = [], 0
    text = text.removeprefix("\ufeff")
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found:
            raise ModelError(f"unexpected {text[at:at + 10]!r}")
        if found.lastgroup == "string":
            inner = re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], found[0][1:-1])
            tokens.append(("string", inner))
        elif found.lastgroup != "blank":
            tokens.append((found.lastgroup, found[0]))
        at = found.end()
    tokens.append(("end", ""))
    return tokens


# --- the parser


class Parser:
    def __init__(self, text):
        self.tokens, self.at, self.model, self.in_grade = tokens_of(text), 0, Model(), False
        # What kind a bare word is depends on declarations that may follow, so they are collected first.
        for (kind, word), (_, name) in zip(self.tokens, self.tokens[1:]):
            if kind == "word" and word == "fact":
                self.model.facts.setdefault(name, None)
        for i, (kind, word) in enumerate(self.tokens[:-3]):
            if kind == "word" and word == "trait" and self.tokens[i + 2][1] in ("number", "text", "flag", "date"):
                self.model.traits[self.tokens[i + 1][1]] = self.tokens[i + 2][1]

    # helpers
    def peek(self, ahead=0):
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def next(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def is_word(self, *words, ahead=0):
        kind, text = self.peek(ahead)
        return kind == "word" and text in words

    def is_sign(self, *signs):
        kind, text = self.peek()
        return kind == "sign" and text in signs

    def take_word(self, *words):
        if self.is_word(*words):
            return self.next()[1]
        return None

    def take_sign(self, *signs):
        if self.is_sign(*signs):
            return self.next()[1]
        return None

    def need(self, kind):
        if self.peek()[0] != kind:
            raise ModelError(f"{kind} expected at {self.peek()[1]!r}")
        return self.next()[1]

    def need_word(self, *words):
        if not self.is_word(*words):
            raise ModelError(f"{' or '.join(words)} expected at {self.peek()[1]!r}")
        return self.next()[1]

    def need_sign(self, sign):
        if not self.take_sign(sign):
            raise ModelError(f"{sign} expected at {self.peek()[1]!r}")

    def need_name(self):
        kind, text = self.peek()
        if kind != "word" or text in RESERVED:
            raise ModelError(f"a name expected at {text!r}")
        return self.next()[1]

    def duration(self):
        number = None
        if self.peek()[0] == "number":
            number = Fraction(self.next()[1])
        unit = self.need("word")
        seconds = UNITS.get(unit) or UNITS.get(unit.removesuffix("s"))
        if seconds is None or (number is None and unit not in UNITS):
            raise ModelError(f"a duration expected at {unit!r}")
        total = (1 if number is None else number) * seconds
        if total <= 0 or total.denominator != 1:
            raise ModelError("a duration is positive and of whole seconds")
        return int(total)

    def number(self):
        return float(self.need("number"))

    def date(self):
        return parse_time(self.need("date"))

    # statements
    def parse(self):
        while self.peek()[0] != "end":
            word = self.need_word(*"model about half-life trait signal fact persona points stage grade".split())
            getattr(self, "statement_" + word.replace("-", "_"))()
        return self.model

    def statement_model(self):
        self.model.title = self.need("string")

    def statement_about(self):
        self.need("string")

    def statement_half_life(self):
        self.model.half_life = self.duration()

    def statement_trait(self):
        name = self.need_name()
        kind = self.need_word("number", "text", "flag", "date")
        if BUILT_IN_TRAITS.get(name, kind) != kind:
            raise ModelError(f"{name} is no {kind}")

    def statement_signal(self):
        name = self.need_name()
        self.need_sign("=")
        self.model.signals[name] = self.patterns()

    def statement_fact(self):
        name = self.need_name()
        if self.take_word("when"):
            self.model.facts[name] = self.expr()

    def statement_persona(self):
        name = self.need("string")
        self.need_word("when")
        self.model.personas.append((name, self.expr()))

    def statement_points(self):
        number = self.number()
        rule = Points(number, self.need_word("each", "once", "when"))
        if rule.kind == "when":
            rule.when = self.expr()
        else:
            rule.patterns = self.patterns()
        if rule.kind == "each" and self.take_word("at"):
            self.need_word("most")
            rule.most = int(self.need("number"))
            self.need_word("per")
            rule.per = self.duration()
        self.model.points.append(rule)

    def statement_stage(self):
        name = self.need_name()
        label = self.next()[1] if self.peek()[0] == "string" else name
        until = None
        if self.need_word("when", "while") == "while":
            when = self.expr()
            until = Node("not", [when])
        else:
            when = self.expr()
            if self.take_word("until"):
                until = self.expr()
        self.model.stages.append(Stage(name, label, when, until))

    def statement_grade(self):
        name = self.need_name()
        if self.need_word("when", "otherwise") == "otherwise":
            self.model.grades.append((name, None))
        else:
            self.in_grade = True  # grades see all stages, also those of later lines
            self.model.grades.append((name, self.expr()))
            self.in_grade = False

    # patterns
    def patterns(self):
        found = [self.pattern()]
        while self.take_sign(","):
            found.append(self.pattern())
        return found

    def pattern(self):
        kind, text = self.next()
        if kind in ("event", "string"):
            primary = Primary("name", SEGMENT_NAMES.get(text, text))
        elif kind == "prefix":
            primary = Primary("prefix", text[:-1])
        elif kind == "word" and text in DIRECTIONS:
            primary = Primary("direction", text)
        elif kind == "word" and text in self.model.signals:
            primary = Primary("signal", text, self.model.signals[text])
        else:
            raise ModelError(f"an event expected at {text!r}")
        pattern = Pattern(primary)
        if self.take_word("where"):
            pattern.where = self.where()
        if self.take_word("including"):
            self.need_word("machines")
            pattern.machines = True
        return pattern

    def where(self):
        if self.is_word("not") and not self.is_comparison(ahead=1):
            self.next()
            return Node("not", [self.where()])
        if self.take_sign("("):
            cond = self.cond()
            self.need_sign(")")
            return cond
        return self.property_comparison()

    def is_comparison(self, ahead):
        kind, text = self.peek(ahead)
        if kind == "word":
            return text in ("is", "contains", "matches", "known", "unknown", "in")
        return kind == "sign" and text in RELATIONS

    def cond(self):
        sides = [self.cond_and()]
        while self.take_word("or"):
            sides.append(self.cond_and())
        return sides[0] if len(sides) == 1 else Node("or", sides)

    def cond_and(self):
        sides = [self.where()]
        while self.take_word("and"):
            sides.append(self.where())
        return sides[0] if len(sides) == 1 else Node("and", sides)

    def property_comparison(self):
        kind, text = self.next()
        if kind not in ("word", "string"):
            raise ModelError(f"a property expected at {text!r}")
        return Node("property", compare=self.comparison(text))

    def comparison(self, name):
        if self.take_word("known"):
            return Compare(name, "known")
        if self.take_word("unknown"):
            return Compare(name, "unknown")
        if self.take_word("is"):
            if self.take_word("known"):
                return Compare(name, "known")
            if self.take_word("unknown"):
                return Compare(name, "unknown")
            return Compare(name, "is not" if self.take_word("not") else "is", [self.value()])
        if self.take_word("contains"):
            return Compare(name, "contains", [("text", self.need("string"))])
        if self.take_word("matches"):
            return Compare(name, "matches", [("text", self.need("string"))])
        op = "not in" if self.take_word("not") else "in"
        if self.take_word("in"):
            self.need_sign("(")
            values = [self.value()]
            while self.take_sign(","):
                values.append(self.value())
            self.need_sign(")")
            return Compare(name, op, values)
        if op == "in" and self.is_sign(*RELATIONS):
            return Compare(name, self.next()[1], [self.value()])
        raise ModelError(f"a comparison expected at {self.peek()[1]!r}")

    def value(self):
        kind, text = self.next()
        if kind == "string":
            return ("text", text)
        if kind == "number":
            return ("number", float(text))
        if kind == "date":
            return ("date", parse_time(text))
        if kind == "word" and text in ("yes", "no"):
            return ("flag", text == "yes")
        raise ModelError(f"a value expected at {text!r}")

    # expressions
    def expr(self):
        sides = [self.expr_and()]
        while self.take_word("or"):
            sides.append(self.expr_and())
        return sides[0] if len(sides) == 1 else Node("or", sides)

    def expr_and(self):
        sides = [self.expr_not()]
        while self.take_word("and"):
            sides.append(self.expr_not())
        return sides[0] if len(sides) == 1 else Node("and", sides)

    def expr_not(self):
        if self.take_word("not"):
            return Node("not", [self.expr_not()])
        if self.take_sign("("):
            inside = self.expr()
            self.need_sign(")")
            return inside
        return self.atom()

    def starts_pattern(self):
        kind, text = self.peek()
        if kind == "word":
            return text in DIRECTIONS or text not in RESERVED
        return kind in ("event", "prefix", "string")

    def window(self):
        word = self.take_word("within", "since", "before")
        if not word:
            return ()
        return (word, self.duration() if word == "within" else self.date())

    def relation(self):
        relation = self.take_sign(*RELATIONS)
        if not relation:
            raise ModelError(f"a comparison expected at {self.peek()[1]!r}")
        return relation

    def atom(self):
        kind, text = self.next()
        if kind != "word":
            raise ModelError(f"a condition expected at {text!r}")
        if text == "yes":
            return Node("yes")
        if text == "no" and not self.starts_pattern():
            return Node("no_constant")
        if text == "no":
            patterns = self.patterns()
            return Node("no", links=[patterns], window=self.window())
        if text == "any":
            return self.any_atom()
        if text == "silent":
            patterns = self.patterns()
            self.need_word("for")
            return Node("silent", links=[patterns], duration=self.duration())
        if text in ("count", "sum"):
            return self.count_atom(text)
        if text == "score":
            return Node("score", relation=self.relation(), number=self.number())
        if text == "persona":
            return self.persona_atom()
        if text in ("is", "in") or text == "reached":
            return self.stage_atom(text)
        if text in self.model.facts:
            return self.fact_atom(text)
        if text in self.model.traits:
            return self.trait_atom(text)
        raise ModelError(f"a condition expected at {text!r}")

    def any_atom(self):
        node = Node("any", links=[self.patterns()])
        while self.take_word("then"):
            node.op = "then"
            node.links.append(self.patterns())
            self.need_word("within")
            node.gaps.append(self.duration())
        if node.op == "any":
            node.window = self.window()
        return node

    def count_atom(self, op):
        node = Node(op)
        if op == "sum":
            kind, node.name = self.next()
            if kind not in ("word", "string"):
                raise ModelError("a property expected")
            self.need_word("of")
        node.links = [self.patterns()]
        node.window = self.window()
        node.relation = self.relation()
        node.number = self.number()
        return node

    def persona_atom(self):
        if self.take_word("known"):
            return Node("persona known")
        self.need_word("is")
        op = "persona is not" if self.take_word("not") else "persona is"
        return Node(op, name=self.need("string"))

    def stage_atom(self, word):
        name = self.need_name()
        if not self.in_grade and name not in [stage.name for stage in self.model.stages]:
            raise ModelError(f"no stage {name} above")
        if word == "in":
            self.need_word("for")
            return Node("in for", name=name, duration=self.duration())
        return Node(word, name=name)

    def fact_atom(self, name):
        if self.take_word("known"):
            return Node("fact known", name=name)
        if self.take_word("unknown"):
            return Node("fact unknown", name=name)
        if self.take_word("is"):
            return Node("fact " + self.need_word("yes", "no", "unknown", "known"), name=name)
        if not self.is_sign(*RELATIONS):
            return Node("fact yes", name=name)
        node = Node("amount", name=name, relation=self.relation())
        kind, text = self.peek(1)
        if self.peek()[0] == "word" or (kind == "word" and (text in UNITS or text.removesuffix("s") in UNITS)):
            node.number = self.duration() / 86400
        else:
            node.number = self.number()
        return node

    def trait_atom(self, name):
        if self.model.traits[name] == "flag" and not self.is_comparison(0) and not self.is_word("not"):
            return Node("trait", compare=Compare(name, "is", [("flag", True)]))
        return Node("trait", compare=self.comparison(name))


def parse_model(text):
    return Parser(text).parse()
