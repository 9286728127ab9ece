// Room below statements for the words that stand beside them, and where each statement begins: so that text and
// words share a row.
import { RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import {
    BlockType,
    Decoration,
    type DecorationSet,
    EditorView,
    ViewPlugin,
    WidgetType,
} from "@codemirror/view";

class Room extends WidgetType {
    constructor(readonly height: number) {
        super();
    }
    eq(other: Room) {
        return other.height === this.height;
    }
    toDOM() {
        const room = document.createElement("div");
        room.style.height = `${this.height}px`;
        return room;
    }
    get estimatedHeight() {
        return this.height;
    }
}

export const setRooms = StateEffect.define<{ line: number; height: number }[]>();

export const rooms = StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update(value, change) {
        for (const effect of change.effects)
            if (effect.is(setRooms)) {
                const lines = change.newDoc.lines;
                return Decoration.set(
                    effect.value
                        .filter((one) => one.height > 0 && one.line <= lines)
                        .map((one) =>
                            Decoration.widget({ widget: new Room(one.height), block: true, side: 1 }).range(
                                change.newDoc.line(one.line).to,
                            ),
                        ),
                    true,
                );
            }
        return value.map(change.changes);
    },
    provide: (field) => EditorView.decorations.from(field),
});

// The lines that are not in the saved text have a bar.
export const setChanged = StateEffect.define<Set<number>>();
const bar = Decoration.line({ class: "changed" });

export const changed = StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update(value, change) {
        for (const effect of change.effects)
            if (effect.is(setChanged))
                return Decoration.set(
                    [...effect.value]
                        .filter((line) => line <= change.newDoc.lines)
                        .map((line) => bar.range(change.newDoc.line(line).from)),
                    true,
                );
        return value.map(change.changes);
    },
    provide: (field) => EditorView.decorations.from(field),
});

// Top of a line and bottom of another, without the room below it.
export function extent(view: EditorView, first: number, last: number): { top: number; bottom: number } {
    const doc = view.state.doc;
    const from = view.lineBlockAt(doc.line(Math.min(first, doc.lines)).from);
    const to = view.lineBlockAt(doc.line(Math.min(last, doc.lines)).from);
    const text = Array.isArray(to.type) ? to.type.find((block) => block.type === BlockType.Text) : to;
    return { top: from.top, bottom: (text ?? to).bottom };
}

// Lines that are too long go on below where they began, a little further in.
const DEEPEST = 24;
function hanging(view: EditorView): DecorationSet {
    const set = new RangeSetBuilder<Decoration>();
    for (const range of view.visibleRanges)
        for (let at = range.from; at <= range.to; ) {
            const line = view.state.doc.lineAt(at);
            const deep = Math.min((/^ */.exec(line.text)?.[0].length ?? 0) + 4, DEEPEST);
            const style = `text-indent: -${deep}ch; padding-inline-start: calc(10px + ${deep}ch)`;
            set.add(line.from, line.from, Decoration.line({ attributes: { style } }));
            at = line.to + 1;
        }
    return set.finish();
}

export const hangingLines = ViewPlugin.define(
    (view) => ({
        decorations: hanging(view),
        update(change) {
            if (change.docChanged || change.viewportChanged) this.decorations = hanging(change.view);
        },
    }),
    { decorations: (plugin) => plugin.decorations },
);
