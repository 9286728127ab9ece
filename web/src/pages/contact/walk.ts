// The list that a contact was opened from, so that one can go on to the next without going back.
interface Walk {
    ids: string[];
    total: number;
    back: string; // address of the list
}

let walk: Walk | null = null;

export function setWalk(next: Walk) {
    walk = next;
}

export function placeIn(id: string) {
    const at = walk ? walk.ids.indexOf(id) : -1;
    if (!walk || at < 0) return null;
    return {
        at: at + 1,
        total: walk.total,
        back: walk.back,
        previous: walk.ids[at - 1],
        next: walk.ids[at + 1],
    };
}
