// Events as people say them. What an event is called stands in the texts; names nobody has put into words are
// shown readable.
import {
    IconArrowBackUp,
    IconArrowsExchange,
    IconBasket,
    IconBrandLinkedin,
    IconCalendarEvent,
    IconCircleDot,
    IconClick,
    IconCoin,
    IconDeviceMobileMessage,
    IconFlag,
    IconForms,
    IconHeartHandshake,
    IconId,
    IconMail,
    IconMailOpened,
    IconMessage,
    IconNote,
    IconPhone,
    IconPlayerPlay,
    IconRobot,
    IconSend,
    IconShare,
    IconSquareCheck,
    IconTicket,
    IconUser,
    IconUsers,
    IconWallet,
    IconWorld,
    type TablerIcon,
} from "@tabler/icons-react";
import type { Schemas } from "../../api/client";
import { factLabel } from "../../language/words";
import type { Text } from "../../text";
import { upper } from "./say";

export type Happening = Schemas["Event"];

const BY_NAME: Record<string, TablerIcon> = {
    "email.replied": IconArrowBackUp,
    "email.opened": IconMailOpened,
    "email.clicked": IconClick,
    "email.sent": IconSend,
    "sms.clicked": IconClick,
    "fact.recorded": IconWallet,
    "event.met": IconHeartHandshake,
    "letter.sent": IconMail,
    "linkedin.messaged": IconBrandLinkedin,
    "stage.assigned": IconFlag,
    "owner.assigned": IconUser,
    "page.viewed": IconWorld,
};

const BY_CHANNEL: Record<string, TablerIcon> = {
    account: IconUser,
    asset: IconForms,
    call: IconPhone,
    cart: IconBasket,
    chat: IconMessage,
    checkout: IconBasket,
    contact: IconId,
    coupon: IconTicket,
    deal: IconCoin,
    email: IconMail,
    form: IconForms,
    linkedin: IconBrandLinkedin,
    list: IconUsers,
    meeting: IconCalendarEvent,
    note: IconNote,
    offer: IconTicket,
    order: IconBasket,
    page: IconWorld,
    product: IconBasket,
    referral: IconHeartHandshake,
    sales: IconArrowsExchange,
    sms: IconDeviceMobileMessage,
    social: IconShare,
    task: IconSquareCheck,
    trial: IconPlayerPlay,
    webinar: IconCalendarEvent,
};

export function eventIcon(event: Pick<Happening, "name" | "machine" | "type">): TablerIcon {
    if (event.machine) return IconRobot;
    if (!event.name) return event.type === "group" ? IconUsers : IconId;
    return BY_NAME[event.name] ?? BY_CHANNEL[event.name.split(".")[0] ?? ""] ?? IconCircleDot;
}

function textOf(properties: Record<string, unknown>, ...names: string[]): string | undefined {
    for (const name of names) {
        const value = properties[name];
        if (typeof value === "string" && value.trim()) return value;
        if (typeof value === "number") return String(value);
    }
    return undefined;
}

// "demo.requested" → "Demo requested", "Demo Requested" as it is.
export function readable(name: string): string {
    return upper(name.replace(/[._]+/g, " ").trim());
}

export function eventName(text: Text, name: string): string {
    return (text.contact.events as Record<string, string>)[name] ?? readable(name);
}

export function factName(text: Text, fact: string): string {
    return upper(factLabel(text, fact));
}

// What of the event tells it apart from others of its name: subject, page, form …
function subject(text: Text, event: Happening): string | undefined {
    const p = event.properties as Record<string, unknown>;
    if (event.name === "fact.recorded") return answerOf(text, p);
    if (event.name === "note.added") return undefined;
    return textOf(
        p,
        "subject",
        "form",
        "title",
        "path",
        "asset",
        "link",
        "product",
        "plan",
        "network",
        "list",
        "stage",
        "campaign",
        "name",
        "value",
    );
}

export function answerOf(text: Text, fact: Record<string, unknown>): string {
    const amount = fact.amount;
    if (typeof amount === "number")
        return fact.fact === "timeline"
            ? text.contact.inDays(String(amount))
            : amount.toLocaleString(text.words.locale);
    const answer = String(fact.answer ?? "unknown");
    return (text.contact.answers as Record<string, string>)[answer] ?? answer;
}

export function eventTitle(text: Text, event: Happening): { what: string; about?: string } {
    if (!event.name) return { what: event.type === "group" ? text.contact.group : text.contact.identify };
    const fact = (event.properties as { fact?: unknown }).fact;
    const what =
        event.name === "fact.recorded" && typeof fact === "string"
            ? factName(text, fact)
            : eventName(text, event.name);
    return { what, about: subject(text, event) };
}

// What was said: the text of a note, a message, a reason.
export function eventBody(event: Happening): string | undefined {
    return textOf(event.properties as Record<string, unknown>, "text", "body", "message", "note", "reason");
}

export function eventBy(event: Happening): string | undefined {
    const by = textOf(event.properties as Record<string, unknown>, "by");
    return by && !/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(by) ? by : undefined; // an API key has no name to show
}

// Who it came from: them, us, or a line of the books.
export type Side = "theirs" | "ours" | "books";
export function sideOf(event: Pick<Happening, "direction">): Side {
    return event.direction === "inbound" ? "theirs" : event.direction === "outbound" ? "ours" : "books";
}

// The send and the conversation that an event about a mail names.
export function mailOf(event: Happening): { send?: string; conversation?: string } | undefined {
    if (!event.name || !/^(email|list)\./.test(event.name)) return undefined;
    const properties = event.properties as Record<string, unknown>;
    const id = (name: string) => {
        const value = properties[name];
        return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
    };
    const send = id("send");
    const conversation = id("conversation");
    return send || conversation ? { send, conversation } : undefined;
}
