// What waits, and what is done about it. Each deed takes its item off the list at once, and can be taken back.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { api, data, type Schemas } from "../../api/client";
import { sentenceOf } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { rfc3339 } from "./clock";

export type Item = Schemas["TodayItem"];
export const KINDS = ["answer", "handover", "hot", "task", "deal"] as const;

export function useToday(mine: boolean) {
    return useQuery({
        queryKey: ["today", "list", mine],
        queryFn: () => data(api.GET("/api/today", { params: { query: { mine, limit: 300 } } })),
        placeholderData: (old) => old,
    });
}

// How many are done, of this day, in this browser.
const DONE = "sluice-done";
function doneToday(): number {
    const [day, n] = (localStorage.getItem(DONE) ?? "").split(" ");
    return day === new Date().toDateString().replaceAll(" ", "-") ? Number(n) || 0 : 0;
}
function keepDone(n: number) {
    localStorage.setItem(DONE, `${new Date().toDateString().replaceAll(" ", "-")} ${n}`);
}

export interface Deeds {
    gone: Set<string>;
    done: number;
    log: (
        item: Item,
        event: string,
        properties: Record<string, unknown>,
        said: string,
        ends: boolean,
    ) => Promise<void>;
    aside: (item: Item, until: Date, said: string) => Promise<void>;
    finish: (item: Item) => Promise<void>;
    accept: (item: Item) => Promise<void>;
    giveBack: (item: Item, reason: string) => Promise<void>;
    createTask: (item: Item, title: string, due: Date) => Promise<void>;
}

type Undo = () => Promise<unknown>;
const EVER = 3650 * 86_400_000;

export function useDeeds(): Deeds {
    const client = useQueryClient();
    const notify = useNotify();
    const text = useText();
    const [gone, setGone] = useState<Set<string>>(new Set());
    const [done, setDone] = useState(doneToday);

    const refresh = useCallback(() => {
        for (const topic of ["today", "contact", "task"]) client.invalidateQueries({ queryKey: [topic] });
    }, [client]);
    const count = (step: 1 | -1) => {
        const n = Math.max(0, doneToday() + step);
        keepDone(n);
        setDone(n);
    };
    const hide = (item: Item) => {
        setGone((old) => new Set(old).add(item.id));
        count(1);
    };
    const show = (item: Item) => {
        setGone((old) => new Set([...old].filter((id) => id !== item.id)));
        count(-1);
    };

    // The deed is done while the item is off the list already, and may be taken back before it is through; if it
    // cannot be done, the item comes back.
    async function act(item: Item, said: string, deed: () => Promise<Undo>) {
        hide(item);
        const running = deed();
        const takeBack = async () => {
            const undo = await running.catch(() => undefined);
            if (!undo) return; // it was not done, and said so
            await undo();
            show(item);
            refresh();
        };
        notify(said, takeBack);
        try {
            await running;
        } catch (error) {
            show(item);
            notify(sentenceOf(text, error));
            throw error;
        } finally {
            refresh();
        }
    }
    const reopen = (id: string) => () =>
        data(api.POST("/api/contacts/{id}/handover/reopen", { params: { path: { id } } }));
    const undoEvent = (id: string) => () =>
        data(api.POST("/api/events/{id}/undo", { params: { path: { id } } }));

    async function aside(item: Item, until: Date, said: string) {
        const contact = item.contact?.id;
        if (!contact) return;
        await act(item, said, async () => {
            const { id } = await data(
                api.POST("/api/today/later", { body: { contact, kind: item.kind, until: rfc3339(until) } }),
            );
            return () => data(api.DELETE("/api/today/later/{id}", { params: { path: { id } } }));
        });
    }

    return {
        gone,
        done,
        aside,
        async log(item, event, properties, said, ends) {
            const contact = item.contact?.id;
            if (!contact) return;
            const record = async () => {
                const made = await data(
                    api.POST("/api/events", {
                        body: { contact, event, properties: properties as Record<string, never> },
                    }),
                );
                return undoEvent(made.id);
            };
            if (ends) return act(item, said, record);
            const undo = await record();
            refresh();
            notify(said, async () => {
                await undo();
                refresh();
            });
        },
        async finish(item) {
            const task = item.task;
            if (!task)
                return aside(
                    item,
                    new Date(Date.now() + EVER),
                    text.today.told.aside(item.contact?.name ?? text.shell.unknownPerson),
                );
            const set = (state: "done" | "open") =>
                data(api.PATCH("/api/tasks/{id}", { params: { path: { id: task } }, body: { state } }));
            await act(item, text.today.told.done(item.title), async () => {
                await set("done");
                return () => set("open");
            });
        },
        async accept(item) {
            const id = item.contact?.id;
            if (!id) return;
            await act(item, text.today.told.accepted(item.contact?.name ?? ""), async () => {
                await data(api.POST("/api/contacts/{id}/handover/accept", { params: { path: { id } } }));
                return reopen(id);
            });
        },
        async giveBack(item, reason) {
            const id = item.contact?.id;
            if (!id) return;
            await act(item, text.today.told.returned(item.contact?.name ?? ""), async () => {
                await data(
                    api.POST("/api/contacts/{id}/handover/return", {
                        params: { path: { id } },
                        body: { reason },
                    }),
                );
                return reopen(id);
            });
        },
        async createTask(item, title, due) {
            const task = await data(
                api.POST("/api/tasks", {
                    body: { title, due: rfc3339(due), contact: item.contact?.id ?? null },
                }),
            );
            refresh();
            notify(text.today.told.tasked(title), async () => {
                await data(api.DELETE("/api/tasks/{id}", { params: { path: { id: task.id } } }));
                refresh();
            });
        },
    };
}

interface List {
    shown: Item[];
    fresh: number; // how many wait behind "3 new"
    take: () => void;
}

// What came meanwhile waits until it is asked for, so that nothing moves under the reader's eyes.
export function useCalm(items: Item[] | undefined, gone: Set<string>, list: string): List {
    const [known, setKnown] = useState<{ list: string; ids: Set<string> } | null>(null);
    const ids = items && new Set(items.map((item) => item.id));
    if (ids && known?.list !== list) setKnown({ list, ids });
    const seen = known?.list === list ? known.ids : ids;
    const there = (items ?? []).filter((item) => !gone.has(item.id));
    return {
        shown: there.filter((item) => seen?.has(item.id)),
        fresh: there.filter((item) => !seen?.has(item.id)).length,
        take: () => ids && setKnown({ list, ids: new Set([...(seen ?? []), ...ids]) }),
    };
}
