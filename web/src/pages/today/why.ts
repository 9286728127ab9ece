// Why somebody stands where they stand, in one sentence; and what is missing for the next stage.
import type { Tree } from "../../language/tree";
import { sentence } from "../../language/words";
import type { Missing } from "../../parts/missing";
import type { Text } from "../../text";

interface Node {
    tree: Tree | null;
    op: "atom" | "and" | "or" | "not";
    holds: boolean;
    missing: Missing[];
    children: Node[];
}

export interface StageWhy {
    name: string;
    label: string;
    on: boolean;
    when: Node;
}

// Of alternatives, the one that holds.
function holding(node: Node): Node {
    const child = node.op === "or" ? node.children.find((one) => one.holds) : undefined;
    return child ? holding(child) : node;
}

export function whySentence(text: Text, stages: StageWhy[], current: string): string {
    const words = text.today.pane;
    const stage = stages.find((one) => one.name === current);
    if (!stage) return words.whyNone;
    const node = holding(stage.when);
    if (!node.holds || !node.tree) return words.whyHand(stage.label);
    return words.whyIs(stage.label, sentence(text, node.tree, { stages }));
}

// The stage after the one where they stand, and what a person can do for it.
export function nextSteps(
    stages: StageWhy[],
    current: string,
): { stage: StageWhy; missing: Missing[] } | null {
    const stage = stages[stages.findIndex((one) => one.name === current) + 1];
    if (!stage) return null;
    return { stage, missing: stage.when.missing.filter((one) => one.action !== "wait_until").slice(0, 3) };
}
