// The model's text (CodeMirror) with the words beside it. Loaded when a model is opened.
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { completeModel, type Vocabulary } from "../../language/complete";
import { language, rangeOf, showProblems } from "../../language/editor";
import type { Problem } from "../../language/problem";
import { type Text, useText } from "../../text";
import { changed, extent, hangingLines, rooms, setChanged, setRooms } from "./beside";
import classes from "./editor.module.css";
import type { Group } from "./said";
import { Said } from "./said_list";

export interface SourceProps {
    value: string;
    onChange: (text: string) => void;
    problems: Problem[];
    vocabulary: Vocabulary;
    groups: Group[];
    changed: Set<number>;
    readOnly: boolean;
    words: boolean; // beside the text
    goTo: { problem: Problem } | null;
    onEnter: () => void;
}

type Moved = (view: EditorView) => void;

function create(parent: HTMLElement, text: Text, now: RefObject<SourceProps>, moved: Moved): EditorView {
    return new EditorView({
        parent,
        state: EditorState.create({
            doc: now.current.value,
            extensions: [
                keymap.of([
                    {
                        key: "Mod-Enter",
                        run: () => {
                            now.current.onEnter();
                            return true;
                        },
                    },
                ]),
                language({
                    complete: completeModel(text, () => now.current.vocabulary),
                    problems: () => now.current.problems,
                }),
                lineNumbers(),
                rooms,
                changed,
                hangingLines,
                EditorView.lineWrapping,
                EditorState.readOnly.of(now.current.readOnly),
                EditorView.contentAttributes.of({
                    "aria-label": text.models.editor.definition,
                    spellcheck: "false",
                    tabindex: "0",
                }),
                EditorView.updateListener.of((update) => {
                    if (update.docChanged) now.current.onChange(update.state.doc.toString());
                    if (update.docChanged || update.geometryChanged || update.viewportChanged)
                        moved(update.view);
                }),
            ],
        }),
    });
}

interface Place {
    top: number;
}

// Where each group of statements begins; makes room where its words are taller than its text.
function usePlaces(
    view: RefObject<EditorView | null>,
    column: RefObject<HTMLDivElement | null>,
    groups: Group[],
): [Place[], Moved] {
    const [places, setPlaces] = useState<Place[]>([]);
    const shown = useRef(groups);
    shown.current = groups;
    const sent = useRef("");
    const waiting = useRef(0);
    const measure = () => {
        const editor = view.current;
        const words = column.current;
        if (!editor || !words) return;
        const padding = editor.documentPadding.top;
        const boxes = [...words.querySelectorAll<HTMLElement>("[data-group]")];
        const found = shown.current.map((group, i) => {
            const { top, bottom } = extent(editor, group.line, group.end);
            const height = boxes[i]?.offsetHeight ?? 0;
            return { top: top + padding, line: group.end, height: Math.ceil(height - (bottom - top)) };
        });
        setPlaces((old) =>
            old.length === found.length && old.every((one, i) => Math.abs(one.top - (found[i]?.top ?? 0)) < 1)
                ? old
                : found.map(({ top }) => ({ top })),
        );
        const next = found.filter((one) => one.height > 0).map(({ line, height }) => ({ line, height }));
        const name = JSON.stringify(next);
        if (name === sent.current) return;
        sent.current = name;
        editor.dispatch({ effects: setRooms.of(next) });
    };
    const soon = () => {
        cancelAnimationFrame(waiting.current);
        waiting.current = requestAnimationFrame(measure);
    };
    // biome-ignore lint/correctness/useExhaustiveDependencies: new words are measured; the rest is in refs
    useLayoutEffect(soon, [groups]);
    useEffect(() => () => cancelAnimationFrame(waiting.current), []);
    const stable = useRef<Moved>(() => soon());
    return [places, stable.current];
}

export default function Source(props: SourceProps) {
    const text = useText();
    const place = useRef<HTMLDivElement>(null);
    const column = useRef<HTMLDivElement>(null);
    const view = useRef<EditorView | null>(null);
    const now = useRef(props);
    now.current = props;
    const [places, moved] = usePlaces(view, column, props.groups);
    useEffect(() => {
        if (!place.current) return;
        const made = create(place.current, text, now, moved);
        view.current = made;
        moved(made);
        return () => made.destroy();
    }, [text, moved]);
    useEffect(() => {
        const editor = view.current;
        const doc = editor?.state.doc.toString();
        if (editor && doc !== props.value)
            editor.dispatch({ changes: { from: 0, to: doc?.length ?? 0, insert: props.value } });
    }, [props.value]);
    useEffect(() => {
        if (view.current) showProblems(view.current, props.problems, text.expression.take);
    }, [props.problems, text]);
    useEffect(() => {
        view.current?.dispatch({ effects: setChanged.of(props.changed) });
    }, [props.changed]);
    useEffect(() => {
        const editor = view.current;
        if (!editor || !props.goTo) return;
        const { from } = rangeOf(editor.state, props.goTo.problem);
        editor.dispatch({
            selection: { anchor: from },
            effects: EditorView.scrollIntoView(from, { y: "center" }),
        });
        editor.focus();
    }, [props.goTo]);
    return (
        <div className={classes.source} data-words={props.words || undefined}>
            <div ref={place} className={classes.code} />
            {props.words && (
                <div ref={column} className={classes.words}>
                    {props.groups.map((group, i) => (
                        <div
                            key={`${group.line} ${group.said[0]?.head}`}
                            data-group
                            style={{ top: places[i]?.top ?? 0, visibility: places[i] ? undefined : "hidden" }}
                        >
                            <Said group={group} />
                        </div>
                    ))}
                </div>
            )}
        </div>
    );
}
