// One question of a form: a line to move, opened to write it.
import { ActionIcon, Button, Checkbox, NumberInput, Select, TextInput } from "@mantine/core";
import { IconChevronDown, IconPlus, IconTrash, IconX } from "@tabler/icons-react";
import { useFields } from "../../language/fields";
import { Chip } from "../../parts/basic";
import { useText } from "../../text";
import classes from "./forms.module.css";
import { SortedItem } from "./sorted";
import { FIELD_TYPES, type Field, type FieldType, type Option } from "./types";

interface Props {
    field: Field;
    open: boolean;
    setOpen: (open: boolean) => void;
    error: (part: string) => string | undefined;
    change: (field: Field) => void;
    remove: () => void;
}

// Which types can answer a fact.
const ANSWERS: FieldType[] = ["select", "checkbox", "number", "date"];

export function FieldEditor(props: Props) {
    const t = useText().forms;
    const { field, open } = props;
    const title = field.label || field.name;
    return (
        <SortedItem id={field.name} label={title}>
            <div className="grow">
                <div className={classes.fieldHead}>
                    <button
                        type="button"
                        className={`plain row grow ${classes.fieldTitle}`}
                        aria-expanded={open}
                        onClick={() => props.setOpen(!open)}
                    >
                        <span className="truncate">{title}</span>
                        {field.required && <Chip>{t.required}</Chip>}
                        {field.fact && <Chip kind="accent">{t.factChip}</Chip>}
                        <span className="muted no-phone" style={{ marginLeft: "auto" }}>
                            {t.types[field.type]}
                        </span>
                        <IconChevronDown
                            size={16}
                            stroke={1.75}
                            aria-hidden
                            style={{ transform: open ? "rotate(180deg)" : undefined, flex: "none" }}
                        />
                    </button>
                    <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={t.removeIt(title)}
                        onClick={props.remove}
                    >
                        <IconTrash size={16} stroke={1.75} />
                    </ActionIcon>
                </div>
                {open && <Members {...props} />}
            </div>
        </SortedItem>
    );
}

function Members({ field, change, error }: Props) {
    const t = useText().forms;
    const fields = useFields();
    const set = (part: Partial<Field>) => change({ ...field, ...part });
    const retype = (type: FieldType) =>
        change({
            ...field,
            type,
            fact: ANSWERS.includes(type) ? field.fact : undefined,
            options: type === "select" ? (field.options ?? [{ value: "yes" }, { value: "no" }]) : undefined,
            value: type === "hidden" ? field.value : undefined,
            query: type === "hidden" ? field.query : undefined,
        });
    const becomes = field.fact ? `fact:${field.fact}` : field.trait ? `trait:${field.trait}` : "";
    return (
        <div className={classes.members}>
            <TextInput
                label={t.label}
                value={field.label ?? ""}
                onChange={(event) => set({ label: event.currentTarget.value })}
                error={error("label")}
            />
            <Select
                label={t.type}
                data={FIELD_TYPES.map((value) => ({ value, label: t.types[value] }))}
                value={field.type}
                onChange={(value) => retype(value as FieldType)}
                error={error("type")}
            />
            {field.type !== "hidden" && (
                <TextInput
                    label={t.help}
                    value={field.help ?? ""}
                    onChange={(event) => set({ help: event.currentTarget.value })}
                    error={error("help")}
                />
            )}
            {!["email", "phone"].includes(field.type) && (
                <Select
                    label={t.becomes}
                    description={t.becomesHelp}
                    data={[
                        { group: "", items: [{ value: "", label: t.onlyAnswer }] },
                        ...(ANSWERS.includes(field.type)
                            ? [
                                  {
                                      group: t.facts,
                                      items: fields.facts.map((one) => ({
                                          value: `fact:${one.name}`,
                                          label: one.label,
                                      })),
                                  },
                              ]
                            : []),
                        {
                            group: t.traits,
                            items: [
                                ...new Set([
                                    ...(field.trait ? [field.trait] : []),
                                    ...fields.traits
                                        .map((one) => one.name)
                                        .filter((name) => /^[a-z][a-z0-9_]*$/.test(name)),
                                ]),
                            ].map((name) => ({ value: `trait:${name}`, label: name })),
                        },
                    ]}
                    value={becomes}
                    onChange={(value) =>
                        set({
                            fact: value?.startsWith("fact:") ? value.slice(5) : undefined,
                            trait: value?.startsWith("trait:") ? value.slice(6) : undefined,
                        })
                    }
                    searchable
                    error={error("trait") ?? error("fact")}
                />
            )}
            {field.type === "select" && <Options field={field} change={change} error={error} />}
            {field.type === "number" && (
                <div className="row">
                    <NumberInput
                        label={t.least}
                        value={field.min_value ?? ""}
                        onChange={(value) =>
                            set({ min_value: typeof value === "number" ? value : undefined })
                        }
                    />
                    <NumberInput
                        label={t.most}
                        value={field.max_value ?? ""}
                        onChange={(value) =>
                            set({ max_value: typeof value === "number" ? value : undefined })
                        }
                        error={error("max_value")}
                    />
                </div>
            )}
            {field.type === "hidden" && (
                <>
                    <TextInput
                        label={t.query}
                        description={t.queryHelp}
                        value={field.query ?? ""}
                        onChange={(event) => set({ query: event.currentTarget.value })}
                        error={error("query")}
                    />
                    <TextInput
                        label={t.value}
                        value={field.value ?? ""}
                        onChange={(event) => set({ value: event.currentTarget.value })}
                    />
                </>
            )}
            {field.type !== "hidden" && (
                <>
                    <Checkbox
                        label={t.required}
                        checked={field.required ?? false}
                        onChange={(event) => set({ required: event.currentTarget.checked })}
                    />
                    <Checkbox
                        label={t.once}
                        description={t.onceHelp}
                        checked={field.once ?? false}
                        onChange={(event) => set({ once: event.currentTarget.checked })}
                    />
                </>
            )}
        </div>
    );
}

function Options({ field, change, error }: Pick<Props, "field" | "change" | "error">) {
    const text = useText();
    const t = text.forms;
    const options = field.options ?? [];
    const set = (next: Option[]) => change({ ...field, options: next });
    const put = (i: number, part: Partial<Option>) =>
        set(options.map((one, k) => (k === i ? { ...one, ...part } : one)));
    return (
        <div className="stack">
            <span className="medium">{t.options}</span>
            {options.map((option, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: their values are being written
                <div key={i} className={classes.option} data-fact={field.fact ? true : undefined}>
                    <TextInput
                        aria-label={t.optionLabel(i + 1)}
                        placeholder={option.value || t.optionLabel(i + 1)}
                        value={option.label ?? ""}
                        onChange={(event) => {
                            const label = event.currentTarget.value;
                            put(i, { label, value: option.answer ? option.value : label.slice(0, 200) });
                        }}
                        error={error(`options[${i}].value`)}
                    />
                    {field.fact && (
                        <>
                            <Select
                                aria-label={t.optionAnswer(i + 1)}
                                data={(["yes", "no", "unknown"] as const).map((value) => ({
                                    value,
                                    label: t.answers[value],
                                }))}
                                value={option.answer ?? "unknown"}
                                onChange={(value) => put(i, { answer: value as Option["answer"] })}
                            />
                            <NumberInput
                                aria-label={t.optionAmount(i + 1)}
                                placeholder={t.amount}
                                hideControls
                                value={option.amount ?? ""}
                                onChange={(value) =>
                                    put(i, { amount: typeof value === "number" ? value : undefined })
                                }
                            />
                        </>
                    )}
                    <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={t.removeIt(option.label || option.value)}
                        onClick={() => set(options.filter((_, k) => k !== i))}
                    >
                        <IconX size={16} stroke={1.75} />
                    </ActionIcon>
                </div>
            ))}
            {error("options") && <p className="danger help">{error("options")}</p>}
            <div>
                <Button
                    variant="subtle"
                    leftSection={<IconPlus size={16} stroke={1.75} />}
                    onClick={() => set([...options, { value: `option_${options.length + 1}`, label: "" }])}
                >
                    {t.addOption}
                </Button>
            </div>
        </div>
    );
}
