// Live updates: what the server says has changed is asked for again. The first part of a query's key is the
// topic: ["contact", …], ["task", …], ["model", …]. Topics that others depend on:
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

const FOLLOW: Record<string, string[]> = {
    contact: ["contact", "board", "today", "report", "timeline"],
    handover: ["handover", "today", "contact"],
    task: ["task", "today"],
    suggestion: ["suggestion"],
    company: ["company"],
    model: ["model", "contact", "board", "today", "report", "field"],
    import: ["import", "checklist"],
    setting: ["setting", "checklist"],
    submission: ["submission", "form"],
    send: ["send", "campaign"],
};

// Changes come in bursts; queries are asked again at most once a second.
function collector(client: QueryClient) {
    const topics = new Set<string>();
    let waiting = false;
    return (topic: string) => {
        for (const one of FOLLOW[topic] ?? [topic]) topics.add(one);
        if (waiting) return;
        waiting = true;
        setTimeout(() => {
            waiting = false;
            for (const one of topics) client.invalidateQueries({ queryKey: [one] });
            topics.clear();
        }, 1000);
    };
}

export function useLive(enabled: boolean) {
    const client = useQueryClient();
    useEffect(() => {
        if (!enabled) return;
        const source = new EventSource("/api/stream");
        const changed = collector(client);
        source.addEventListener("change", (event) => {
            for (const change of JSON.parse(event.data).changes) changed(change.topic);
        });
        source.addEventListener("reset", () => client.invalidateQueries());
        return () => source.close();
    }, [client, enabled]);
}
