// The timeline's rows: a head for each day, events, changes of the stage where they happened. Events of one kind
// that follow each other on a day (pages viewed, mails opened) are one row.
import type { Happening } from "./events";
import type { Change } from "./history";

export type Row =
    | { kind: "day"; key: string; time: string }
    | { kind: "events"; key: string; events: Happening[] }
    | { kind: "change"; key: string; change: Change };

const RUNS = new Set(["page.viewed", "screen.viewed", "product.viewed", "email.opened", "social.liked"]);

function dayOf(time: string): string {
    return new Date(time).toDateString();
}

function joins(row: Row | undefined, event: Happening): boolean {
    if (row?.kind !== "events" || !event.name || !RUNS.has(event.name)) return false;
    const last = row.events.at(-1);
    return (
        last?.name === event.name &&
        last.machine === event.machine &&
        dayOf(last.time) === dayOf(event.time) &&
        row.events.length < 20
    );
}

// events and changes: the newest first. complete: nothing older is still to be loaded, so older changes show, too.
export function rowsOf(events: Happening[], changes: Change[], complete: boolean): Row[] {
    const rows: Row[] = [];
    let day = "";
    let next = 0;
    const head = (time: string) => {
        if (dayOf(time) === day) return;
        day = dayOf(time);
        rows.push({ kind: "day", key: `day ${day}`, time });
    };
    // A change stands above the event that caused it.
    const changesFrom = (time: string | null) => {
        for (; next < changes.length; next++) {
            const change = changes[next];
            if (!change || (time && change.at < time)) return;
            head(change.at);
            rows.push({ kind: "change", key: `change ${change.at} ${change.to}`, change });
        }
    };
    for (const event of events) {
        changesFrom(event.time);
        head(event.time);
        const last = rows.at(-1);
        if (last?.kind === "events" && joins(last, event)) last.events.push(event);
        else rows.push({ kind: "events", key: event.id, events: [event] });
    }
    if (complete) changesFrom(null);
    return rows;
}
