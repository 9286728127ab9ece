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

// Listens until told to stop. A browser comes back by itself to a stream that breaks off, but never to one that is
// refused (too many are open, nobody is logged in): that one is opened anew, ever later up to a minute, and as it
// does not know what was missed meanwhile, everything counts as changed.
export function listen(changed: (topic: string) => void, lost: () => void): () => void {
    let source: EventSource;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let refused = 0;
    const open = () => {
        source = new EventSource("/api/stream");
        source.addEventListener("change", (event) => {
            for (const change of JSON.parse(event.data).changes) changed(change.topic);
        });
        source.addEventListener("reset", lost);
        source.addEventListener("ready", () => {
            if (refused) lost();
            refused = 0;
        });
        source.addEventListener("error", () => {
            if (source.readyState !== EventSource.CLOSED) return;
            timer = setTimeout(open, Math.min(2 ** refused, 60) * 1000);
            refused++;
        });
    };
    open();
    return () => {
        clearTimeout(timer);
        source.close();
    };
}

export function useLive(enabled: boolean) {
    const client = useQueryClient();
    useEffect(
        () => (enabled ? listen(collector(client), () => client.invalidateQueries()) : undefined),
        [client, enabled],
    );
}
