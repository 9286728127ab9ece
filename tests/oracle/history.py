"""Messages read, and given to contacts: from NDJSON lines to each contact's list of events."""
import json
import re
from dataclasses import dataclass, field

from values import SEGMENT_NAMES, Number, as_flag, is_set, parse_time

OUTBOUND = set(
    "email.sent email.delivered sms.sent sms.delivered linkedin.messaged social.messaged call.attempted letter.sent "
    "offer.sent ad.shown".split()
)
INTERNAL = {"list.added", "email.bounced", "sms.bounced"}
INTERNAL_PREFIXES = ("contact.", "fact.", "stage.", "sales.", "deal.", "task.", "note.", "owner.", "consent.")
DEEPEST = 64


class BadLine(Exception):
    pass


@dataclass
class Message:
    log: int  # position: the number of its line, over all files
    kind: str
    time: int = None
    id: str = None
    user: str = None
    anonymous: str = None
    previous: str = None
    name: str = None  # of an event; identify and group have none
    properties: dict = field(default_factory=dict)
    traits: dict = field(default_factory=dict)
    campaign: dict = field(default_factory=dict)

    @property
    def evidence(self):
        return self.id if self.id is not None else f"line:{self.log}"

    @property
    def direction(self):
        said = self.properties.get("direction")
        if said in ("inbound", "outbound", "internal") and not isinstance(said, Number):
            return said
        if self.name in OUTBOUND:
            return "outbound"
        if self.name in INTERNAL or self.name.startswith(INTERNAL_PREFIXES):
            return "internal"
        return "inbound"

    @property
    def machine(self):
        return as_flag(self.properties.get("machine")) is True

    def property(self, key):
        value = self.properties.get(key)
        if value is not None:
            return value
        if key == "value":
            return self.properties.get("revenue")
        if key == "channel" and "." in self.name:
            return self.name.split(".")[0]
        if key == "source":
            return self.campaign.get("source")
        if key == "campaign":
            return self.campaign.get("name")
        return None


# --- one line


def refuse_constant(name):
    raise BadLine(name)


def depth(value):
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


def id_of(line, key):
    value = line.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or isinstance(value, Number):
        raise BadLine(key + " is no text")
    return value


def object_of(value):
    return value if isinstance(value, dict) else {}


def time_of(line):
    for key in ("timestamp", "receivedAt"):
        value = line.get(key)
        if is_set(value):
            time = parse_time(value) if isinstance(value, str) and not isinstance(value, Number) else None
            if time is None:
                raise BadLine("a time that cannot be read")
            return time
    raise BadLine("no time")


def read_line(text, log):
    try:
        # Half a surrogate pair stands for no character.
        text = re.sub(r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}",
                      lambda found: "\\ufffd" if len(found[0]) == 6 else found[0], text)
        line = json.loads(text, parse_int=Number, parse_float=Number, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadLine(str(error)) from None
    if not isinstance(line, dict) or depth(line) > DEEPEST:
        raise BadLine("no JSON object")
    kind = line.get("type")
    message = Message(log, kind, id=id_of(line, "messageId"))
    if kind == "unalias":
        if message.id is None:
            raise BadLine("unalias without messageId")
        return message
    if kind not in ("track", "page", "screen", "identify", "group", "alias"):
        raise BadLine("unknown type")
    message.user, message.anonymous = id_of(line, "userId"), id_of(line, "anonymousId")
    message.time = time_of(line)
    if kind == "alias":
        message.previous = id_of(line, "previousId")
        if message.user is None or message.previous is None:
            raise BadLine("an alias without both ids")
        return message
    if message.user is None and message.anonymous is None:
        raise BadLine("no id")
    if kind == "track":
        name = id_of(line, "event")
        if name is None:
            raise BadLine("no event")
        message.name = SEGMENT_NAMES.get(name, name)
    elif kind in ("page", "screen"):
        message.name = kind + ".viewed"
    message.properties = object_of(line.get("properties"))
    message.campaign = object_of(object_of(line.get("context")).get("campaign"))
    if kind in ("identify", "group"):
        message.traits = object_of(line.get("traits"))
    return message


def read_files(files):
    """The messages of all files (contents as bytes), and the numbers of the bad lines."""
    messages, bad, log = [], [], 0
    for content in files:
        content = content.removeprefix(b"\xef\xbb\xbf")
        lines = content.split(b"\n")
        if lines[-1] == b"":
            lines.pop()
        for raw in lines:
            log += 1
            if not raw.strip(b" \t\r\n"):
                continue
            try:
                messages.append(read_line(raw.decode("utf-8"), log))
            except (BadLine, UnicodeDecodeError):
                bad.append(log)
    return messages, bad


# --- traits


def snake(key):
    """firstName, First Name, first-name, companyURL -> snake_case"""
    key = re.sub(r"[- ]+", "_", key.strip("- "))
    key = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key)
    key = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])", "_", key)
    return key.lower()


def traits_of(message, known):
    """The traits (of those the model knows) that a message sets, with their values; None empties one."""
    ranked = {}  # trait: (rank, value); the higher rank wins, of equal ranks the later one

    def put(trait, rank, value):
        if trait in known and (trait not in ranked or rank >= ranked[trait][0]):
            ranked[trait] = (rank, value)

    group = message.kind == "group"
    for key, value in message.traits.items():
        name = key if key in known else snake(key)
        if name not in known:  # a trait's name in the model may be spelled like a key: companyUrl
            name = next((trait for trait in known if snake(trait) == name), name)
        if group and name in known and name not in ("company", "industry", "employees", "website") and not known[name]:
            continue
        if name == "company" and isinstance(value, dict):
            for inner, trait in (("name", "company"), ("industry", "industry"), ("employees", "employees")):
                for said in [said for said in value if snake(said) == inner]:
                    own = 3 if key == name else 2
                    put(trait, own if trait == name else 0.5, value[said])
        elif name == "address" and isinstance(value, dict) and not group:
            for inner in ("city", "country"):
                for said in [said for said in value if snake(said) == inner]:
                    put(inner, 0.5, value[said])
        elif group and name == "name":
            put("company", 1, value)
        if name in ("job_title", "position") and not group:
            put("title", 1 if name == "job_title" else 0.5, value)
        if not (name == "company" and isinstance(value, dict)):
            put(name, 3 if key == name else 2, value)
    return {trait: value for trait, (_, value) in ranked.items()}


# --- identity


def contacts_of(messages, at):
    """name: its events in order of history, of what had been seen by then."""
    ended = {message.id for message in messages if message.kind == "unalias"}
    seen_ids, log = set(), []
    for message in messages:
        if message.kind == "unalias":
            continue
        if message.id is not None:
            if message.id in seen_ids:
                continue
            seen_ids.add(message.id)
        if message.kind == "alias" and message.id in ended:
            continue
        if message.time <= at:
            log.append(message)

    users = []  # in the order of the log
    for message in log:
        if message.user is not None and message.user not in users:
            users.append(message.user)

    owner = {}  # anonymousId: the first userId seen with it
    group = {user: {user} for user in users}  # userId: all that are the same contact
    for message in log:
        if message.kind == "alias":
            if message.previous not in group:
                owner.setdefault(message.previous, message.user)
            else:
                joined = group[message.previous] | group[message.user]
                for user in joined:
                    group[user] = joined
        elif message.user is not None and message.anonymous is not None:
            owner.setdefault(message.anonymous, message.user)

    contacts = {}
    for message in log:
        if message.kind == "alias":
            continue
        user = message.user or owner.get(message.anonymous, message.anonymous)
        name = min(group[user], key=users.index) if user in group else user
        contacts.setdefault(name, []).append(message)
    for events in contacts.values():
        events.sort(key=lambda event: (event.time, event.log))
    return contacts
