// What all editors of the language have: colours, completion, problems underlined where they are.
import {
    acceptCompletion,
    autocompletion,
    type CompletionSource,
    closeCompletion,
    completionKeymap,
    completionStatus,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension, Prec, type Text } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { highlighting } from "./highlight";
import { meant, type Problem } from "./problem";

// Lines and columns of problems count characters; editors count UTF-16 units.
export function rangeOf(state: EditorState, problem: Problem): { from: number; to: number } {
    const line = state.doc.line(Math.min(Math.max(problem.line, 1), state.doc.lines));
    const letters = [...line.text];
    const start = letters.slice(0, problem.column - 1).join("").length;
    const length = letters.slice(problem.column - 1, problem.column - 1 + problem.length).join("").length;
    const from = line.from + Math.min(start, line.length);
    return { from, to: Math.min(line.to, from + Math.max(length, 1)) };
}

// Puts what was meant where the problem stands.
export function take(view: EditorView, problem: Problem) {
    const word = meant(problem);
    if (word === null) return;
    const { from, to } = rangeOf(view.state, problem);
    view.dispatch({
        changes: { from, to, insert: word },
        selection: { anchor: from + word.length },
        userEvent: "input.complete",
    });
    view.focus();
}

// said: the sentence of a problem in the reader's words.
export function showProblems(view: EditorView, problems: Problem[], takeIt: string) {
    const diagnostics: Diagnostic[] = problems.map((problem) => ({
        ...rangeOf(view.state, problem),
        severity: problem.severity === "error" ? "error" : "warning",
        message: problem.message,
        actions:
            meant(problem) !== null
                ? [{ name: `${takeIt}: ${meant(problem)}`, apply: (at: EditorView) => take(at, problem) }]
                : undefined,
    }));
    view.dispatch(setDiagnostics(view.state, diagnostics));
}

export const look = EditorView.theme({
    "&": { backgroundColor: "transparent", color: "var(--text)" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: "var(--mono)", fontVariantLigatures: "none" },
    ".cm-content": { caretColor: "var(--text)" },
    ".cm-cursor": { borderLeftColor: "var(--text)" },
    "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": {
        backgroundColor: "color-mix(in srgb, var(--accent) 22%, transparent) !important",
    },
    ".cm-placeholder": { color: "var(--muted)" },
    ".cm-lintRange-error": {
        backgroundImage: "none",
        textDecoration: "underline wavy var(--danger)",
        textUnderlineOffset: "3px",
    },
    ".cm-lintRange-warning": {
        backgroundImage: "none",
        textDecoration: "underline wavy var(--warn)",
        textUnderlineOffset: "3px",
    },
    ".cm-tooltip": {
        backgroundColor: "var(--raised)",
        border: "1px solid var(--line-2)",
        borderRadius: "8px",
        boxShadow: "var(--shadow-3)",
        overflow: "hidden",
        color: "var(--text)",
    },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": {
        fontFamily: "var(--mono)",
        fontSize: "12px",
        padding: "4px",
        maxHeight: "264px",
    },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
        display: "flex",
        gap: "12px",
        alignItems: "center",
        minHeight: "28px",
        padding: "2px 8px",
        borderRadius: "4px",
    },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
        backgroundColor: "var(--accent-tint)",
        color: "var(--text)",
    },
    ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
    ".cm-completionDetail": {
        fontStyle: "normal",
        fontFamily: "var(--sans)",
        color: "var(--muted)",
        marginLeft: "auto",
    },
    ".cm-completionLabel": { color: "var(--syn-name)" },
    ".cm-diagnostic": { fontFamily: "var(--sans)", fontSize: "12px", padding: "6px 10px", borderLeft: "0" },
    ".cm-diagnosticAction": {
        backgroundColor: "var(--accent-fill)",
        color: "#fff",
        borderRadius: "4px",
        padding: "2px 6px",
    },
});

// Lines that are pasted become one.
function oneLine(doc: Text) {
    return { from: 0, to: doc.length, insert: doc.toString().replace(/\s*\n\s*/g, " ") };
}

// problems(): those that are shown now. Tab takes a completion, else what was meant at the cursor.
export function language(options: {
    complete: CompletionSource;
    problems: () => Problem[];
    singleLine?: boolean;
    gutter?: boolean;
}): Extension[] {
    const tab = (view: EditorView) => {
        if (completionStatus(view.state) === "active") return acceptCompletion(view);
        const head = view.state.selection.main.head;
        const problem = options.problems().find((one) => {
            const range = rangeOf(view.state, one);
            return meant(one) !== null && (options.singleLine || (range.from <= head && head <= range.to));
        });
        if (!problem) return false;
        closeCompletion(view);
        take(view, problem);
        return true;
    };
    return [
        history(),
        highlighting,
        autocompletion({ override: [options.complete], icons: false, activateOnTyping: true }),
        Prec.high(keymap.of([{ key: "Tab", run: tab }])),
        keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        options.gutter ? lintGutter() : [],
        look,
        options.singleLine
            ? EditorState.transactionFilter.of((change) =>
                  change.newDoc.lines > 1
                      ? [change, { sequential: true, changes: oneLine(change.newDoc) }]
                      : change,
              )
            : [],
    ];
}
