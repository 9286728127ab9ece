// The text of a mail (CodeMirror): Markdown or HTML with variables, which complete behind "{{". Loaded when it is
// shown.
import { autocompletion, type CompletionContext, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { EditorState } from "@codemirror/state";
import {
    Decoration,
    type DecorationSet,
    EditorView,
    keymap,
    MatchDecorator,
    ViewPlugin,
    type ViewUpdate,
} from "@codemirror/view";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import { look } from "../../language/editor";
import type { Variable } from "./variables";

export interface BodyHandle {
    insert: (text: string) => void;
}

export interface BodyProps {
    ref?: Ref<BodyHandle>;
    value: string;
    onChange: (text: string) => void;
    label: string;
    variables: Variable[];
    readOnly?: boolean;
    describedBy?: string;
}

const STYLES = [
    [/\{%.*?%\}/, "color: var(--syn-key)"],
    [/\{\{.*?\}\}/, "color: var(--syn-name)"],
    [/^#{1,6} .*$/, "font-weight: 600"],
    [/\*\*[^*\n]+\*\*/, "font-weight: 600"],
    [/!?\[[^\]\n]*\]\([^)\n]*\)|<[^>\n]*>/, "color: var(--syn-str)"],
] as const;

const matcher = new MatchDecorator({
    regexp: new RegExp(STYLES.map(([one]) => `(${one.source})`).join("|"), "gm"),
    decoration: (match) => {
        const at = match.slice(1).findIndex((one) => one !== undefined);
        return Decoration.mark({ attributes: { style: STYLES[at]?.[1] ?? "" } });
    },
});

const colours = ViewPlugin.fromClass(
    class {
        marks: DecorationSet;
        constructor(view: EditorView) {
            this.marks = matcher.createDeco(view);
        }
        update(update: ViewUpdate) {
            this.marks = matcher.updateDeco(update, this.marks);
        }
    },
    { decorations: (plugin) => plugin.marks },
);

function complete(variables: () => Variable[]) {
    return (context: CompletionContext) => {
        const word = context.matchBefore(/\{\{\s*[\w.]*/);
        if (!word) return null;
        const from = word.from + (/^\{\{\s*/.exec(word.text)?.[0].length ?? 0);
        const closed = context.state.sliceDoc(context.pos, context.pos + 40).match(/^\s*(\||\}\})/);
        return {
            from,
            options: variables().map((one) => ({
                label: one.name,
                detail: one.label,
                apply: closed ? one.name : `${one.name} }}`,
            })),
        };
    };
}

const sizes = EditorView.theme({
    "&": { fontSize: "13px", maxHeight: "60vh", minHeight: "240px" },
    ".cm-scroller": { lineHeight: "20px", overflow: "auto" },
    ".cm-content": { padding: "8px 0" },
    ".cm-line": { padding: "0 12px" },
});

function create(parent: HTMLElement, now: { current: BodyProps }): EditorView {
    return new EditorView({
        parent,
        state: EditorState.create({
            doc: now.current.value,
            extensions: [
                history(),
                colours,
                autocompletion({ override: [complete(() => now.current.variables)], icons: false }),
                keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
                look,
                sizes,
                EditorView.lineWrapping,
                EditorState.readOnly.of(!!now.current.readOnly),
                EditorView.contentAttributes.of({
                    "aria-label": now.current.label,
                    ...(now.current.describedBy ? { "aria-describedby": now.current.describedBy } : {}),
                    spellcheck: "true",
                    tabindex: "0",
                }),
                EditorView.updateListener.of((update) => {
                    if (update.docChanged) now.current.onChange(update.state.doc.toString());
                }),
            ],
        }),
    });
}

export default function Body(props: BodyProps) {
    const place = useRef<HTMLDivElement>(null);
    const view = useRef<EditorView | null>(null);
    const now = useRef(props);
    now.current = props;
    useEffect(() => {
        if (!place.current) return;
        const made = create(place.current, now);
        view.current = made;
        return () => made.destroy();
    }, []);
    useEffect(() => {
        const editor = view.current;
        const doc = editor?.state.doc.toString();
        if (editor && doc !== props.value)
            editor.dispatch({ changes: { from: 0, to: doc?.length ?? 0, insert: props.value } });
    }, [props.value]);
    useImperativeHandle(props.ref, () => ({
        insert: (text: string) => {
            const editor = view.current;
            if (!editor) return;
            const { from, to } = editor.state.selection.main;
            editor.dispatch({
                changes: { from, to, insert: text },
                selection: { anchor: from + text.length },
                userEvent: "input",
            });
            editor.focus();
        },
    }));
    return <div ref={place} />;
}
