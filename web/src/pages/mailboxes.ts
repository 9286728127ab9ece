// Mailboxes and topics, as pages of mail ask for them. Nothing for those who may not see them.
import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { useMay } from "../shell/session";

export type Mailbox = Schemas["Mailbox"];

export function useMailboxes() {
    return useQuery({
        queryKey: ["mailbox", "list"],
        queryFn: () => data(api.GET("/api/mailboxes", { params: { query: { limit: 200 } } })),
        enabled: useMay("setting.read"),
    });
}

export function useTopics() {
    return useQuery({
        queryKey: ["topic", "list"],
        queryFn: () => data(api.GET("/api/topics", { params: { query: { limit: 500 } } })),
        enabled: useMay("setting.read"),
    });
}
