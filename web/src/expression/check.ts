// What a condition says and what is wrong with it, asked a moment after the last keystroke; the newest wins.
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import type { Tree } from "../language/tree";

export type Checked = Schemas["CheckedExpression"];

const PAUSE = 150;

export interface CheckState {
    checked: Checked | undefined; // of the text as it stands; undefined while it is asked
    tree: Tree | null;
}

export function useCheck(text: string): CheckState {
    const [asked] = useDebouncedValue(text, PAUSE);
    const empty = asked.trim() === "";
    const query = useQuery({
        queryKey: ["field", "expression", asked],
        queryFn: ({ signal }) => data(api.POST("/api/expressions/check", { body: { text: asked }, signal })),
        enabled: !empty,
        placeholderData: keepPreviousData,
        staleTime: 60_000,
    });
    const found = empty ? undefined : query.data?.items[0];
    const checked = found?.text === text ? found : undefined;
    return { checked, tree: (checked?.tree ?? null) as Tree | null };
}
