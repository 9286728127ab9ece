// One condition: its text with completion and errors in place, the sentence in words below. The editor itself is
// loaded when the first bar is shown. onValid: what can be asked, also "" (everybody).
import { ActionIcon, Button } from "@mantine/core";
import { IconAdjustments, IconFilter, IconX } from "@tabler/icons-react";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { type Fields, useFields } from "../language/fields";
import { hint, meant } from "../language/problem";
import { sentence } from "../language/words";
import { useText } from "../text";
import classes from "./bar.module.css";
import { type CheckState, useCheck } from "./check";

const Field = lazy(() => import("./field"));
const Builder = lazy(() => import("./builder"));

export interface ExpressionBarProps {
    value: string;
    onChange: (text: string) => void;
    onValid: (text: string) => void;
    placeholder?: string;
    label?: string;
    compact?: boolean; // without the sentence in words and the builder
    count?: ReactNode; // how many it holds for, and the like; stands right in the bar
}

// Says once of each text that it can be asked.
function useValid(value: string, { checked }: CheckState, onValid: (text: string) => void) {
    const told = useRef<string | null>(null);
    const tell = useRef(onValid);
    tell.current = onValid;
    const valid = value.trim() === "" ? "" : checked?.ok ? value : null;
    useEffect(() => {
        if (valid === null || valid === told.current) return;
        told.current = valid;
        tell.current(valid);
    }, [valid]);
}

function Words({ check, fields }: { check: CheckState; fields: Fields }) {
    const text = useText();
    const { checked, tree } = check;
    const problem = checked?.problems.find((one) => one.severity === "error");
    if (problem)
        return (
            <p className={classes.words} role="status">
                <span className="danger">{upper(problem.message)}.</span>
                {problem.suggestion !== null && <span> {hint(text.expression, problem)} </span>}
                {meant(problem) !== null && <kbd>Tab</kbd>}
            </p>
        );
    if (!tree) return null;
    return (
        <p className={classes.words} role="status">
            {text.expression.inWords} <b>{sentence(text, tree, { stages: fields.stages })}</b>
        </p>
    );
}

function upper(said: string): string {
    return said.charAt(0).toUpperCase() + said.slice(1);
}

// The text as it is being written. Pages that keep it in the address give it back a moment later, when more may
// have been written: what was told within the last seconds is an echo, anything else comes from outside.
const ECHO = 3000;

function useWritten(value: string, onChange: (text: string) => void): [string, (text: string) => void] {
    const [written, setWritten] = useState(value);
    const told = useRef(new Map<string, number>());
    useEffect(() => {
        if (Date.now() - (told.current.get(value) ?? 0) > ECHO) setWritten(value);
    }, [value]);
    const write = (text: string) => {
        const now = Date.now();
        for (const [old, at] of told.current) if (now - at > ECHO) told.current.delete(old);
        told.current.set(text, now);
        setWritten(text);
        onChange(text);
    };
    return [written, write];
}

const NONE: never[] = [];

export function ExpressionBar(props: ExpressionBarProps) {
    const text = useText();
    const fields = useFields();
    const [written, write] = useWritten(props.value, props.onChange);
    const check = useCheck(written);
    useValid(written, check, props.onValid);
    const vocabulary = useMemo(() => ({ fields, signals: NONE, model: false }), [fields]);
    const [building, setBuilding] = useState(false);
    const hint = props.placeholder ?? text.expression.placeholder;
    return (
        <div className={classes.expression}>
            <div className={classes.bar} data-wrong={check.checked?.ok === false || undefined}>
                <IconFilter size={16} stroke={1.75} className="muted" aria-hidden />
                <Suspense fallback={<span className={`${classes.waiting} mono`}>{written || hint}</span>}>
                    <Field
                        value={written}
                        onChange={write}
                        problems={check.checked?.problems ?? NONE}
                        vocabulary={vocabulary}
                        label={props.label ?? text.expression.label}
                        placeholder={hint}
                    />
                </Suspense>
                <span className={`${classes.count} num`}>{props.count}</span>
                {written && (
                    <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={text.expression.clear}
                        onClick={() => write("")}
                    >
                        <IconX size={16} stroke={1.75} />
                    </ActionIcon>
                )}
                {!props.compact && (
                    <Button
                        variant="subtle"
                        aria-expanded={building}
                        leftSection={<IconAdjustments size={16} stroke={1.75} />}
                        onClick={() => setBuilding(!building)}
                    >
                        <span className="no-phone">{text.expression.builder.toggle}</span>
                        <span className="sr-only only-phone">{text.expression.builder.toggle}</span>
                    </Button>
                )}
            </div>
            {!props.compact && <Words check={check} fields={fields} />}
            {building && !props.compact && (
                <Suspense>
                    <Builder
                        value={written}
                        tree={check.tree}
                        checked={check.checked !== undefined}
                        fields={fields}
                        onChange={write}
                    />
                </Suspense>
            )}
        </div>
    );
}
