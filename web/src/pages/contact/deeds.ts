// What a person can do on a contact's page. Each says what was done and can be taken back.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../api/client";
import { useColleagues } from "../../shell/session";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { eventName, factName } from "./events";

// The description of the API says "an object"; its generator makes one without members of that.
const open = (members: Record<string, unknown>) => members as Record<string, never>;

// Everything that hangs on a contact's history.
const TOPICS = [
    "contact",
    "timeline",
    "people",
    "board",
    "today",
    "handover",
    "task",
    "suggestion",
    "company",
];

export function useRefresh() {
    const client = useQueryClient();
    return () => Promise.all(TOPICS.map((topic) => client.invalidateQueries({ queryKey: [topic] })));
}

export function useUndoEvent() {
    const refresh = useRefresh();
    const notify = useNotify();
    const text = useText();
    return async (event: string) => {
        await api.POST("/api/events/{id}/undo", { params: { path: { id: event } } });
        await refresh();
        notify(text.contact.timeline.takenBack);
    };
}

export interface NewTouch {
    event: string;
    note?: string;
    time?: string;
    properties?: Record<string, unknown>;
}

export function useRecordEvent(id: string) {
    const text = useText();
    const notify = useNotify();
    const refresh = useRefresh();
    const undo = useUndoEvent();
    return useMutation({
        mutationFn: (touch: NewTouch) =>
            data(
                api.POST("/api/events", {
                    body: {
                        contact: id,
                        event: touch.event,
                        time: touch.time,
                        properties: open({
                            ...touch.properties,
                            ...(touch.note ? { text: touch.note } : {}),
                        }),
                    },
                }),
            ),
        onSuccess: async (event, touch) => {
            notify(text.contact.touch.logged(eventName(text, touch.event)), () => undo(event.id));
            await refresh();
        },
    });
}

export function useRecordFact(id: string) {
    const text = useText();
    const notify = useNotify();
    const refresh = useRefresh();
    const undo = useUndoEvent();
    return useMutation({
        mutationFn: (fact: Schemas["NewFact"]) =>
            data(api.POST("/api/contacts/{id}/facts", { params: { path: { id } }, body: fact })),
        onSuccess: async (event, fact) => {
            notify(text.contact.fact.recorded(factName(text, fact.fact)), () => undo(event.id));
            await refresh();
        },
    });
}

export function useSetTrait(id: string) {
    const text = useText();
    const notify = useNotify();
    const refresh = useRefresh();
    const change = async (traits: Record<string, unknown>) =>
        data(api.PATCH("/api/contacts/{id}", { params: { path: { id } }, body: { traits: open(traits) } }));
    return useMutation({
        mutationFn: ({ name, value }: { name: string; value: unknown; before: unknown; label: string }) =>
            change({ [name]: value }),
        onSuccess: async (_, { name, before, label }) => {
            notify(text.contact.field.saved(label), async () => {
                await change({ [name]: before ?? null });
                await refresh();
            });
            await refresh();
        },
    });
}

export function useSetOwner(id: string) {
    const text = useText();
    const notify = useNotify();
    const refresh = useRefresh();
    const colleagues = useColleagues();
    const set = async (user: string | null) => {
        const answer = await data(
            api.POST("/api/contacts/{id}/owner", { params: { path: { id } }, body: { user } }),
        );
        await refresh();
        return answer;
    };
    return useMutation({
        mutationFn: ({ user }: { user: string | null; before: string | null }) => set(user),
        onSuccess: (_, { user, before }) => {
            const name = colleagues.name(user);
            notify(name ? text.contact.owner.took(name) : text.contact.owner.nobody, () => set(before));
        },
    });
}

export function useAssignStage(id: string) {
    const text = useText();
    const notify = useNotify();
    const refresh = useRefresh();
    const undo = useUndoEvent();
    return useMutation({
        mutationFn: ({ stage, reason }: { stage: string; label: string; name: string; reason: string }) =>
            data(api.POST("/api/contacts/{id}/stage", { params: { path: { id } }, body: { stage, reason } })),
        onSuccess: async (answer, { label, name }) => {
            notify(text.contact.stageMove.moved(name, label), () => undo(answer.event));
            await refresh();
        },
    });
}

// A hand-over: given to somebody, accepted, returned with a reason.
export function useHandover(id: string) {
    const text = useText();
    const notify = useNotify();
    const refresh = useRefresh();
    const colleagues = useColleagues();
    const path = { params: { path: { id } } };
    return useMutation({
        mutationFn: async (deed: { give: string } | { accept: true } | { reason: string }) => {
            if ("give" in deed) {
                await data(api.POST("/api/contacts/{id}/handover", { ...path, body: { user: deed.give } }));
                return text.contact.owner.handedOver(colleagues.name(deed.give) ?? "");
            }
            if ("accept" in deed) {
                await data(api.POST("/api/contacts/{id}/handover/accept", path));
                return text.contact.owner.accepted;
            }
            await data(
                api.POST("/api/contacts/{id}/handover/return", { ...path, body: { reason: deed.reason } }),
            );
            return text.contact.owner.returned;
        },
        onSuccess: async (message, deed) => {
            const undo = async () => {
                await data(api.POST("/api/contacts/{id}/handover/reopen", path));
                await refresh();
            };
            notify(message, "give" in deed ? undefined : undo);
            await refresh();
        },
    });
}
