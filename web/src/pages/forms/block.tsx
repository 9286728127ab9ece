// One block of a landing page: a line to move, opened to write it.
import { ActionIcon, Button, Checkbox, Select, Textarea, TextInput } from "@mantine/core";
import { IconChevronDown, IconPlus, IconTrash, IconX } from "@tabler/icons-react";
import type { Schemas } from "../../api/client";
import { useText } from "../../text";
import { AssetSelect } from "./asset";
import classes from "./forms.module.css";
import { SortedItem } from "./sorted";
import type { Block, PageButton } from "./types";

interface Props {
    id: string;
    block: Block;
    open: boolean;
    setOpen: (open: boolean) => void;
    error: (member: string) => string | undefined;
    change: (block: Block) => void;
    remove: () => void;
    forms: Schemas["Form"][];
}

function saidBy(block: Block): string {
    if (block.type === "text") return block.markdown.split("\n")[0] ?? "";
    if (block.type === "form") return block.form;
    if (block.type === "buttons") return block.buttons.map((one) => one.label).join(", ");
    if (block.type === "download") return block.label;
    return block.title ?? "";
}

export function BlockEditor(props: Props) {
    const t = useText().forms;
    const { block, open } = props;
    const kind = t.blockTypes[block.type];
    return (
        <SortedItem id={props.id} label={kind}>
            <div className="grow">
                <div className={classes.fieldHead}>
                    <button
                        type="button"
                        className={`plain row grow ${classes.fieldTitle}`}
                        aria-expanded={open}
                        onClick={() => props.setOpen(!open)}
                    >
                        <span>{kind}</span>
                        <span className="muted truncate grow">{saidBy(block)}</span>
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
                        aria-label={t.removeIt(kind)}
                        onClick={props.remove}
                    >
                        <IconTrash size={16} stroke={1.75} />
                    </ActionIcon>
                </div>
                {open && (
                    <div className={classes.members}>
                        <Members {...props} />
                    </div>
                )}
            </div>
        </SortedItem>
    );
}

function Members({ block, change, error, forms }: Props) {
    const t = useText().forms;
    if (block.type === "text")
        return (
            <Textarea
                label={t.markdown}
                description={t.markdownHelp}
                value={block.markdown}
                onChange={(event) => change({ ...block, markdown: event.currentTarget.value })}
                error={error("markdown")}
                autosize
                minRows={6}
                maxRows={24}
            />
        );
    if (block.type === "form")
        return (
            <Select
                label={t.whichForm}
                description={t.whichFormHelp}
                data={forms.map((one) => ({ value: one.slug, label: one.name }))}
                value={block.form || null}
                onChange={(form) => change({ ...block, form: form ?? "" })}
                error={error("form")}
                searchable
            />
        );
    if (block.type === "buttons")
        return (
            <Buttons buttons={block.buttons} set={(buttons) => change({ ...block, buttons })} error={error} />
        );
    if (block.type === "testimonials")
        return (
            <>
                <TextInput
                    label={t.heading}
                    value={block.title ?? ""}
                    onChange={(event) => change({ ...block, title: event.currentTarget.value })}
                />
                <Testimonials block={block} change={change} error={error} />
            </>
        );
    if (block.type === "download")
        return (
            <>
                <TextInput
                    label={t.heading}
                    value={block.title ?? ""}
                    onChange={(event) => change({ ...block, title: event.currentTarget.value })}
                />
                <Textarea
                    label={t.text}
                    value={block.text ?? ""}
                    onChange={(event) => change({ ...block, text: event.currentTarget.value })}
                    autosize
                />
                <TextInput
                    label={t.buttonLabel}
                    value={block.label}
                    onChange={(event) => change({ ...block, label: event.currentTarget.value })}
                    error={error("label")}
                />
                <AssetSelect
                    value={block.asset}
                    set={(asset) => change({ ...block, asset })}
                    error={error("asset")}
                />
                <Select
                    label={t.behindForm}
                    description={t.behindFormHelp}
                    data={forms.map((one) => ({ value: one.slug, label: one.name }))}
                    value={block.form ?? null}
                    onChange={(form) => change({ ...block, form: form ?? undefined })}
                    clearable
                    error={error("form")}
                />
            </>
        );
    return (
        <>
            <TextInput
                label={t.heading}
                value={block.title}
                onChange={(event) => change({ ...block, title: event.currentTarget.value })}
                error={error("title")}
            />
            <Textarea
                label={t.text}
                value={block.text ?? ""}
                onChange={(event) => change({ ...block, text: event.currentTarget.value })}
                autosize
            />
            <Buttons
                buttons={block.buttons ?? []}
                set={(buttons) => change({ ...block, buttons })}
                error={error}
            />
        </>
    );
}

function Buttons(props: {
    buttons: PageButton[];
    set: (buttons: PageButton[]) => void;
    error: (member: string) => string | undefined;
}) {
    const t = useText().forms;
    const { buttons, set, error } = props;
    const put = (i: number, part: Partial<PageButton>) =>
        set(buttons.map((one, k) => (k === i ? { ...one, ...part } : one)));
    return (
        <div className="stack">
            {buttons.map((button, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: they are known by their places only
                <div key={i} className={classes.box}>
                    <div className={classes.pair}>
                        <TextInput
                            label={t.buttonLabel}
                            value={button.label}
                            onChange={(event) => put(i, { label: event.currentTarget.value })}
                            error={error(`buttons[${i}].label`)}
                        />
                        <TextInput
                            label={t.leadsTo}
                            value={button.href}
                            onChange={(event) => put(i, { href: event.currentTarget.value })}
                            error={error(`buttons[${i}].href`)}
                        />
                    </div>
                    <div className="row">
                        <Checkbox
                            className="grow"
                            label={t.plain}
                            checked={button.plain ?? false}
                            onChange={(event) => put(i, { plain: event.currentTarget.checked })}
                        />
                        <ActionIcon
                            variant="subtle"
                            color="gray"
                            aria-label={t.removeIt(button.label)}
                            onClick={() => set(buttons.filter((_, k) => k !== i))}
                        >
                            <IconX size={16} stroke={1.75} />
                        </ActionIcon>
                    </div>
                </div>
            ))}
            <div>
                <Button
                    variant="subtle"
                    leftSection={<IconPlus size={16} stroke={1.75} />}
                    onClick={() => set([...buttons, { label: "", href: "#form" }])}
                >
                    {t.addButton}
                </Button>
            </div>
        </div>
    );
}

function Testimonials(props: {
    block: Extract<Block, { type: "testimonials" }>;
    change: (block: Block) => void;
    error: (member: string) => string | undefined;
}) {
    const t = useText().forms;
    const { block, change, error } = props;
    const set = (items: typeof block.items) => change({ ...block, items });
    const put = (i: number, part: Partial<(typeof block.items)[number]>) =>
        set(block.items.map((one, k) => (k === i ? { ...one, ...part } : one)));
    return (
        <div className="stack">
            {block.items.map((item, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: they are known by their places only
                <div key={i} className={classes.box}>
                    <Textarea
                        label={t.quote}
                        value={item.quote}
                        onChange={(event) => put(i, { quote: event.currentTarget.value })}
                        error={error(`items[${i}].quote`)}
                        autosize
                    />
                    <div className={classes.pair}>
                        <TextInput
                            label={t.who}
                            value={item.name}
                            onChange={(event) => put(i, { name: event.currentTarget.value })}
                            error={error(`items[${i}].name`)}
                        />
                        <TextInput
                            label={t.role}
                            value={item.role ?? ""}
                            onChange={(event) => put(i, { role: event.currentTarget.value })}
                        />
                    </div>
                    <div>
                        <Button variant="subtle" onClick={() => set(block.items.filter((_, k) => k !== i))}>
                            {t.removeIt(item.name)}
                        </Button>
                    </div>
                </div>
            ))}
            <div>
                <Button
                    variant="subtle"
                    leftSection={<IconPlus size={16} stroke={1.75} />}
                    onClick={() => set([...block.items, { quote: "", name: "" }])}
                >
                    {t.addTestimonial}
                </Button>
            </div>
        </div>
    );
}
