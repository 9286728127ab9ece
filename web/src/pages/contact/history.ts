// What happened with a contact, in pages, the newest first; and where it stood when.
import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, data, type Schemas } from "../../api/client";
import type { Happening } from "./events";

export const KINDS = {
    all: "",
    talk: "email,sms,chat,linkedin,social,letter,offer",
    call: "call,meeting,event",
    web: "page,form,asset,list,optin,trial,account,product,webinar,screen,survey,ad,referral",
    money: "order,cart,checkout,deal,coupon",
    books: "note,fact,task,owner,stage,contact,sales,consent",
};
export type Kind = keyof typeof KINDS;
export type Side = "all" | "inbound" | "outbound";

const PAGE = 200;

export function useTimeline(id: string, kind: Kind = "all", side: Side = "all") {
    return useInfiniteQuery({
        queryKey: ["timeline", id, kind, side],
        queryFn: ({ pageParam }) =>
            data(
                api.GET("/api/contacts/{id}/timeline", {
                    params: {
                        path: { id },
                        query: {
                            limit: PAGE,
                            after: pageParam,
                            kind: KINDS[kind] || undefined,
                            direction: side === "all" ? undefined : side,
                        },
                    },
                }),
            ),
        initialPageParam: undefined as string | undefined,
        getNextPageParam: (page) => page.next ?? undefined,
    });
}

export function eventsOf(pages: InfiniteData<Schemas["Events"]> | undefined, at?: string): Happening[] {
    const all = pages?.pages.flatMap((page) => page.items) ?? [];
    return at ? all.filter((event) => event.time <= at) : all;
}

// Explanations name events by their message ids, and as "event:ID" where they have none.
export function byMessage(events: Happening[]): Map<string, Happening> {
    const all = new Map<string, Happening>();
    for (const event of events) {
        all.set(event.id, event);
        all.set(`event:${event.id}`, event);
        if (event.message_id) all.set(event.message_id, event);
    }
    return all;
}

export function useEvidence(id: string, at?: string) {
    const timeline = useTimeline(id);
    const events = useMemo(() => eventsOf(timeline.data, at), [timeline.data, at]);
    return { events: useMemo(() => byMessage(events), [events]), loading: timeline.isPending };
}

export type Change = Schemas["Transition"];

export function useChanges(id: string, at?: string) {
    return useQuery({
        queryKey: ["contact", id, "transitions", at],
        queryFn: () =>
            data(api.GET("/api/contacts/{id}/transitions", { params: { path: { id }, query: { at } } })),
    });
}
