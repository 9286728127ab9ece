"""Statements of the model language written from their trees (docs/models.md, "As a tree"), as a program would that
knows nothing but these."""


def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def number(value):
    return repr(value)


def duration(seconds):
    return "%s minutes" % (seconds // 60 if seconds % 60 == 0 else seconds / 60)


def value(v):
    if isinstance(v, bool):
        return "yes" if v else "no"
    if isinstance(v, dict):
        return v["date"] if "date" in v else duration(v["seconds"])
    return quote(v) if isinstance(v, str) else number(v)


def comparison(node):
    if node["compare"] in ("known", "unknown"):
        return node["compare"]
    if isinstance(node["value"], list):
        return "%s (%s)" % (node["compare"], ", ".join(map(value, node["value"])))
    return node["compare"] + " " + value(node["value"])


def pattern(p):
    text = (
        quote(p["name"]) if "name" in p else p["signal"] if "signal" in p else p["prefix"] + ".*" if "prefix" in p else p["direction"]
    )
    if p["where"]:
        text += " where (%s)" % tree(p["where"])
    return text + (" including machines" if p["machines"] else "")


def patterns(node):
    return ", ".join(map(pattern, node["patterns"]))


def window(node):
    if not node["window"]:
        return ""
    ((word, limit),) = node["window"].items()
    return " %s %s" % (word, duration(limit) if word == "within" else limit)


def chain(node):
    text = patterns(node["chain"][0])
    for link in node["chain"][1:]:
        text += " then %s within %s" % (patterns(link), duration(link["within"]))
    return text


ATOMS = {
    "any": lambda n: "any " + patterns(n) + window(n),
    "no": lambda n: "no " + patterns(n) + window(n),
    "then": lambda n: "any " + chain(n),
    "silent": lambda n: "silent %s for %s" % (patterns(n), duration(n["for"])),
    "count": lambda n: "count " + patterns(n) + window(n) + " " + comparison(n),
    "sum": lambda n: "sum %s of " % quote(n["name"]) + patterns(n) + window(n) + " " + comparison(n),
    "fact": lambda n: n["name"] + " " + comparison(n),
    "trait": lambda n: n["name"] + " " + comparison(n),
    "property": lambda n: quote(n["name"]) + " " + comparison(n),
    "score": lambda n: "score " + comparison(n),
    "persona": lambda n: "persona " + ("known" if n["compare"] == "known" else comparison(n)),
    "reached": lambda n: "reached " + n["name"],
    "is": lambda n: "is " + n["name"],
    "in": lambda n: "in %s for %s" % (n["name"], duration(n["for"])),
    "constant": lambda n: value(n["value"]),
}


def tree(node):
    if node["op"] == "not":
        return "not (%s)" % tree(node["children"][0])
    if node["op"] in ("and", "or"):
        return (" %s " % node["op"]).join("(%s)" % tree(child) for child in node["children"])
    return ATOMS[node["op"]](node)


def statement(s):
    kind, name = s["kind"], s["name"]
    if kind in ("model", "about"):
        return "%s %s" % (kind, quote(name))
    if kind == "half-life":
        return "half-life " + duration(s["seconds"])
    if kind == "trait":
        return "trait %s %s" % (name, s["type"])
    if kind == "signal":
        return "signal %s = %s" % (name, patterns(s))
    if kind == "points":
        text = "points %s %s %s" % (number(s["points"]), s["rule"], patterns(s) if "patterns" in s else tree(s["tree"]))
        return text + (" at most %d per %s" % (s["at_most"], duration(s["per"])) if "at_most" in s else "")
    if kind == "stage":
        text = "stage %s %s %s %s" % (name, quote(s["label"]), "while" if s["while"] else "when", tree(s["tree"]))
        return text + (" until " + tree(s["until"]) if s["until"] else "")
    text = "%s %s" % (kind, quote(name) if kind == "persona" else name)
    if s["tree"]:
        return text + " when " + tree(s["tree"])
    return text + (" otherwise" if kind == "grade" else "")


PLACES = ("from", "to", "line", "column", "end_line", "end_column")


def bare(x):
    """Without places."""
    if isinstance(x, list):
        return [bare(item) for item in x]
    if isinstance(x, dict):
        return {key: bare(item) for key, item in x.items() if key not in PLACES}
    return x


def nodes(x):
    """Everything that has a place."""
    if isinstance(x, list):
        for item in x:
            yield from nodes(item)
    if isinstance(x, dict):
        if "from" in x:
            yield x
        for item in x.values():
            yield from nodes(item)
