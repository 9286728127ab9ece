// One sentence of advice, computed from the numbers: which step is the weakest, and whether the first stage fills.
import type { Schemas } from "../../api/client";

export type Stage = Schemas["FunnelReportStage"];
type Period = Schemas["TransitionPeriod"];

const ENOUGH = 10; // of fewer, a share says nothing

export type Advice =
    | { kind: "none" }
    | { kind: "step"; first: Stage; from: Stage; to: Stage; conversion: number }
    | { kind: "more"; first: Stage; to: Stage; conversion: number };

export interface Trend {
    day: string; // the first of it
    count: number;
    change: number | null; // against the period before, null: nothing was there
    contacts: string | undefined;
}

export function advise(stages: Stage[], benchmark: number): Advice {
    const first = stages[0];
    if (!first?.reached) return { kind: "none" };
    let weakest: { from: Stage; to: Stage; conversion: number } | null = null;
    for (const [i, to] of stages.entries()) {
        const from = stages[i - 1];
        if (!from || from.reached < ENOUGH || to.conversion === null) continue;
        if (!weakest || to.conversion < weakest.conversion) weakest = { from, to, conversion: to.conversion };
    }
    if (!weakest)
        return { kind: "more", first, to: stages[1] ?? first, conversion: stages[1]?.conversion ?? 1 };
    if (weakest.conversion < benchmark) return { kind: "step", first, ...weakest };
    return { kind: "more", first, to: weakest.to, conversion: weakest.conversion };
}

// Of the last full period: how many came up to the stage, and how that changed.
export function trend(periods: Period[], stage: string): Trend | null {
    const full = periods.filter((period) => !period.unfinished);
    const last = full.at(-1);
    const before = full.at(-2);
    if (!last) return null;
    const count = last.up[stage] ?? 0;
    const past = before?.up[stage] ?? 0;
    return {
        day: last.day,
        count,
        change: past ? (count - past) / past : null,
        contacts: last.contacts[stage],
    };
}
