// Numbers, times and names as people say them.
import { type Language, type Text, useLanguage, useText } from "../text";

const DAY = 86_400_000;

// Making one takes as long as a hundred uses, and lists use them for every row.
const made = new Map<string, Intl.DateTimeFormat>();
function times(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = language + JSON.stringify(options);
    const known = made.get(key) ?? new Intl.DateTimeFormat(language, options);
    made.set(key, known);
    return known;
}

export function number(language: string, value: number, digits = 0): string {
    return value.toLocaleString(language, { maximumFractionDigits: digits }).replace("-", "−");
}

export function percent(language: string, share: number): string {
    return share.toLocaleString(language, { style: "percent", maximumFractionDigits: 1 });
}

// +112, −83, 0.
export function signed(language: string, value: number): string {
    return `${value > 0 ? "+" : ""}${number(language, value)}`;
}

function dayStart(time: Date): number {
    return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}

// "47 min", "today 08:55", "Tue", "12 Mar", "12 Mar 2025".
export function when(text: Text, language: string, iso: string, now = new Date()): string {
    const time = new Date(iso);
    const clock = () => times(language, { hour: "2-digit", minute: "2-digit" }).format(time);
    const minutes = Math.round((now.getTime() - time.getTime()) / 60_000);
    const days = Math.round((dayStart(now) - dayStart(time)) / DAY);
    if (minutes === 0) return text.shell.time.now;
    if (minutes > 0 && minutes < 60) return text.shell.time.minutes(minutes);
    if (days === 0) return text.shell.time.today(clock());
    if (days === 1) return text.shell.time.yesterday(clock());
    if (days > 0 && days < 7) return times(language, { weekday: "short" }).format(time);
    return times(language, {
        day: "numeric",
        month: "short",
        year: time.getFullYear() === now.getFullYear() ? undefined : "numeric",
    }).format(time);
}

// "12 March 2026".
export function day(language: string, iso: string): string {
    return new Date(iso).toLocaleDateString(language, { day: "numeric", month: "long", year: "numeric" });
}

// As <input type="datetime-local"> has it.
export function localTime(time: Date): string {
    return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

// "2026-03-12": the day that it is here.
export function localDay(time: Date): string {
    return localTime(time).slice(0, 10);
}

// With zone, for tooltips.
export function fullTime(language: string, iso: string): string {
    return times(language, { dateStyle: "full", timeStyle: "long" }).format(new Date(iso));
}

// With the reader's region, where the browser says one of this language: "12 Mar" or "Mar 12".
export function localeOf(language: Language): string {
    return navigator.languages.find((one) => one.slice(0, 2) === language) ?? language;
}

export function useFormat() {
    const text = useText();
    const language = localeOf(useLanguage());
    return {
        number: (value: number, digits?: number) => number(language, value, digits),
        percent: (share: number) => percent(language, share),
        signed: (value: number) => signed(language, value),
        when: (iso: string) => when(text, language, iso),
        day: (iso: string) => day(language, iso),
        // "24 November, 09:00"
        moment: (iso: string) =>
            new Date(iso).toLocaleString(language, {
                day: "numeric",
                month: "long",
                hour: "2-digit",
                minute: "2-digit",
            }),
        fullTime: (iso: string) => fullTime(language, iso),
        // "Ana Ferreira", else the address, else "Somebody".
        name: (person: { name?: string | null; email?: string | null }) =>
            person.name || person.email || text.shell.unknownPerson,
    };
}
