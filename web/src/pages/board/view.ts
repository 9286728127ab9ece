// What the board shows: the address names filter, order and day.
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { useDay } from "../../shell/page";

export const SORTS = ["-since", "since", "-last_seen", "-score"] as const;
export type Sort = (typeof SORTS)[number];

export interface Chosen {
    persona: string;
    source: string;
    expression: string;
}

export interface View {
    chosen: Chosen & { owner: string };
    filter: string | undefined; // what the API is asked for: one expression
    owner: string | undefined;
    sort: Sort;
    at: string | undefined;
    set: (name: "owner" | "persona" | "source" | "filter" | "sort" | "stage", value: string) => void;
    clear: () => void;
    filtered: boolean;
    stage: string | null; // on the phone: the stage that is shown
}

// A text of the model language.
export function quoted(text: string): string {
    return `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")}"`;
}

export function expressionOf({ persona, source, expression }: Chosen): string | undefined {
    const parts = [];
    if (persona) parts.push(`persona is ${quoted(persona)}`);
    if (source) parts.push(`(source is ${quoted(source)} or any inbound where source is ${quoted(source)})`);
    if (expression.trim()) parts.push(parts.length ? `(${expression.trim()})` : expression.trim());
    return parts.join(" and ") || undefined;
}

export function useView(): View {
    const [params, setParams] = useSearchParams();
    const { at } = useDay();
    const owner = params.get("owner") ?? "";
    const persona = params.get("persona") ?? "";
    const source = params.get("source") ?? "";
    const expression = params.get("filter") ?? "";
    const sort = SORTS.find((one) => one === params.get("sort")) ?? "-since";
    return useMemo(
        () => ({
            chosen: { owner, persona, source, expression },
            filter: expressionOf({ persona, source, expression }),
            owner: owner || undefined,
            sort,
            at,
            set: (name, value) =>
                setParams(
                    (old) => {
                        if (value) old.set(name, value);
                        else old.delete(name);
                        return old;
                    },
                    { replace: true },
                ),
            clear: () =>
                setParams((old) => {
                    for (const name of ["owner", "persona", "source", "filter"]) old.delete(name);
                    return old;
                }),
            filtered: !!(owner || persona || source || expression),
            stage: params.get("stage"),
        }),
        [owner, persona, source, expression, sort, at, params, setParams],
    );
}
