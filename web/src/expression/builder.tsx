// The condition, clicked together: rows that write the same text as the bar. Loaded when it is opened.
import { ActionIcon, Button, Select, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { Fields } from "../language/fields";
import type { Tree } from "../language/tree";
import { eventLabel, eventName, factLabel, traitLabel } from "../language/words";
import { type Text, useText } from "../text";
import classes from "./builder.module.css";
import { Amount, Choice } from "./controls";
import { expressionOf, type Row, type Rows, rowsOf } from "./rows";

type Of<K extends Row["kind"]> = Extract<Row, { kind: K }>;
type Change<K extends Row["kind"]> = { row: Of<K>; fields: Fields; set: (row: Row) => void };

const pairs = (words: Record<string, string>, names: string[]) =>
    names.map((value) => ({ value, label: words[value] ?? value }));

function StageRow({ row, fields, set }: Change<"stage">) {
    const text = useText().expression.builder;
    const stages = fields.stages.map((stage) => ({ value: stage.name, label: stage.label }));
    return (
        <>
            <Choice
                label={text.comparison}
                value={row.how}
                options={pairs(text.stage, ["is", "not is", "reached", "not reached"])}
                onChange={(how) => set({ ...row, how: how as typeof row.how })}
            />
            <Choice
                label={text.value}
                value={row.stage}
                options={[...stages, { value: "none", label: text.noStage }]}
                onChange={(stage) => set({ ...row, stage })}
            />
        </>
    );
}

function PersonaRow({ row, fields, set }: Change<"persona">) {
    const text = useText().expression.builder;
    return (
        <>
            <Choice
                label={text.comparison}
                value={row.how}
                options={pairs(text.compare, ["is", "is not"])}
                onChange={(how) => set({ ...row, how: how as typeof row.how })}
            />
            <Choice
                label={text.value}
                value={row.value}
                options={fields.personas.map((name) => ({ value: name, label: name }))}
                onChange={(value) => set({ ...row, value })}
            />
        </>
    );
}

const NUMBERS = ["<", "<=", ">", ">="];

function ScoreRow({ row, set }: Change<"score">) {
    const text = useText().expression.builder;
    return (
        <>
            <Choice
                label={text.comparison}
                value={row.how}
                options={pairs(text.compare, NUMBERS)}
                onChange={(how) => set({ ...row, how })}
            />
            <Amount label={text.value} value={row.value} onChange={(value) => set({ ...row, value })} />
        </>
    );
}

function FactRow({ row, set }: Change<"fact">) {
    const text = useText().expression.builder;
    const amount = NUMBERS.includes(row.how) || row.how === "=" || row.how === "!=";
    return (
        <>
            <Choice
                label={text.comparison}
                value={row.how}
                options={[
                    ...pairs(text.answer, ["yes", "no", "unknown", "known"]),
                    ...pairs(text.compare, NUMBERS),
                ]}
                onChange={(how) => set({ ...row, how, value: NUMBERS.includes(how) ? row.value : null })}
            />
            {amount && (
                <Amount
                    label={text.value}
                    value={typeof row.value === "number" ? row.value : null}
                    onChange={(value) => set({ ...row, value })}
                />
            )}
        </>
    );
}

const COMPARISONS: Record<string, string[]> = {
    number: ["=", "!=", ...NUMBERS, "known", "unknown"],
    text: ["is", "is not", "contains", "known", "unknown"],
    flag: ["is"],
    date: ["known", "unknown"],
};

function TraitValue({ row, fields, set }: Change<"trait">) {
    const text = useText().expression.builder;
    const trait = fields.traits.find((one) => one.name === row.name);
    if (row.how === "known" || row.how === "unknown") return null;
    if (trait?.type === "flag")
        return (
            <Choice
                label={text.value}
                value={row.value === false ? "no" : "yes"}
                options={pairs(text.answer, ["yes", "no"])}
                onChange={(value) => set({ ...row, value: value === "yes" })}
            />
        );
    if (trait?.type === "number")
        return (
            <Amount
                label={text.value}
                value={typeof row.value === "number" ? row.value : null}
                onChange={(value) => set({ ...row, value })}
            />
        );
    if (row.how.startsWith("is") && trait?.values.length)
        return (
            <Choice
                label={text.value}
                value={String(row.value ?? "")}
                options={trait.values.map((value) => ({ value, label: value }))}
                onChange={(value) => set({ ...row, value })}
            />
        );
    return (
        <TextInput
            aria-label={text.value}
            value={String(row.value ?? "")}
            onChange={(event) => set({ ...row, value: event.currentTarget.value })}
            className={classes.choice}
        />
    );
}

function TraitRow(props: Change<"trait">) {
    const text = useText().expression.builder;
    const { row, fields, set } = props;
    const type = fields.traits.find((one) => one.name === row.name)?.type ?? "text";
    return (
        <>
            <Choice
                label={text.comparison}
                value={row.how}
                options={pairs(text.compare, COMPARISONS[type] ?? [])}
                onChange={(how) => set({ ...row, how })}
            />
            <TraitValue {...props} />
        </>
    );
}

function EventRow({ row, set }: Change<"event">) {
    const text = useText().expression.builder;
    return (
        <>
            <Choice
                label={text.comparison}
                value={row.how}
                options={pairs(text.happened, ["any", "no", "count", "silent"])}
                onChange={(how) =>
                    set({
                        ...row,
                        how: how as typeof row.how,
                        times: how === "count" ? (row.times ?? 3) : null,
                        days: how === "silent" ? (row.days ?? 30) : row.days,
                    })
                }
            />
            {row.how === "count" && (
                <>
                    <Amount
                        label={text.times}
                        value={row.times}
                        onChange={(times) => set({ ...row, times })}
                    />
                    <span className="t2">{text.times}</span>
                </>
            )}
            <span className="t2">{row.how === "silent" ? text.forDays : text.lastDays}</span>
            <Amount label={text.days} value={row.days} onChange={(days) => set({ ...row, days })} />
            <span className="t2">{row.days === null ? text.ever : text.days}</span>
        </>
    );
}

// --- what a row is about

function subjects(text: Text, fields: Fields) {
    const words = text.expression.builder;
    const there = fields.events.length
        ? fields.events.map((one) => one.name)
        : Object.keys(text.words.events);
    const traits = fields.traits.filter((one) => one.type !== "date" || one.contacts > 0);
    return [
        {
            group: words.groups.standing,
            items: [
                { value: "stage", label: words.subjects.stage },
                { value: "score", label: words.subjects.score },
                { value: "persona", label: words.subjects.persona },
            ],
        },
        {
            group: words.groups.facts,
            items: fields.facts.map((one) => ({
                value: `fact:${one.name}`,
                label: capital(factLabel(text, one.name)),
            })),
        },
        {
            group: words.groups.events,
            items: [
                { value: "event:inbound", label: words.subjects.inbound },
                { value: "event:outbound", label: words.subjects.outbound },
                ...[...new Set(there)].map((name) => ({
                    value: `event:${eventName(name)}`,
                    label: eventLabel(text, name),
                })),
            ],
        },
        {
            group: words.groups.traits,
            items: traits.map((one) => ({
                value: `trait:${one.name}`,
                label: capital(traitLabel(text, one.name)),
            })),
        },
    ];
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function subjectOf(row: Row): string {
    if (row.kind === "event") return `event:${row.pattern}`;
    return row.kind === "fact" || row.kind === "trait" ? `${row.kind}:${row.name}` : row.kind;
}

function fresh(subject: string, fields: Fields): Row {
    const colon = subject.indexOf(":");
    const kind = colon < 0 ? subject : subject.slice(0, colon);
    const name = subject.slice(colon + 1);
    if (kind === "score") return { kind, how: ">=", value: null };
    if (kind === "persona") return { kind, how: "is", value: fields.personas[0] ?? "" };
    if (kind === "fact") return { kind, name, how: "yes", value: null };
    if (kind === "event") return { kind, pattern: name, how: "any", times: null, days: 30 };
    if (kind === "trait") {
        const type = fields.traits.find((one) => one.name === name)?.type ?? "text";
        const how = type === "number" ? ">=" : type === "date" ? "known" : "is";
        return { kind, name, how, value: type === "flag" ? true : null };
    }
    return { kind: "stage", how: "is", stage: fields.stages[0]?.name ?? "none" };
}

function Line(props: { row: Row; fields: Fields; set: (row: Row) => void; remove: () => void }) {
    const text = useText();
    const { row, fields, set } = props;
    const words = text.expression.builder;
    const groups = subjects(text, fields);
    const subject = subjectOf(row);
    const known = groups.some((group) => group.items.some((one) => one.value === subject));
    return (
        <>
            {row.kind === "text" ? (
                <code className={`${classes.text} mono`}>{row.text}</code>
            ) : (
                <Select
                    aria-label={words.subject}
                    data={
                        known
                            ? groups
                            : [
                                  ...groups,
                                  {
                                      group: "…",
                                      items: [{ value: subject, label: subject.split(":").at(-1) ?? "" }],
                                  },
                              ]
                    }
                    value={subject}
                    searchable
                    onChange={(next) => next && set(fresh(next, fields))}
                    className={classes.wide}
                    comboboxProps={{ width: 260, position: "bottom-start" }}
                    maxDropdownHeight={320}
                />
            )}
            {row.kind === "stage" && <StageRow row={row} fields={fields} set={set} />}
            {row.kind === "persona" && <PersonaRow row={row} fields={fields} set={set} />}
            {row.kind === "score" && <ScoreRow row={row} fields={fields} set={set} />}
            {row.kind === "fact" && <FactRow row={row} fields={fields} set={set} />}
            {row.kind === "trait" && <TraitRow row={row} fields={fields} set={set} />}
            {row.kind === "event" && <EventRow row={row} fields={fields} set={set} />}
            <ActionIcon variant="subtle" color="gray" aria-label={words.remove} onClick={props.remove}>
                <IconX size={16} stroke={1.75} />
            </ActionIcon>
        </>
    );
}

export default function Builder(props: {
    value: string;
    tree: Tree | null;
    checked: boolean; // the tree is that of the value
    fields: Fields;
    onChange: (text: string) => void;
}) {
    const words = useText().expression.builder;
    const [state, setState] = useState<Rows>(() => rowsOf(props.value, props.tree));
    // What was written here needs no reading; what was written elsewhere does.
    const written = useRef<string | null>(props.checked || !props.value ? props.value : null);
    useEffect(() => {
        if (props.value === written.current || (!props.checked && props.value !== "")) return;
        written.current = props.value;
        setState(rowsOf(props.value, props.tree));
    }, [props.value, props.tree, props.checked]);
    const change = (next: Rows) => {
        setState(next);
        written.current = expressionOf(next);
        props.onChange(written.current);
    };
    const set = (at: number, row: Row) => change({ ...state, rows: state.rows.with(at, row) });
    return (
        <div className={classes.builder}>
            {state.rows.map((row, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name than their place
                <div key={at} className={classes.row}>
                    {at === 1 ? (
                        <Choice
                            label={words.join}
                            value={state.join}
                            options={pairs(words.joins, ["and", "or"])}
                            onChange={(join) => change({ ...state, join: join as "and" })}
                        />
                    ) : (
                        <span className={classes.lead}>
                            {at === 0 ? words.where : words.joins[state.join]}
                        </span>
                    )}
                    <Line
                        row={row}
                        fields={props.fields}
                        set={(next) => set(at, next)}
                        remove={() => change({ ...state, rows: state.rows.toSpliced(at, 1) })}
                    />
                </div>
            ))}
            <div className={classes.row}>
                <span className={classes.lead} />
                <Button
                    variant="subtle"
                    leftSection={<IconPlus size={16} stroke={1.75} />}
                    onClick={() => change({ ...state, rows: [...state.rows, fresh("stage", props.fields)] })}
                >
                    {words.add}
                </Button>
            </div>
        </div>
    );
}
