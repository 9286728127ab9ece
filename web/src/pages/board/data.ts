// The columns, their cards page by page, and moving a contact by hand.
import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../api/client";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import type { View } from "./view";

export type Card = Schemas["Card"];
export type Column = Schemas["BoardColumn"];
type Cards = InfiniteData<Schemas["Cards"], string | undefined>;

const PAGE = 50;

export function useBoard(view: View) {
    const query = { filter: view.filter, owner: view.owner, at: view.at };
    return useQuery({
        queryKey: ["board", "columns", query],
        queryFn: ({ signal }) => data(api.GET("/api/board", { params: { query }, signal })),
        placeholderData: (old) => old,
    });
}

export function useCards(stage: string, view: View, enabled: boolean) {
    const query = { stage, filter: view.filter, owner: view.owner, at: view.at, sort: view.sort };
    return useInfiniteQuery({
        queryKey: ["board", "cards", query],
        queryFn: ({ pageParam, signal }) =>
            data(
                api.GET("/api/board/cards", {
                    params: { query: { ...query, limit: PAGE, after: pageParam } },
                    signal,
                }),
            ),
        initialPageParam: undefined as string | undefined,
        getNextPageParam: (last) => last.next ?? undefined,
        enabled,
    });
}

// The name that sentences use: "Daniel", else the address.
export function shortName(card: { name: string | null; email: string | null }, unknown: string): string {
    return card.name?.split(" ")[0] || card.email || unknown;
}

export function useMoves(columns: Column[]) {
    const client = useQueryClient();
    const notify = useNotify();
    const text = useText();
    const label = (stage: string) => columns.find((column) => column.stage === stage)?.label ?? stage;

    async function undo(event: string) {
        await data(api.POST("/api/events/{id}/undo", { params: { path: { id: event } } }));
        client.invalidateQueries({ queryKey: ["board"] });
        client.invalidateQueries({ queryKey: ["contact"] });
    }

    // The card leaves its column at once; where it comes to, the server's order decides.
    function take(card: Card) {
        client.setQueriesData<Cards>({ queryKey: ["board", "cards"] }, (old) =>
            old
                ? {
                      ...old,
                      pages: old.pages.map((page) => ({
                          ...page,
                          items: page.items.filter((one) => one.id !== card.id),
                      })),
                  }
                : old,
        );
    }

    return {
        async move(card: Card, to: string, reason: string) {
            const done = await data(
                api.POST("/api/contacts/{id}/stage", {
                    params: { path: { id: card.id } },
                    body: { stage: to, reason },
                }),
            );
            const name = shortName(card, text.shell.unknownPerson);
            const where = done.standing.stage;
            take(card);
            client.invalidateQueries({ queryKey: ["board"] });
            notify(
                where !== to
                    ? text.board.move.elsewhere(name, label(where))
                    : to === "none"
                      ? text.board.move.out_done(name)
                      : text.board.move.done(name, label(to)),
                () => undo(done.event),
            );
        },
        async record(card: Card, fact: string, label: string, answer: "yes" | "no", note: string) {
            const event = await data(
                api.POST("/api/contacts/{id}/facts", {
                    params: { path: { id: card.id } },
                    body: { fact, answer, ...(note ? { note } : {}) },
                }),
            );
            client.invalidateQueries({ queryKey: ["board"] });
            const name = shortName(card, text.shell.unknownPerson);
            notify(text.board.record.done(name, label), () => undo(event.id));
        },
    };
}
