// What waits, for the sidebar.
import { useQuery } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { useSession } from "./session";

// Who runs the business sees what waits for everybody, who sells what waits for them (as the page Today does).
export function useOwnToday(): boolean {
    const role = useSession().data?.user.role;
    return role !== "owner" && role !== "admin";
}

export function useTodayCounts(): { waiting: number; overdue: number } {
    const mine = useOwnToday();
    const counts = useQuery({
        queryKey: ["today", "counts", mine],
        queryFn: () => data(api.GET("/api/today", { params: { query: { mine, limit: 1 } } })),
        staleTime: 30_000,
    }).data?.counts;
    if (!counts) return { waiting: 0, overdue: 0 };
    const { overdue, ...kinds } = counts;
    return { waiting: Object.values(kinds).reduce((sum, n) => sum + n, 0), overdue };
}
