// The clock of an item against what was promised.
import type { Text } from "../../text";

export type Kind = "answer" | "handover" | "hot" | "task" | "deal";
export type Tone = "plain" | "warn" | "danger";

interface Waiting {
    kind: Kind;
    since: string;
    due: string | null;
    overdue: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// "47 min", "1 h 20", "16 h", "2 days".
export function span(text: Text, milliseconds: number): string {
    const words = text.today.clock;
    const minutes = Math.max(1, Math.round(milliseconds / MINUTE));
    if (minutes < 60) return words.minutes(minutes);
    if (milliseconds < 6 * HOUR) return words.hours(Math.floor(minutes / 60), minutes % 60);
    if (milliseconds < 2 * DAY) return words.hours(Math.round(milliseconds / HOUR), 0);
    return words.days(Math.floor(milliseconds / DAY));
}

export function clock(
    text: Text,
    item: Waiting,
    when: (iso: string) => string,
    now = Date.now(),
): { words: string; tone: Tone } {
    const words = text.today.clock;
    const waited = span(text, now - Date.parse(item.since));
    if (item.kind === "task")
        return { words: item.due ? when(item.due) : "", tone: item.overdue ? "danger" : "plain" };
    if (item.kind === "hot")
        return { words: waited, tone: now - Date.parse(item.since) >= DAY ? "warn" : "plain" };
    if (item.kind === "deal" || !item.due) return { words: waited, tone: "warn" };
    const left = Date.parse(item.due) - now;
    const promised = Date.parse(item.due) - Date.parse(item.since);
    const tone = left < 0 ? "danger" : left < promised / 4 ? "warn" : "plain";
    if (item.kind === "answer") return { words: waited, tone };
    return { words: left < 0 ? words.over(span(text, -left)) : words.left(span(text, left)), tone };
}

// Choices for later, in the reader's time.
export function laterTimes(now = new Date()): Record<"hour" | "tomorrow" | "monday" | "week", Date> {
    const morning = (days: number) =>
        new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 8, 0, 0);
    return {
        hour: new Date(now.getTime() + HOUR),
        tomorrow: morning(1),
        monday: morning((8 - now.getDay()) % 7 || 7),
        week: morning(7),
    };
}

export function rfc3339(time: Date): string {
    return time.toISOString().replace(/\.\d+/, "");
}
