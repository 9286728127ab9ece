// The steps of a sequence as a tree: a step that branches holds the steps of its two arms. The API has them as a list
// in which steps say where they lead; treeOf and listOf go from one to the other. All changes give a new tree; ids
// never change, because people stand at them.
export const ARMS = ["yes", "no"] as const;
export type Arm = (typeof ARMS)[number];

export interface Node {
    id: string;
    kind: string;
    yes?: Node[];
    no?: Node[];
}

// Leads on to the step below where it does not say where, "end": out of the sequence. Only ever down.
export interface Flat {
    id: string;
    kind: string;
    next?: string | null;
    then?: string | null;
    otherwise?: string | null;
}

// Between two steps: in the list of the sequence (of: null) or of one arm, before its `at`-th step.
export interface Place {
    of: string | null;
    arm: Arm;
    at: number;
}

export const branches = (step: Node) => step.kind === "branch" || step.kind === "wait_for";

const armOf = <T extends Node>(step: T, arm: Arm): T[] => (step[arm] ?? []) as T[];

// Each step once, in the order in which one reads them.
export function all<T extends Node>(steps: T[]): T[] {
    return steps.flatMap((step) => [step, ...ARMS.flatMap((arm) => all(armOf(step, arm)))]);
}

export function find<T extends Node>(steps: T[], id: string): T | undefined {
    return all(steps).find((step) => step.id === id);
}

// Changes every list of the tree, the inner ones first.
function lists<T extends Node>(
    steps: T[],
    change: (list: T[], of: string | null, arm: Arm) => T[],
    of: string | null = null,
    arm: Arm = "yes",
): T[] {
    const inner = steps.map((step) =>
        branches(step)
            ? {
                  ...step,
                  yes: lists(armOf(step, "yes"), change, step.id, "yes"),
                  no: lists(armOf(step, "no"), change, step.id, "no"),
              }
            : step,
    );
    return change(inner, of, arm);
}

export function insert<T extends Node>(steps: T[], place: Place, step: T): T[] {
    return lists(steps, (list, of, arm) =>
        of === place.of && arm === place.arm
            ? [...list.slice(0, place.at), step, ...list.slice(place.at)]
            : list,
    );
}

// With what is in its arms.
export function remove<T extends Node>(steps: T[], id: string): T[] {
    return lists(steps, (list) => list.filter((step) => step.id !== id));
}

export function change<T extends Node>(steps: T[], id: string, to: Partial<T>): T[] {
    return lists(steps, (list) => list.map((step) => (step.id === id ? { ...step, ...to } : step)));
}

// All places in reading order.
export function places(steps: Node[], of: string | null = null, arm: Arm = "yes"): Place[] {
    return [
        ...steps.flatMap((step, at) => [
            { of, arm, at },
            ...(branches(step) ? ARMS.flatMap((one) => places(armOf(step, one), step.id, one)) : []),
        ]),
        { of, arm, at: steps.length },
    ];
}

const same = (a: Place, b: Place) => a.of === b.of && a.arm === b.arm && a.at === b.at;

export function placeOf(steps: Node[], id: string): Place | undefined {
    return places(steps).find((place) => listAt(steps, place)[place.at]?.id === id);
}

function listAt(steps: Node[], place: Place): Node[] {
    const step = place.of === null ? undefined : find(steps, place.of);
    return place.of === null ? steps : step ? armOf(step, place.arm) : [];
}

// Takes the step out and puts it there; into itself it cannot go.
export function move<T extends Node>(steps: T[], id: string, to: Place): T[] {
    const step = find(steps, id);
    const from = placeOf(steps, id);
    if (!step || !from || (to.of !== null && all([step]).some((one) => one.id === to.of))) return steps;
    const before = from.of === to.of && from.arm === to.arm && from.at < to.at ? 1 : 0;
    return insert(remove(steps, id), { ...to, at: to.at - before }, step);
}

// One place up or down in reading order, into arms and out of them.
export function shift<T extends Node>(steps: T[], id: string, by: 1 | -1): T[] {
    const from = placeOf(steps, id);
    if (!from) return steps;
    const step = find(steps, id);
    const own = new Set(step ? all([step]).map((one) => one.id) : []);
    const open = places(steps).filter(
        (place) => !(place.of !== null && own.has(place.of)) && !same(place, { ...from, at: from.at + 1 }),
    );
    const to = open[open.findIndex((place) => same(place, from)) + by];
    return to ? move(steps, id, to) : steps;
}

export function newId(steps: Node[]): string {
    const taken = new Set(all(steps).map((step) => step.id));
    let n = taken.size + 1;
    while (taken.has(`s${n}`)) n++;
    return `s${n}`;
}

// --- lists of the API

const END = "end";

// null: the steps lead elsewhere than a tree can (a program wrote them so).
export function treeOf<T extends Flat>(list: T[]): (T & Node)[] | null {
    const place = new Map(list.map((step, at) => [step.id, at]));
    const end = list.length;
    const to = (id: string | null | undefined, otherwise: number) =>
        !id ? otherwise : id === END ? end : (place.get(id) ?? otherwise);
    const after = list.map((step, at) => {
        const next = to(step.next, at + 1);
        return branches(step)
            ? { yes: to(step.then, next), no: to(step.otherwise, next) }
            : { yes: next, no: next };
    });
    // Where both arms have come together again: the nearest step that all ways from here pass.
    const meets: number[] = Array(end).fill(end);
    for (let at = end - 1; at >= 0; at--) {
        let { yes = end, no = end } = after[at] ?? {};
        while (yes !== no) {
            if (yes < no) yes = meets[yes] ?? end;
            else no = meets[no] ?? end;
        }
        meets[at] = yes;
    }
    const seen = new Set<string>();
    function from(start: number, stop: number): (T & Node)[] {
        const made: (T & Node)[] = [];
        for (let at = start; at < stop; at = meets[at] ?? end) {
            const step = list[at];
            if (!step) break;
            seen.add(step.id);
            const { next: _, then: __, otherwise: ___, ...own } = step;
            const meet = meets[at] ?? end;
            made.push(
                (branches(step)
                    ? { ...own, yes: from(after[at]?.yes ?? end, meet), no: from(after[at]?.no ?? end, meet) }
                    : own) as T & Node,
            );
        }
        return made;
    }
    const tree = from(0, end);
    return seen.size === list.length && all(tree).length === list.length ? tree : null;
}

export function listOf<T extends Node>(steps: T[], after = END): (Omit<T, "yes" | "no"> & Flat)[] {
    return steps.flatMap((step, at) => {
        const below = steps[at + 1]?.id ?? after;
        const { yes, no, ...own } = step;
        if (!branches(step)) return [{ ...own, next: below } as Omit<T, "yes" | "no"> & Flat];
        return [
            {
                ...own,
                // biome-ignore lint/suspicious/noThenProperty: the API calls it so
                then: yes?.[0]?.id ?? below,
                otherwise: no?.[0]?.id ?? below,
            } as Omit<T, "yes" | "no"> & Flat,
            ...listOf((yes ?? []) as T[], below),
            ...listOf((no ?? []) as T[], below),
        ];
    });
}
