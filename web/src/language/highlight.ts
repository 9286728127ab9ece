// The model language's colours, in the editor (CodeMirror).
import { RangeSetBuilder } from "@codemirror/state";
import {
    Decoration,
    type DecorationSet,
    EditorView,
    type PluginValue,
    ViewPlugin,
    type ViewUpdate,
} from "@codemirror/view";
import { type TokenKind, tokens } from "./tokens";

const MARKS: Record<TokenKind, Decoration> = {
    key: Decoration.mark({ class: "syn-key" }),
    name: Decoration.mark({ class: "syn-name" }),
    str: Decoration.mark({ class: "syn-str" }),
    num: Decoration.mark({ class: "syn-num" }),
    com: Decoration.mark({ class: "syn-com" }),
};

// No token is longer than its line, so whole visible lines are enough.
function decorate(view: EditorView): DecorationSet {
    const set = new RangeSetBuilder<Decoration>();
    for (const range of view.visibleRanges) {
        const from = view.state.doc.lineAt(range.from).from;
        const to = view.state.doc.lineAt(range.to).to;
        for (const token of tokens(view.state.sliceDoc(from, to)))
            if (token.kind)
                set.add(from + token.from, from + token.from + token.text.length, MARKS[token.kind]);
    }
    return set.finish();
}

class Colours implements PluginValue {
    decorations: DecorationSet;
    constructor(view: EditorView) {
        this.decorations = decorate(view);
    }
    update(change: ViewUpdate) {
        if (change.docChanged || change.viewportChanged) this.decorations = decorate(change.view);
    }
}

export const highlighting = [
    ViewPlugin.fromClass(Colours, { decorations: (colours) => colours.decorations }),
    EditorView.theme({
        ".syn-key": { color: "var(--syn-key)" },
        ".syn-name": { color: "var(--syn-name)" },
        ".syn-str": { color: "var(--syn-str)" },
        ".syn-num": { color: "var(--syn-num)" },
        ".syn-com": { color: "var(--syn-com)", fontStyle: "italic" },
    }),
];
