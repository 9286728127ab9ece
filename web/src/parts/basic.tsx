// Small parts that all pages use.
import { Button, Skeleton, Tooltip } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { useFormat } from "../shell/format";
import { useText } from "../text";
import classes from "./parts.module.css";

// "47 min", with the full time in the tooltip.
export function When({ time }: { time: string | null | undefined }) {
    const format = useFormat();
    const text = useText();
    if (!time) return <span className="muted">{text.shell.time.never}</span>;
    return (
        <Tooltip label={format.fullTime(time)}>
            <time dateTime={time} className="num">
                {format.when(time)}
            </time>
        </Tooltip>
    );
}

// The same in lists of thousands of rows, where a tooltip of its own for each would make scrolling stumble.
export function WhenInRow({ time }: { time: string }) {
    const format = useFormat();
    return (
        <time
            dateTime={time}
            className="num"
            onPointerEnter={(event) => {
                event.currentTarget.title = format.fullTime(time);
            }}
        >
            {format.when(time)}
        </time>
    );
}

// plain: a state; line: outlined; missing: dashed, something that is to be got.
export function Chip(props: {
    kind?: "plain" | "line" | "missing" | "accent" | "warn" | "danger";
    icon?: ReactNode;
    children: ReactNode;
}) {
    return (
        <span className={classes.chip} data-kind={props.kind ?? "plain"}>
            {props.icon}
            <span className="truncate">{props.children}</span>
        </span>
    );
}

// +112 in the accent, −83 in amber (a loss is no alarm), 0 muted.
export function Delta({ value }: { value: number }) {
    const format = useFormat();
    return (
        <span className={`num medium ${value > 0 ? "accent" : value < 0 ? "warn" : "muted"}`}>
            {format.signed(value)}
        </span>
    );
}

export function Card(props: {
    title?: ReactNode;
    quiet?: ReactNode;
    control?: ReactNode;
    children: ReactNode;
    id?: string;
}) {
    return (
        <section className={classes.card} id={props.id}>
            {props.title && (
                <header>
                    <h2>{props.title}</h2>
                    <span className="muted num">{props.quiet}</span>
                    <div className="grow" />
                    {props.control}
                </header>
            )}
            {props.children}
        </section>
    );
}

// One sentence what will be here, one button, one quiet link.
export function Empty(props: {
    title: string;
    text?: string;
    icon?: ReactNode;
    action?: ReactNode;
    quiet?: ReactNode;
}) {
    return (
        <div className={classes.empty}>
            {props.icon}
            <h2>{props.title}</h2>
            {props.text && <p className="t2">{props.text}</p>}
            {props.action}
            {props.quiet}
        </div>
    );
}

// Only after 150 ms, in the shape of rows.
export function Loading({ rows = 8, height = 40 }: { rows?: number; height?: number }) {
    const text = useText();
    const [shown, setShown] = useState(false);
    useEffect(() => {
        const timer = setTimeout(() => setShown(true), 150);
        return () => clearTimeout(timer);
    }, []);
    if (!shown) return null;
    return (
        <div className={classes.loading} role="status" aria-label={text.shell.loading}>
            {Array.from({ length: rows }, (_, i) => (
                <Skeleton
                    // biome-ignore lint/suspicious/noArrayIndexKey: rows without content
                    key={i}
                    height={12}
                    radius="sm"
                    my={(height - 12) / 2}
                    width={`${90 - ((i * 37) % 40)}%`}
                />
            ))}
        </div>
    );
}

// Choices beside each other, of which one holds.
export function Segments<T extends string>(props: {
    value: T;
    onChange: (value: T) => void;
    options: { value: T; label: ReactNode }[];
    label: string;
}) {
    return (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a row everywhere
        <div className={classes.segments} role="group" aria-label={props.label}>
            {props.options.map((option) => (
                <button
                    key={option.value}
                    type="button"
                    aria-pressed={option.value === props.value}
                    onClick={() => props.onChange(option.value)}
                >
                    {option.label}
                </button>
            ))}
        </div>
    );
}

// A button with the key that does the same.
export function KeyButton(props: {
    keyName?: string;
    onClick: () => void;
    filled?: boolean;
    subtle?: boolean;
    icon?: ReactNode;
    disabled?: boolean;
    loading?: boolean;
    children: ReactNode;
}) {
    return (
        <Button
            variant={props.filled ? "filled" : props.subtle ? "subtle" : "default"}
            leftSection={props.icon}
            onClick={props.onClick}
            disabled={props.disabled}
            loading={props.loading}
            rightSection={props.keyName && <kbd className={classes.buttonKey}>{props.keyName}</kbd>}
        >
            {props.children}
        </Button>
    );
}
