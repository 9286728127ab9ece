// The editor of one line (CodeMirror): loaded when a bar is shown.
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { completeModel, type Vocabulary } from "../language/complete";
import { language, showProblems } from "../language/editor";
import type { Problem } from "../language/problem";
import { type Text, useText } from "../text";

export interface FieldProps {
    value: string;
    onChange: (text: string) => void;
    problems: Problem[];
    vocabulary: Vocabulary;
    label: string;
    placeholder: string;
    onEnter?: () => void;
}

function create(parent: HTMLElement, text: Text, now: { current: FieldProps }): EditorView {
    return new EditorView({
        parent,
        state: EditorState.create({
            doc: now.current.value,
            extensions: [
                language({
                    complete: completeModel(text, () => now.current.vocabulary),
                    problems: () => now.current.problems,
                    singleLine: true,
                }),
                keymap.of([
                    {
                        key: "Enter",
                        run: () => {
                            now.current.onEnter?.();
                            return true;
                        },
                    },
                    {
                        key: "Escape",
                        run: (view) => {
                            view.contentDOM.blur();
                            return true;
                        },
                    },
                ]),
                placeholder(now.current.placeholder),
                EditorView.contentAttributes.of({
                    "aria-label": now.current.label,
                    spellcheck: "false",
                    tabindex: "0",
                }),
                EditorView.updateListener.of((update) => {
                    if (update.docChanged) now.current.onChange(update.state.doc.toString());
                }),
            ],
        }),
    });
}

export default function ExpressionField(props: FieldProps) {
    const text = useText();
    const place = useRef<HTMLDivElement>(null);
    const view = useRef<EditorView | null>(null);
    const now = useRef(props);
    now.current = props;
    useEffect(() => {
        if (!place.current) return;
        const made = create(place.current, text, now);
        view.current = made;
        return () => made.destroy();
    }, [text]);
    // What comes from elsewhere (a saved segment, the builder) replaces what stands there.
    useEffect(() => {
        const editor = view.current;
        const doc = editor?.state.doc.toString();
        if (editor && doc !== props.value)
            editor.dispatch({ changes: { from: 0, to: doc?.length ?? 0, insert: props.value } });
    }, [props.value]);
    useEffect(() => {
        if (view.current) showProblems(view.current, props.problems, text.expression.take);
    }, [props.problems, text]);
    return <div ref={place} style={{ flex: 1, minWidth: 0 }} />;
}
