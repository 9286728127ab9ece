// Why a contact stands where it stands: the answer of explain, typed, and what is read out of it.
import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../api/client";

export interface Missing {
    action: "do" | "wait" | "raise" | "ask" | "check" | "fill" | "reach" | "leave" | "wait_until" | string;
    what: string;
}

export interface Condition {
    text: string;
    op: "atom" | "and" | "or" | "not";
    tree: unknown;
    holds: boolean;
    ends_at: string | null;
    evidence: string[]; // message ids
    missing: Missing[];
    children: Condition[];
}

export interface StageWhy {
    name: string;
    label: string;
    on: boolean;
    reached: boolean;
    when: Condition;
    until: Condition | null;
}

export interface ScorePart {
    points: number;
    decay: number;
    value: number;
    evidence: string[];
}

export type Explanation = Omit<Schemas["Explanation"], "stages" | "score_parts"> & {
    stages: StageWhy[];
    score_parts: ScorePart[];
};

export function useExplanation(id: string, at?: string, model?: string) {
    return useQuery({
        queryKey: ["contact", id, "explain", at, model],
        queryFn: async () =>
            (await data(
                api.GET("/api/contacts/{id}/explain", {
                    params: { path: { id }, query: { at, model, trees: true } },
                }),
            )) as unknown as Explanation,
        placeholderData: (old) => old,
    });
}

// When the stage is left if nothing happens; undefined: never by itself.
export function stageEnds(stage: StageWhy): string | undefined {
    if (stage.until) return stage.until.holds ? undefined : (stage.until.ends_at ?? undefined);
    return stage.when.holds ? (stage.when.ends_at ?? undefined) : undefined;
}

// The stages that come after the current one and are not reached now, nearest first.
export function nextStages(explanation: Explanation): StageWhy[] {
    const now = explanation.stages.findIndex((stage) => stage.name === explanation.stage);
    return explanation.stages.filter((stage, i) => i > now && !stage.on);
}

// What holds a stage back although what it asks for is there: the true parts of its `until`.
export function heldBack(stage: StageWhy): Condition[] {
    if (stage.on || !stage.when.holds || !stage.until?.holds) return [];
    return trueParts(stage.until);
}

export function trueParts(condition: Condition): Condition[] {
    if (!condition.holds) return [];
    if (condition.op === "or") return condition.children.flatMap(trueParts);
    return [condition];
}

// All message ids that an explanation names.
export function evidenceOf(explanation: Explanation): string[] {
    const all = new Set<string>();
    const walk = (condition: Condition | null) => {
        for (const one of condition?.evidence ?? []) all.add(one);
        condition?.children.forEach(walk);
    };
    for (const stage of explanation.stages) {
        walk(stage.when);
        walk(stage.until);
    }
    for (const part of explanation.score_parts) for (const one of part.evidence) all.add(one);
    return [...all];
}
