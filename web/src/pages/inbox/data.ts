// Conversations, and what can be done with one.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../api/client";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";

export type Summary = Schemas["ConversationSummary"];
export type Conversation = Schemas["Conversation"];
export type Message = Schemas["ConversationMessage"];
export type Suggestion = Schemas["Suggestion"];
export type State = Summary["state"];
export type Class = Summary["class"];

export const STATES: State[] = ["open", "waiting", "closed"];
export const CLASSES: Class[] = [
    "reply",
    "received",
    "autoreply",
    "bounce",
    "complaint",
    "unsubscribe",
    "forward",
    "other",
];

// The contact's name before what their mails say; the address where it says more.
export function useCalled(of: Summary): { name: string; address: string } {
    const text = useText();
    const name = of.contact_name || of.name;
    return name
        ? { name, address: of.address }
        : { name: of.address || text.shell.unknownPerson, address: "" };
}

const PAGE = 50;

export function useConversations(asked: { state?: State; class?: Class; mine?: boolean }) {
    return useInfiniteQuery({
        queryKey: ["conversation", "list", asked],
        queryFn: ({ pageParam }) =>
            data(
                api.GET("/api/conversations", {
                    params: { query: { ...asked, limit: PAGE, after: pageParam } },
                }),
            ),
        initialPageParam: undefined as string | undefined,
        getNextPageParam: (page) => page.next ?? undefined,
        placeholderData: (before) => before,
    });
}

export function useConversation(id: string | null) {
    return useQuery({
        queryKey: ["conversation", id],
        queryFn: () => data(api.GET("/api/conversations/{id}", { params: { path: { id: id ?? "" } } })),
        enabled: id !== null,
    });
}

export function useDeeds(id: string) {
    const t = useMailText().inbox;
    const client = useQueryClient();
    const notify = useNotify();
    const params = { path: { id } };
    const keep = (now: Conversation) => {
        client.setQueryData(["conversation", id], now);
        client.invalidateQueries({ queryKey: ["conversation", "list"] });
    };
    const patch = (body: Schemas["ConversationChange"]) =>
        data(api.PATCH("/api/conversations/{id}", { params, body })).then(keep);
    const set = useMutation({
        mutationFn: async ({ state }: { state: State; before: State }) => patch({ state }),
        onSuccess: (_, { state, before }) =>
            notify(state === "closed" ? t.isDone : t.isOpen, () => patch({ state: before })),
    });
    const own = useMutation({ mutationFn: (owner: string | null) => patch({ owner }) });
    const park = useMutation({
        mutationFn: async (body: Schemas["ConversationPark"] & { said: string; before: State }) => {
            const { said: _, before: __, ...what } = body;
            keep(await data(api.POST("/api/conversations/{id}/park", { params, body: what })));
        },
        onSuccess: (_, { said, before }) => notify(t.parked(said), () => patch({ state: before })),
    });
    const decide = useMutation({
        mutationFn: async (body: Schemas["SuggestionDecision"]) =>
            keep(await data(api.POST("/api/conversations/{id}/confirm", { params, body }))),
        onSuccess: (_, { confirmed }) => confirmed && notify(t.recorded),
    });
    const reply = useMutation({
        mutationFn: async (body: Schemas["ConversationReply"]) =>
            keep(await data(api.POST("/api/conversations/{id}/reply", { params, body }))),
        onSuccess: () => notify(t.sent),
    });
    return { set, own, park, decide, reply };
}
export type Deeds = ReturnType<typeof useDeeds>;
