// The list's contacts, page after page. What changes meanwhile is shown in its row; who is new waits to be asked for,
// so that no row moves under the reader.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, data, type Schemas } from "../../api/client";
import type { Asked } from "./address";

export type Contact = Schemas["Contact"];

const PAGE = 100;

export function queryOf(asked: Asked) {
    return {
        filter: asked.filter || undefined,
        sort: `${asked.sort.down ? "-" : ""}${asked.sort.name}`,
        at: asked.at,
        ...asked.report,
    };
}

async function page(asked: Asked, after: string | undefined, signal: AbortSignal) {
    const start = performance.now();
    // A report's parameters are texts in the address; the server says what is wrong with them.
    const query = { ...queryOf(asked), limit: PAGE, after, count: after ? undefined : true };
    const got = await data(api.GET("/api/contacts", { params: { query: query as never }, signal }));
    return { ...got, milliseconds: performance.now() - start };
}

export function usePeople(asked: Asked) {
    const list = useInfiniteQuery({
        queryKey: ["people", asked],
        queryFn: ({ pageParam, signal }) => page(asked, pageParam, signal),
        initialPageParam: undefined as string | undefined,
        getNextPageParam: (last) => last.next ?? undefined,
        placeholderData: keepPreviousData,
        staleTime: 60_000,
    });
    // The first page once more whenever a contact has changed.
    const head = useQuery({
        queryKey: ["contact", "head", asked],
        queryFn: ({ signal }) => page(asked, undefined, signal),
        enabled: list.isSuccess && !asked.at,
        staleTime: 60_000,
        initialData: () => (list.isPlaceholderData ? undefined : list.data?.pages[0]),
        initialDataUpdatedAt: list.dataUpdatedAt,
    });
    const loaded = useMemo(() => list.data?.pages.flatMap((one) => one.items) ?? [], [list.data]);
    const fresh = asked.at ? undefined : head.data;
    const { rows, news } = useMemo(() => {
        const now = new Map((fresh?.items ?? []).map((one) => [one.id, one]));
        const known = new Set(loaded.map((one) => one.id));
        return {
            rows: loaded.map((one) => now.get(one.id) ?? one),
            news: [...now.keys()].filter((id) => !known.has(id)).length,
        };
    }, [loaded, fresh]);
    return {
        list,
        rows,
        news: list.isPlaceholderData ? 0 : news,
        total: fresh?.total ?? list.data?.pages[0]?.total,
        milliseconds: list.data?.pages[0]?.milliseconds,
    };
}
