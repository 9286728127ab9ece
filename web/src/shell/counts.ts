// What waits, for the sidebar.
import { useQuery } from "@tanstack/react-query";
import { api, data } from "../api/client";

export function useTodayCounts(): { waiting: number; overdue: number } {
    const query = useQuery({
        queryKey: ["task", "waiting"],
        queryFn: () =>
            data(api.GET("/api/tasks", { params: { query: { mine: true, state: "open", limit: 500 } } })),
        staleTime: 30_000,
    });
    const now = Date.now();
    const due = (query.data?.items ?? []).filter(
        (task) => task.due && Date.parse(task.due) < now + 86_400_000,
    );
    return { waiting: due.length, overdue: due.filter((task) => Date.parse(task.due ?? "") < now).length };
}
