// Spans of time as the API has them ("3 days") and as people say them.
import type { MailText } from "../../text/mail";

export const UNITS = ["minutes", "hours", "days", "weeks"] as const;
export type Unit = (typeof UNITS)[number];
export interface Span {
    n: number;
    unit: Unit;
}

export function spanOf(said: string | null | undefined): Span | null {
    const found = /^\s*(\d+)\s*(minute|hour|day|week)s?\s*$/.exec(said ?? "");
    return found ? { n: Number(found[1]), unit: `${found[2]}s` as Unit } : null;
}

export function asSpan({ n, unit }: Span): string {
    return `${n} ${n === 1 ? unit.slice(0, -1) : unit}`;
}

export function saySpan(text: MailText, said: string | null | undefined): string {
    const span = spanOf(said);
    return span ? text.campaigns.said[span.unit](span.n) : (said ?? "");
}
