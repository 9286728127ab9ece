// The models pages' questions to the API, and the draft that waits in this browser.
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import type { Statement } from "../../language/tree";

export type Model = Schemas["Model"];
export type Preview = Schemas["Preview"];
export type CheckedModel = Omit<Schemas["CheckedModel"], "statements"> & { statements: Statement[] };

const PAUSE = 150;

export function useModels() {
    return useQuery({
        queryKey: ["model", "all"],
        queryFn: () => data(api.GET("/api/models", { params: { query: { limit: 500 } } })),
    });
}

export function useModel(id: string, enabled = true) {
    return useQuery({
        enabled,
        queryKey: ["model", "one", id],
        queryFn: () => data(api.GET("/api/models/{id}", { params: { path: { id } } })),
    });
}

export function useDefinitions(enabled = true) {
    return useQuery({
        queryKey: ["report", "definitions"],
        queryFn: () => data(api.GET("/api/definitions")),
        staleTime: 300_000,
        enabled,
    });
}

async function check(text: string, signal: AbortSignal): Promise<CheckedModel> {
    const found = await data(api.POST("/api/models/check", { body: { text }, signal }));
    return found as unknown as CheckedModel;
}

// What a text says; for what is being written ask with a pause.
export function useChecked(text: string | undefined) {
    return useQuery({
        queryKey: ["field", "model", text],
        queryFn: ({ signal }) => check(text ?? "", signal),
        enabled: !!text,
        staleTime: 600_000,
        gcTime: 60_000,
        placeholderData: keepPreviousData,
    });
}

export interface Draft {
    checked: CheckedModel | undefined; // the last answer
    fresh: boolean; // it is that of the text as it stands
    preview: Preview | undefined; // of the last text that was valid
    movers: Preview["movers"]["items"];
    more: (() => void) | null; // asks for more movers
    loadingMore: boolean;
    current: boolean; // the preview is that of the text as it stands
    asked: string; // the text that the preview is of
    error: unknown;
}

// Check and preview of what is written, a moment after the last keystroke; the newest wins.
export function useDraftAnswers(text: string): Draft {
    const [paused] = useDebouncedValue(text, PAUSE);
    const checked = useChecked(paused);
    const done = !checked.isPlaceholderData && paused === text;
    const [valid, setValid] = useState<string | null>(null);
    const ok = checked.data?.ok && !checked.isPlaceholderData;
    useEffect(() => {
        if (ok) setValid(paused);
    }, [ok, paused]);
    const answers = useInfiniteQuery({
        queryKey: ["report", "preview", valid],
        queryFn: ({ pageParam, signal }) => {
            const body = { text: valid ?? "", limit: 50, after: pageParam };
            return data(api.POST("/api/models/preview", { body, signal }));
        },
        initialPageParam: undefined as string | undefined,
        getNextPageParam: (last) => last.movers.next ?? undefined,
        // Another window of the same person asked about its draft: the server looks at one at a time.
        retry: (failures, error) => failures < 3 && error instanceof ApiProblem && error.status === 409,
        enabled: valid !== null,
        placeholderData: keepPreviousData,
        gcTime: 60_000,
    });
    return {
        checked: checked.data,
        fresh: done,
        preview: answers.data?.pages[0],
        movers: answers.data?.pages.flatMap((page) => page.movers.items) ?? [],
        more: answers.hasNextPage ? () => void answers.fetchNextPage() : null,
        loadingMore: answers.isFetchingNextPage,
        current: valid === text && !answers.isPlaceholderData,
        asked: valid ?? "",
        error: checked.error ?? answers.error,
    };
}

interface Kept {
    text: string;
    at: string;
}

function kept(key: string): Kept | null {
    try {
        return JSON.parse(localStorage.getItem(key) ?? "null");
    } catch {
        return null;
    }
}

// What was written and not saved stays in this browser, by model.
export function useDraftText(id: string, saved: string | undefined) {
    const key = `sluice-draft-${id}`;
    const [draft, setDraft] = useState<Kept | null>(() => kept(key));
    useEffect(() => setDraft(kept(key)), [key]);
    const write = useCallback(
        (text: string | null) => {
            const next = text === null || text === saved ? null : { text, at: new Date().toISOString() };
            if (next) localStorage.setItem(key, JSON.stringify(next));
            else localStorage.removeItem(key);
            setDraft(next);
        },
        [key, saved],
    );
    return { text: draft?.text ?? saved ?? "", at: draft?.at ?? null, dirty: draft !== null, write };
}
