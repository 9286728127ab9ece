// What reports ask for: the address names range, day, filter, and what each card counts.
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { api, data } from "../../api/client";
import { useDay } from "../../shell/page";

export const RANGES = ["", "365", "180", "90"] as const;
const DAY = 86_400_000;

export function useAsked() {
    const [params, setParams] = useSearchParams();
    const { at } = useDay();
    const range = RANGES.find((one) => one === params.get("range")) ?? "";
    const filter = params.get("filter") || undefined;
    // To the full hour, so that the question is the same for a while, and kept answers serve again.
    const end = at ? Date.parse(at) : Math.floor(Date.now() / 3_600_000) * 3_600_000;
    return {
        at,
        range,
        filter,
        from: range ? new Date(end - Number(range) * DAY).toISOString().replace(".000", "") : undefined,
        end,
        get: (name: string) => params.get(name) ?? "",
        set: (name: string, value: string) =>
            setParams(
                (old) => {
                    if (value) old.set(name, value);
                    else old.delete(name);
                    return old;
                },
                { replace: true },
            ),
    };
}
export type Asked = ReturnType<typeof useAsked>;

const kept = { placeholderData: <T>(old: T) => old, staleTime: 30_000 };

export function useFunnel({ at, filter, from }: Asked) {
    const query = { at, filter, from };
    return useQuery({
        queryKey: ["report", "funnel", query],
        queryFn: ({ signal }) => data(api.GET("/api/reports/funnel", { params: { query }, signal })),
        ...kept,
    });
}

export type Every = "day" | "week" | "month";
const PERIODS = { day: 30, week: 26, month: 12 };
const SPAN = { day: DAY, week: 7 * DAY, month: 30.44 * DAY };

export function useTransitions({ at, filter, end, range }: Asked, every: Every) {
    const days = range ? Number(range) * DAY : PERIODS[every] * SPAN[every];
    const from = new Date(end - Math.min(days, PERIODS[every] * SPAN[every]));
    const query = { at, filter, every, from: from.toISOString().replace(".000", "") };
    return useQuery({
        queryKey: ["report", "transitions", query],
        queryFn: ({ signal }) => data(api.GET("/api/reports/transitions", { params: { query }, signal })),
        ...kept,
    });
}

export function useCohorts({ at, filter, from }: Asked, every: "week" | "month", stage: string | undefined) {
    const query = { at, filter, from, every, stage };
    return useQuery({
        queryKey: ["report", "cohorts", query],
        queryFn: ({ signal }) => data(api.GET("/api/reports/cohorts", { params: { query }, signal })),
        ...kept,
    });
}

export function useSources({ at, filter, from }: Asked, first: boolean) {
    const query = { at, filter, from, first };
    return useQuery({
        queryKey: ["report", "sources", query],
        queryFn: ({ signal }) => data(api.GET("/api/reports/sources", { params: { query }, signal })),
        ...kept,
    });
}
