// J and K go through a column's cards, the arrows also to the columns beside; M chooses a stage for the card that
// has the focus, else for the one under the mouse.
import { useKeys } from "../../shell/keys";

const card = () =>
    document.activeElement?.closest<HTMLElement>("[data-card]") ??
    document.querySelector<HTMLElement>("[data-card]:hover");

function focus(element: Element | null | undefined) {
    element?.querySelector<HTMLElement>("a")?.focus();
}

// Virtual rows stand in the document in any order: by where they are.
function sorted(column: Element | null | undefined): HTMLElement[] {
    return [...(column?.querySelectorAll<HTMLElement>("[data-card]") ?? [])].sort(
        (a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top,
    );
}

function along(step: 1 | -1) {
    const now = card();
    if (!now) return focus(document.querySelector("[data-card]"));
    const cards = sorted(now.closest("[data-column]"));
    focus(cards[cards.indexOf(now) + step]);
}

function beside(step: 1 | -1) {
    const now = card();
    if (!now) return focus(document.querySelector("[data-card]"));
    const columns = [...document.querySelectorAll("[data-column]")].filter((one) => sorted(one).length);
    const next = columns[columns.indexOf(now.closest("[data-column]") as Element) + step];
    const top = now.getBoundingClientRect().top;
    const near = sorted(next).sort(
        (a, b) =>
            Math.abs(a.getBoundingClientRect().top - top) - Math.abs(b.getBoundingClientRect().top - top),
    );
    focus(near[0]);
}

export function useBoardKeys(pick: ((card: string) => void) | null) {
    useKeys({
        j: () => along(1),
        k: () => along(-1),
        ArrowDown: () => along(1),
        ArrowUp: () => along(-1),
        ArrowRight: () => beside(1),
        ArrowLeft: () => beside(-1),
        ...(pick && {
            m: () => {
                const id = card()?.dataset.card;
                if (id) pick(id);
            },
        }),
    });
}
