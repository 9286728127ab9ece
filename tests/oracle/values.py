"""Values as the contract reads them: times, numbers, texts, flags, and the comparisons of traits and properties."""
import re
import unicodedata
from datetime import date

SEGMENT_NAMES = {
    "Product Added": "cart.added",
    "Product Removed": "cart.removed",
    "Cart Viewed": "cart.viewed",
    "Checkout Started": "checkout.started",
    "Order Completed": "order.placed",
    "Order Refunded": "order.refunded",
    "Coupon Applied": "coupon.redeemed",
    "Product Viewed": "product.viewed",
    "Product Shared": "social.shared",
    "Email Delivered": "email.delivered",
    "Email Opened": "email.opened",
    "Email Link Clicked": "email.clicked",
    "Email Bounced": "email.bounced",
    "Email Marked as Spam": "email.complained",
    "Unsubscribed": "list.unsubscribed",
    "Signed Up": "account.created",
    "Signed In": "account.signed_in",
    "Trial Started": "trial.started",
    "Trial Ended": "trial.ended",
}


class Number(str):
    """A number of a JSON text, spelled as it stands there."""


JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.A)
ZONE = r"(Z|z|[-+][0-9]{2}(?::?[0-9]{2})?)?"
TIMES = [  # ISO 8601, extended and basic
    re.compile(
        r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?" + ZONE + ")?", re.A
    ),
    re.compile(
        r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[Tt]([0-9]{2})([0-9]{2})(?:([0-9]{2})(?:[.,][0-9]+)?)?" + ZONE + ")?", re.A
    ),
]


def parse_time(text):
    """Seconds since 1970, or None."""
    found = TIMES[0].fullmatch(text) or TIMES[1].fullmatch(text)
    if not found:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups()[3:6])
    try:
        day = date(*map(int, found.groups()[:3])).toordinal() - 719163
    except ValueError:
        return None
    if minute > 59 or second > 60 or hour > 24 or (hour == 24 and (minute or second)):
        return None
    offset, zone = 0, found[7]
    if zone and zone not in "Zz":
        digits = zone[1:].replace(":", "")
        if int(digits[:2]) > 23 or int(digits[2:] or 0) > 59:
            return None
        offset = int(digits[:2]) * 3600 + int(digits[2:] or 0) * 60
        offset = -offset if zone[0] == "-" else offset
    return day * 86400 + hour * 3600 + minute * 60 + second - offset


def print_time(seconds):
    days, rest = divmod(seconds, 86400)
    return f"{date.fromordinal(days + 719163)}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}Z"


def fold(text):
    return unicodedata.normalize("NFC", text).casefold()


def is_set(value):
    return value is not None and value != ""


def as_number(value):
    if isinstance(value, Number):
        return float(value)
    if isinstance(value, str) and JSON_NUMBER.fullmatch(value):
        return float(value)
    return None


def as_text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value != "":
        return str(value)
    return None


def as_flag(value):
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and not isinstance(value, Number):
        return {"true": True, "yes": True, "false": False, "no": False}.get(value.lower())
    return None


def as_date(value):
    if isinstance(value, str) and not isinstance(value, Number):
        return parse_time(value)
    return None


READ = {"number": as_number, "text": as_text, "flag": as_flag, "date": as_date}


def equals(value, kind, wanted):
    """None if the value cannot be read as that kind."""
    read = READ[kind](value) if is_set(value) else None
    if read is None:
        return None
    return fold(read) == fold(wanted) if kind == "text" else read == wanted


def relate(left, relation, right):
    return {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
        "=": left == right,
        "!=": left != right,
    }[relation]


def relate_nearly(left, relation, right):
    """For scores and sums, where the last digits decide nothing."""
    if abs(left - right) <= 1e-9 * max(1.0, abs(right)):
        left = right
    return relate(left, relation, right)


def compare(value, wish):
    """Whether a value of a message compares as wished for."""
    if wish.op == "known":
        return is_set(value)
    if wish.op == "unknown":
        return not is_set(value)
    if wish.op in ("in", "not in"):
        inside = any(equals(value, kind, wanted) for kind, wanted in wish.values)
        return inside == (wish.op == "in")
    kind, wanted = wish.values[0]
    if wish.op in ("is", "="):
        return equals(value, kind, wanted) is True
    if wish.op == "is not":
        return equals(value, kind, wanted) is not True
    if wish.op == "!=":
        return equals(value, kind, wanted) is False
    read = READ[kind](value) if is_set(value) else None
    if read is None:
        return False
    if wish.op == "contains":
        return fold(wanted) in fold(read)
    if wish.op == "matches":
        return bool(regex(wanted).search(lower(unicodedata.normalize("NFC", read))))
    return relate(read, wish.op, wanted)


# --- regular expressions: letters are compared by simple case folding, so both sides are folded


def lower(text):
    def fold_one(c):
        upper = c.upper() if len(c.upper()) == 1 and c != "\u0131" else c
        return upper.lower() if len(upper.lower()) == 1 else upper.lower()[0]

    return "".join(map(fold_one, text))


def chars_of(*categories):
    """A bracket expression of all characters, in lower case, of these categories or beginnings of them."""
    found = {lower(chr(c)) for c in range(0x20000) if unicodedata.category(chr(c)).startswith(categories)}
    return "[" + re.escape("".join(sorted(found))) + "]"


CASED = chars_of("Lu", "Ll", "Lt")
CLASSES = {
    "digit": "[0-9]",
    "xdigit": "[0-9a-f]",
    "alpha": r"[^\W\d_]",
    "alnum": r"[^\W_]",
    "space": r"\s",
    "blank": "[ \\t\u00a0]",
    "upper": CASED,
    "lower": CASED,
    "punct": chars_of("P", "S"),
    "cntrl": "[\\x00-\\x1f\\x7f]",
}
EXPRESSIONS = {}


def bracket(text, at):
    """The bracket expression at text[at], as Python; and where it ends."""
    at += 1
    negated = text[at] == "^"
    at += negated
    parts, chars, first = [], set(), True
    while text[at] != "]" or first:
        first = False
        if text.startswith("[:", at):
            end = text.index(":]", at)
            parts.append(CLASSES[text[at + 2 : end]])
            at = end + 2
            continue
        at += text[at] == "\\"
        low, at = text[at], at + 1
        high = low
        if text[at] == "-" and text[at + 1] != "]":
            at += 1
            at += text[at] == "\\"
            high, at = text[at], at + 1
        chars.update(lower(chr(c)) for c in range(ord(low), ord(high) + 1))
    if chars:
        parts.append("[" + re.escape("".join(sorted(chars))) + "]")
    together = "(?:" + "|".join(parts) + ")"
    return (f"(?:(?!{together}).)" if negated else together), at + 1


def regex(text):
    if text not in EXPRESSIONS:
        normal, out, at = unicodedata.normalize("NFC", text), "", 0
        while at < len(normal):
            c = normal[at]
            if c == "[":
                part, at = bracket(normal, at)
                out += part
                continue
            if c == "\\":
                at += 1
                out += re.escape(normal[at])
            elif c in "$^":
                out += r"\Z" if c == "$" else r"\A"
            else:
                out += c if c in ".*+?(){}|," or c.isdigit() else re.escape(lower(c))
            at += 1
        EXPRESSIONS[text] = re.compile(out, re.DOTALL)
    return EXPRESSIONS[text]
