"""Random cases of our own: models in every spelling the language allows, histories heavy with odd identities, times,
traits and lines. The same seed gives the same case."""
import json
import random
from dataclasses import dataclass

T0 = 1767225600  # 2026-01-01
GRIDS = {"minutes": (60, 240), "days": (86400, 400)}
DURATIONS = {
    "minutes": ["1 minute", "2 minutes", "5minutes", "10 minutes", "0.5 minute", "30 minutes", "hour", "2 hours"],
    "days": ["day", "7 days", "2 weeks", "1 month", "90 days", "0.5 years", "36 hours", "3 months"],
}
EVENTS = (
    "email.replied email.clicked email.sent page.viewed screen.viewed form.submitted call.answered deal.won "
    "order.placed custom.thing contact.imported consent.given list.added list.left email.bounced stage.assigned "
    "fact.recorded a.b.c"
).split()
QUOTED = ["Demo Requested", "Order Completed", "Signed Up", "Größe erfragt", "Plain", "email.replied", "Deep.Name x"]
FACTS = ["fit", "need", "budget", "authority", "timeline", "pilot"]
STAGES = ["lead", "prospect", "most", "Customer_1", "machines"]
TEXTS = [
    "Author", "author", "Straße", "STRASSE", "Café", "Cafe\u0301", "caf", "12", "12.0", "1e1", " 12", "yes", "No", "true",
    "2026-01-01", "2026-01-01T01:00:00+01:00", "", " ", "x\ty", "größer", "GRÖSSER", "Σίσυφος", "σίσυφοσ", "a\"b\\c", "🙂",
]
NUMBERS = ["0", "1", "2", "3", "12", "-4", "3.5", "0.3", "0.5", "12.0"]
EXPRESSIONS = [
    "^a", "r$", "^(head|chief|author)$", "caf.", "[a-c]+f", "stra(ss|ß)e", "[^a-z]", "[[:digit:]]{2}", "^$|x", "1.0",
    "\\\\.", "o+r?", "(a|b|u){1,3}t", "^[ ]*12$", "É", "[É]",
]
TRAITS = {  # those of the models, with their types
    "title": "text", "company": "text", "industry": "text", "city": "text", "email": "text", "first_name": "text",
    "employees": "number", "income": "number", "seats": "number", "plan": "text", "vip": "flag", "renewal": "date",
}
DATES = ["2026-01-01", "2026-01-01T00:10:00Z", "2026-01-01T02:00:00Z", "2026-02-01", "2026-06-01T12:00:00Z"]


@dataclass
class Case:
    model: str
    files: list  # of bytes
    at: str
    stage: str
    outcome: str
    within: str


def stamp(seconds):
    from values import print_time

    return print_time(seconds)


# What a case leans on. "wide": anything; "hands": few events, many assignments; "score": fading points that meet their
# lines; "long": histories of hundreds of events; "crowd": hundreds of contacts; "plain": clean messages; "bare": few
# events at few moments, in short conditions about events.
PROFILES = ["wide"] * 8 + ["hands"] * 4 + ["score"] * 3 + ["plain"] * 3 + ["bare"] * 4 + ["long", "crowd"]
CLEAN = ("plain", "hands", "score", "long", "bare")
SLOTS = 24
FEW_EVENTS = "email.replied email.sent page.viewed deal.won stage.assigned".split()


class Maker:
    def __init__(self, seed):
        self.random = random.Random(f"sluice {seed}")
        self.profile = self.random.choice(PROFILES)
        self.grid = self.random.choice(list(GRIDS))
        self.large = self.random.random() < 0.2  # numbers of all sizes in one history
        self.tight = self.profile in ("bare", "score", "hands")  # times and durations meet all the time
        self.contacts = {"crowd": 200, "hands": 2, "long": 2}.get(self.profile, 4)
        self.stages_above = 0
        self.derived = set()
        self.personas = []
        self.level = 0  # 0 persona, 1 derived fact, 2 points, 3 stage, 4 grade
        self.signals = []

    def pick(self, *items):
        return self.random.choice(items[0] if len(items) == 1 else items)

    def chance(self, p):
        return self.random.random() < p

    def duration(self):
        if self.tight:
            return f"{self.random.randint(1, 8)} {self.grid}"
        return self.pick(DURATIONS[self.grid])

    def number(self):
        return self.pick(NUMBERS)

    @staticmethod
    def quote(text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    def relation(self):
        return self.pick("<", "<=", ">", ">=", "=", "!=")

    def equal(self, value):
        return self.pick("is ", "is not ", "= ", "!= ") + value

    def event_name(self):
        return self.pick(FEW_EVENTS if self.profile in ("hands", "score", "bare") else EVENTS)

    # --- models
    def text_value(self):
        return self.quote(self.pick([text for text in TEXTS if "\t" not in text]))

    def value_of(self, kind):
        if kind == "text":
            return self.text_value()
        return {"number": self.number(), "flag": self.pick("yes", "no"), "date": self.pick(DATES)}[kind]

    def comparison(self, kind):
        """Behind a trait of that type, or a property."""
        choice = self.random.randrange(7)
        if choice == 0:
            return self.pick("known", "unknown", "is known", "is unknown")
        if choice == 1:
            kinds = [kind] * 3 if kind else ["text", "number", "flag", "date"]
            values = [self.value_of(self.pick(kinds)) for _ in range(self.random.randint(1, 3))]
            return self.pick("in (", "not in (") + ", ".join(values) + ")"
        if choice <= 3:
            return self.equal(self.value_of(kind or self.pick("text", "number", "flag", "date")))
        if kind == "text" or (kind is None and choice == 4):
            if self.chance(0.5):
                return "contains " + self.text_value()
            return 'matches "' + self.pick(EXPRESSIONS) + '"'
        if kind in ("number", "date") or kind is None:
            return self.pick("<", "<=", ">", ">=") + " " + self.value_of(kind or self.pick("number", "date"))
        return self.equal(self.value_of(kind))

    def property(self):
        return self.pick("value", "plan", "channel", "source", "campaign", '"Plan Name"', "stage", "x_1", "link", '"größe"', '"$source"', '"$campaign"')

    def property_comparison(self):
        return self.property() + " " + self.comparison(None)

    def cond(self, depth):
        if depth == 0 or self.chance(0.4):
            return self.property_comparison()
        kind = self.random.randrange(4)
        if kind == 0:
            return "not (" + self.cond(depth - 1) + ")"
        if kind == 1:
            return "not " + self.property_comparison()
        left, right = self.cond(depth - 1), self.cond(depth - 1)
        if self.chance(0.4):
            left = "(" + left + ")"
        return left + self.pick(" and ", " or ") + right

    def pattern(self):
        choice = self.random.random()
        if choice < 0.4:
            text = self.event_name()
        elif choice < 0.6:
            text = self.quote(self.pick(QUOTED))
        elif choice < 0.75:
            text = self.pick("inbound", "outbound", "internal")
        elif choice < 0.85 or not self.signals:
            text = self.pick("email.*", "contact.*", "page.*", "a.b.*", "a.*")
        else:
            text = self.pick(self.signals)
        if self.chance(0.3 if self.profile == "wide" else 0.1):
            kind = self.random.randrange(3)
            text += " where "
            text += self.property_comparison() if kind == 0 else (
                "not " + self.property_comparison() if kind == 1 else "(" + self.cond(2) + ")")
        if self.chance(0.15):
            text += " including machines"
        return text

    def patterns(self):
        found = [self.pattern()]
        while self.chance(0.35):
            found.append(self.pattern())
        return ", ".join(found)

    def date(self):
        if self.profile == "bare":
            return stamp(T0 + GRIDS[self.grid][0] * self.random.randrange(SLOTS))
        return self.pick(DATES)

    def window(self):
        choice = self.random.random()
        if self.profile == "bare" and choice < 0.3:
            return self.pick(" since ", " before ") + self.date()
        if choice < 0.5:
            return " within " + self.duration()
        if choice < 0.65:
            return self.pick(" since ", " before ") + self.pick(DATES)
        return ""

    def event_atom(self):
        kind = self.random.randrange(7)
        if kind <= 1:
            return self.pick("any ", "any ", "no ") + self.patterns() + self.window()
        if kind == 2:
            return "silent " + self.patterns() + " for " + self.duration()
        if kind == 3:
            return f"count {self.patterns()}{self.window()} {self.relation()} {self.pick('0', '1', '2', '3', '1.5')}"
        if kind == 4:
            prop = self.pick("value", "value", "plan", '"Plan Name"')
            return f"sum {prop} of {self.patterns()}{self.window()} {self.relation()} {self.number()}"
        text = "any " + self.patterns()
        for _ in range(self.pick(1, 1, 1, 2, 3)):
            text += f" then {self.patterns()} within {self.duration()}"
        return text

    def trait_atom(self):
        trait = self.pick(list(TRAITS))
        if trait == "vip" and self.chance(0.4):
            return "vip"
        return trait + " " + self.comparison(TRAITS[trait])

    def fact_atom(self):
        fact = self.pick(FACTS)
        if self.level <= 1 and fact in self.derived:
            return self.trait_atom()
        kind = self.random.randrange(6)
        if kind == 0:
            return f"{fact} {self.relation()} {self.number()}"
        if kind == 1:
            return f"{fact} {self.relation()} {self.pick('1 day', '36 hours', '3 months', 'week')}"
        if kind == 2:
            return fact + self.pick(" is yes", " is no", " is unknown")
        if kind == 3:
            return fact + self.pick(" known", " unknown")
        return fact

    def standing_atom(self):
        choice = self.random.random()
        if choice < 0.25 and self.personas and self.level >= 1:
            return self.pick("persona known", "persona is ", "persona is not ")
        if choice < (0.8 if self.profile == "score" else 0.55) and self.level >= 3:
            return f"score {self.pick('<', '<=', '>', '>=')} {self.pick('0', '5', '10', '15', '7.5', '-5', '20')}"
        if self.stages_above and self.level >= 3:
            stage = self.pick(STAGES[: self.stages_above])
            return self.pick(f"reached {stage}", f"is {stage}", f"in {stage} for {self.duration()}")
        return self.pick("yes", "no", "any inbound")

    def expr(self, depth):
        if self.profile in ("bare", "hands"):
            depth = min(depth, self.pick(0, 1))
        if depth == 0 or self.chance(0.3):
            choice = self.random.random()
            if self.profile == "bare" and choice > 0.7:
                choice = self.random.random() / 2
            if self.profile == "score" and self.level >= 3:
                choice = 1 - choice / 3
            if choice < 0.5:
                return self.event_atom()
            if choice < 0.62:
                return self.trait_atom()
            if choice < 0.8:
                return self.fact_atom()
            atom = self.standing_atom()
            if atom in ("persona is ", "persona is not "):
                atom += self.quote(self.pick(self.personas))
            return atom
        kind = self.random.randrange(5)
        if kind == 0:
            return self.pick("not (", "not(") + self.expr(depth - 1) + ")"
        if kind == 1:
            return "not " + self.expr(0)
        left, right = self.expr(depth - 1), self.expr(depth - 1)
        if self.chance(0.4):
            left, right = "(" + left + ")", "(" + right + ")"
        return left + self.pick(" and ", " or ") + right

    def points(self):
        number = self.pick("5", "10", "20", "-5", "2.5", "7")
        kind = self.pick("each", "each", "once", "when")
        if kind == "when":
            self.level = 2
            return f"points {number} when {self.expr(1)}"
        text = f"points {number} {kind} {self.patterns()}"
        if kind == "each" and self.chance(0.5):
            text += f" at most {self.random.randint(1, 3)} per {self.duration()}"
        return text

    def stage(self, i):
        self.level, self.stages_above = 3, i
        text = "stage " + STAGES[i] + " "
        if self.chance(0.4):
            text += self.pick('"Label"', '"Ein \\"Läbel\\" \\\\ so"') + " "
        if self.chance(0.3):
            return text + "while " + self.expr(2)
        text += "when " + self.expr(2)
        return text + " until " + self.expr(1) if self.chance(0.6) else text

    def model(self):
        lines = ["trait seats number", "trait plan text", "trait vip flag", "trait renewal date"]
        if self.chance(0.5):
            lines.append("fact pilot")
        else:
            lines.append("fact pilot when any custom.thing")
            self.derived.add("pilot")
        self.derived |= {fact for fact in FACTS[:5] if self.chance(0.25)}
        if self.chance(0.2) and "budget" not in self.derived:
            lines += ["fact budget", "trait title text"]
        names = self.pick(["Big", "Small"], ["Big"], ["Groß & \\ \"klein\"", "Big", "Big"], [])
        for name in names:
            self.level = 0
            lines.append(f"persona {self.quote(name)} when {self.expr(1)}")
        self.personas = names
        for fact in sorted(self.derived - {"pilot"}):
            self.level = 1
            lines.append(f"fact {fact} when {self.expr(1)}")
        loose = lines  # their order among the others does not matter
        ordered = []
        for i in range(self.random.randint(0, 3)):
            ordered.append(f"signal {['talk', 'busy', 'number'][i]} = {self.patterns()}")
            self.signals.append(["talk", "busy", "number"][i])
        for _ in range(self.random.randint(2 * (self.profile == "score"), 4)):
            loose.append(self.points())
        stages = [self.stage(i) for i in range(self.random.randint(1, 5))]
        self.stages_above = len(stages)
        for _ in range(self.random.randint(0, 3)):
            self.level = 4
            loose.append(f"grade {self.pick('hot', 'warm', 'per')} when {self.expr(1)}")
        if self.chance(0.5):
            loose.append("grade cold otherwise")
        head = []
        if self.chance(0.7):
            head.append('model "' + self.pick("Random", "A \\\"title\\\" – ü") + '"')
        if self.chance(0.3):
            head.append('about "Nothing # in particular"')
        if self.chance(0.7):
            head.append("half-life " + self.duration())
        return self.layout(head + ordered + loose + stages)

    def layout(self, lines):
        """The same in another spelling: comments, blank lines, statements in one line or over several."""
        end = self.pick("\n", "\n", "\n", "\r\n")
        out = "\ufeff" if self.chance(0.05) else ""
        for line in lines:
            if self.chance(0.1):
                out += "# a comment: stage x when \"" + end
            if self.chance(0.1):
                line = line.replace(" and ", " # and so" + end + "   and ")
            if self.chance(0.1):
                line = line.replace(", ", "," + end + "\t")
            out += line + (" " if self.chance(0.1) else self.pick(end, end, end + end, "  # end" + end))
        return out

    # --- histories
    def time(self):
        unit, many = GRIDS[self.grid]
        if self.tight:
            many = SLOTS
        elif self.chance(0.3):
            many //= 10
        seconds = T0 + unit * self.random.randint(0, many)
        if self.chance(0.02 if self.tight else 0.15):
            seconds += self.pick(-1, 1, 30, 59)
        return seconds

    def time_text(self, seconds):
        text = stamp(seconds)
        kind = self.random.randrange(12)
        if kind == 0:
            return text[:-1]
        if kind == 1:
            return text[:-1] + self.pick(".000Z", ".5Z", ".999999Z", ".123")
        if kind == 2:
            return stamp(seconds + 7200)[:-1] + "+02:00"
        if kind == 3:
            return stamp(seconds - 19800)[:-1] + self.pick("-05:30", ".25-05:30")
        return text

    def times(self, line):
        seconds = self.time()
        kind = self.random.random()
        if kind < 0.9:
            line["timestamp"] = self.time_text(seconds)
            if self.chance(0.1):
                line["receivedAt"] = self.time_text(seconds + 100)
        elif kind < 0.95:
            line["receivedAt"] = self.time_text(seconds)
        else:
            line["timestamp"] = self.pick("yesterday", 1767225600, stamp(seconds)[:10], "2026-13-01", "2026-02-30", True)

    def ids(self, line):
        who = self.random.randrange(self.contacts)
        kind = self.random.random()
        if self.profile in CLEAN or kind < 0.5:
            line["userId"] = f"u{who}"
        elif kind < 0.72:
            line["anonymousId"] = f"a{who}"
        elif kind < 0.84:
            line["userId"], line["anonymousId"] = f"u{who}", f"a{self.random.randrange(4)}"
        elif kind < 0.87:
            line["anonymousId"] = f"u{who}"
        elif kind < 0.9:
            line["userId"] = f"a{who}"
        elif kind < 0.94:
            line["userId"], line["anonymousId"] = self.pick("", None), f"a{who}"
        elif kind < 0.96:
            line["userId"] = self.pick("Zoë", "u 5", "\"q\"\n", "é", "~", "U1", "🙂")
        elif kind < 0.97:
            line["userId"] = self.pick(5, {}, True)
        elif kind < 0.98:
            pass
        else:
            line["userId"], line["anonymousId"] = f"u{who}", self.pick("", None, f"u{self.random.randrange(4)}")

    def any_value(self):
        kind = self.random.randrange(10)
        if kind < 5:
            return self.pick(TEXTS)
        if kind < 8:
            return self.pick(0, 1, 2, 3, 12, -4, 3.5, 12.0, 0.5)
        return self.pick(True, False, None, [], [1], {}, {"a": 1})

    def properties(self, name):
        found = {}
        for key in ("value", "revenue", "plan", "channel", "source", "campaign", "Plan Name", "stage", "x_1", "link", "größe", "$source", "$campaign"):
            if self.chance(0.2):
                found[key] = self.any_value()
        if self.chance(0.2):
            found["value"] = self.pick(0, 1, 2, 3, 3.5)
        if self.large and self.chance(0.3):
            found["value"] = self.pick(0.3, 1e9, -1e9, 123456789.01, 1e15, -1e15)
        if self.chance(0.12):
            found["machine"] = self.pick(True, True, False, "no", None)
        if self.chance(0.12):
            found["direction"] = self.pick("inbound", "outbound", "internal", "Inbound", None, 1)
        if name == "fact.recorded":
            found["fact"] = self.pick(FACTS + ["Fit", "nothing"])
            if self.chance(0.8):
                found["answer"] = self.pick("yes", "no", "unknown", "true", "false", True, False, "perhaps", None, "Yes")
            if self.chance(0.4):
                found["amount"] = self.pick(0, 1, 3, 12, 90, "7", "x", None, -4, 3.5)
        if name == "stage.assigned":
            found["stage"] = self.pick(STAGES[: self.stages_above] * 3 + ["none", "nowhere", "Lead", None, 1])
        return found

    def traits(self):
        found = {}
        for _ in range(self.random.randint(0, 4)):
            key = self.pick(
                "title", "Title", "jobTitle", "job_title", "Job Title", "position", "company", "Company", "industry",
                "employees", "Employees", "city", "City", "email", "firstName", "First Name", "first-name", "first_name",
                "seats", "plan", "vip", "VIP", "renewal", "income", "name", "address", "address", "company", "website",
            )
            found.pop(key, None)
            if key == "address":
                found[key] = self.pick({"city": "Berlin"}, {"city": None}, {"country": "DE", "city": "Bonn"}, "Bonn", {})
            elif key == "company" and self.chance(0.6):
                found[key] = self.pick(
                    {"name": "Acme", "employees": 12}, {"industry": "Author"}, {}, {"name": None},
                    {"name": "Beta", "industry": "publishing", "employees": "many"},
                )
            elif key in ("vip", "VIP"):
                found[key] = self.pick(True, False, "yes", "No", "TRUE", 1, None, "maybe")
            elif key in ("employees", "seats", "income", "Employees"):
                found[key] = self.pick(1, 2, 3, 12, "12", " 12", "many", None, "", 3.5, True)
            elif key == "renewal":
                found[key] = self.pick("2026-01-01", "2026-02-01T00:00:00Z", "2026-01-01T02:00:00+02:00", "soon", 20260101)
            else:
                found[key] = self.any_value()
        return found

    def message(self, number):
        kind = self.random.random()
        if self.profile in CLEAN:
            kind = 0.1 + 0.9 * kind
        line = {}
        if kind < 0.08:
            line["type"] = "alias"
            line["previousId"] = self.pick("u", "u", "a") + str(self.random.randrange(4))
            line["userId"] = self.pick("u", "u", "u", "a") + str(self.random.randrange(4))
            if self.chance(0.2):
                line["anonymousId"] = f"a{self.random.randrange(4)}"
            if self.chance(0.05):
                del line["previousId"]
        elif kind < 0.2:
            line["type"] = self.pick("identify", "identify", "group")
            self.ids(line)
            line["traits"] = self.traits()
        elif kind < 0.28:
            line["type"] = self.pick("page", "screen")
            self.ids(line)
            line["properties"] = self.properties("page.viewed")
        elif kind < 0.3:
            return {"type": "unalias", "messageId": f"m{self.random.randrange(number + 5)}"}
        else:
            line["type"] = "track"
            self.ids(line)
            name = self.pick(self.event_name(), self.pick(QUOTED), "fact.recorded", self.event_name())
            if self.profile in ("hands", "score", "long", "bare") and name != "fact.recorded":
                name = self.event_name()
            if self.hands and self.chance(0.3 if self.profile == "hands" else 0.15):
                name = "stage.assigned"
            elif not self.hands and name == "stage.assigned":
                name = "deal.won"
            line["event"] = name
            line["properties"] = self.properties(name)
            if self.chance(0.1):
                line["context"] = self.pick(
                    {"campaign": {"source": "Author", "name": "12"}}, {"campaign": "x"}, {}, {"campaign": {"name": None}})
        self.times(line)
        if self.chance(0.85):
            line["messageId"] = f"m{self.random.randrange(number + 1) if self.chance(0.08) else number}"
        elif self.chance(0.3):
            line["messageId"] = self.pick("", None)
        return line

    def line(self, number):
        if self.chance(0.03):
            return self.pick(
                "", "  ", "nonsense", "[1]", "{", '{"type":"track"}', "null", '"x"',
                '{"type":"track","userId":"u1","timestamp":"2026-01-01","messageId":"m1"}',
                '{"type":"blob","userId":"u1","timestamp":"2026-01-01"}',
                '{"userId":"u1","timestamp":"2026-01-01","event":"email.replied"}',
                '{"type":"track","userId":"u1","timestamp":"2026-01-01","event":"email.replied"} x',
                '{"type":"track","userId":"u1","timestamp":"2026-01-01","event":""}',
            )
        message = list(self.message(number).items())
        self.random.shuffle(message)
        return json.dumps(dict(message), ensure_ascii=self.chance(0.3), separators=self.pick([(",", ":"), (", ", ": ")]))

    def file(self, first, count):
        end = self.pick("\n", "\n", "\r\n")
        text = end.join(self.line(first + i) for i in range(count))
        if self.chance(0.8):
            text += end
        return (b"\xef\xbb\xbf" if text and self.chance(0.05) else b"") + text.encode("utf-8")

    def case(self):
        model = self.model()
        self.hands = self.profile == "hands" or self.chance(0.3)
        files, first = [], 0
        for _ in range(self.pick(1, 1, 1, 2, 3)):
            count = self.random.randint(0, {"long": 250, "crowd": 500}.get(self.profile, 30))
            files.append(self.file(first, count))
            first += count
        unit, many = GRIDS[self.grid]
        at = T0 + unit * self.random.randint(0, int(1.5 * many))
        at_text = stamp(at)[:10] if self.grid == "days" else stamp(at)
        return Case(
            model, files, at_text, self.pick(STAGES[: self.stages_above]), self.pick("deal.won", "Order Completed", "order.placed", "Plain"),
            self.duration(),
        )


def make(seed):
    return Maker(seed).case()
