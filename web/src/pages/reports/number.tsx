// A number of contacts that opens them.
import type { ReactNode } from "react";
import { Link, useSearchParams } from "react-router";
import { localeOf, useFormat } from "../../shell/format";
import { useLanguage, useText } from "../../text";
import type { Every } from "./data";

export function Count(props: {
    value: number;
    contacts: string | null | undefined;
    what: string; // of what, for readers
    className?: string;
    children?: ReactNode; // what is shown instead of the number
}) {
    const text = useText();
    const format = useFormat();
    const [params] = useSearchParams();
    const shown = props.children ?? format.number(props.value);
    const day = params.get("day");
    if (!props.contacts || !props.value)
        return <span className={`num ${props.className ?? ""}`}>{shown}</span>;
    return (
        <Link
            to={`/contacts?${props.contacts}${day ? `&day=${day}` : ""}`}
            className={`num ${props.className ?? "link"}`}
            aria-label={text.reports.open(format.number(props.value), props.what)}
        >
            {shown}
        </Link>
    );
}

// "Oct 2025", "12 Oct": a period by its first day.
export function usePeriod() {
    const language = localeOf(useLanguage());
    return (day: string, every: Every, long = false) =>
        new Date(day).toLocaleDateString(language, {
            timeZone: "UTC",
            ...(every === "month"
                ? { month: long ? "long" : "short", year: "numeric" }
                : { day: "numeric", month: "short" }),
        });
}

export function useDays() {
    const text = useText();
    const format = useFormat();
    return (days: number) => {
        if (days < 1) return text.board.hours(Math.max(1, Math.round(days * 24)));
        const shown = days < 10 ? Math.round(days * 10) / 10 : Math.round(days);
        return text.board.days(shown, format.number(shown, 1));
    };
}
