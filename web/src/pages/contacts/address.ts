// What the address of the list says: the condition, the sort, what a report asks for besides, the moment.
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { useDay } from "../../shell/page";

// Parameters of the API that reports and the board put into the addresses of their numbers.
const OF_REPORTS = [
    "first_seen_from",
    "first_seen_to",
    "stage",
    "reached",
    "reached_from",
    "reached_to",
    "moved",
    "moved_into",
    "moved_from",
    "moved_to",
    "source",
    "medium",
    "touch",
    "model",
    "owner",
] as const;
type OfReports = Partial<Record<(typeof OF_REPORTS)[number], string>>;

export const SORTS = ["last_seen", "first_seen", "since", "score"] as const;
export type SortName = (typeof SORTS)[number];
export interface Sort {
    name: SortName;
    down: boolean;
}

export function sortOf(said: string | null): Sort {
    const name = said?.replace(/^-/, "");
    const known = SORTS.find((one) => one === name);
    return known ? { name: known, down: said?.startsWith("-") ?? false } : { name: "last_seen", down: true };
}

export interface Asked {
    filter: string;
    sort: Sort;
    at: string | undefined;
    report: OfReports;
}

// An exact moment in the address (a report's number) counts as long as its day is the chosen one.
function momentOf(params: URLSearchParams, day: string | undefined): string | undefined {
    const at = params.get("at");
    if (!at || Number.isNaN(Date.parse(at))) return day;
    const chosen = params.get("day");
    return !chosen || new Date(at).toDateString() === new Date(`${chosen}T12:00:00`).toDateString()
        ? at
        : day;
}

export function useAsked() {
    const [params, setParams] = useSearchParams();
    const { at: day } = useDay();
    const asked = useMemo<Asked>(() => {
        const report: OfReports = {};
        for (const name of OF_REPORTS) {
            const value = params.get(name);
            if (value) report[name] = value;
        }
        return {
            filter: params.get("filter") ?? "",
            sort: sortOf(params.get("sort")),
            at: momentOf(params, day),
            report,
        };
    }, [params, day]);
    function change(next: Record<string, string | null>) {
        setParams(
            (old) => {
                for (const [name, value] of Object.entries(next)) {
                    if (value) old.set(name, value);
                    else old.delete(name);
                }
                return old;
            },
            { replace: true },
        );
    }
    return {
        asked,
        adding: params.get("add") === "1",
        change,
        dropReport: () => change(Object.fromEntries([...OF_REPORTS, "at"].map((name) => [name, null]))),
    };
}
