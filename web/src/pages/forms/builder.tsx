// The parts of a form: words, questions, consents, what comes after, languages, spam.
import { Button, Checkbox, Menu, Select, Textarea, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { api, data, type Schemas } from "../../api/client";
import { useMay } from "../../shell/session";
import { useText } from "../../text";
import { useMailboxes } from "../mailboxes";
import { Consents } from "./consents";
import { moved, newField, problemOf } from "./draft";
import { type Removal, RemoveForGood } from "./editor_bar";
import { FieldEditor } from "./field";
import classes from "./forms.module.css";
import { Sorted } from "./sorted";
import { Translations } from "./translations";
import { FIELD_TYPES, type FormDefinition } from "./types";

export interface PartProps {
    draft: FormDefinition;
    change: (draft: FormDefinition) => void;
    errors: { field: string; message: string }[];
    confirmation?: Schemas["Form"]["confirmation"]; // of the form as it is stored
}

export function Builder(props: PartProps & { remove?: Removal }) {
    const t = useText().forms;
    const { draft, change, errors } = props;
    const set = (part: Partial<FormDefinition>) => change({ ...draft, ...part });
    return (
        <>
            <TextInput
                label={t.formTitle}
                value={draft.title}
                onChange={(event) => set({ title: event.currentTarget.value })}
                error={problemOf(errors, "title")}
            />
            <Textarea
                label={t.intro}
                value={draft.intro ?? ""}
                onChange={(event) => set({ intro: event.currentTarget.value })}
                autosize
                minRows={1}
            />
            <Questions {...props} />
            <TextInput
                label={t.submit}
                value={draft.submit ?? ""}
                onChange={(event) => set({ submit: event.currentTarget.value })}
                error={problemOf(errors, "submit")}
            />
            <Fold title={t.consents}>
                <Consents {...props} />
            </Fold>
            <Fold title={t.after}>
                <After {...props} />
            </Fold>
            <Fold title={t.languages}>
                <Translations {...props} />
            </Fold>
            <Fold title={t.spam}>
                <p className="help" style={{ marginBottom: 12 }}>
                    {t.spamHelp}
                </p>
                <Select
                    label={t.disposable}
                    data={(["default", "suspect", "allow", "refuse"] as const).map((value) => ({
                        value,
                        label: t.disposables[value],
                    }))}
                    value={draft.spam?.disposable ?? "default"}
                    onChange={(value) =>
                        set({ spam: value === "default" ? undefined : { disposable: value as "allow" } })
                    }
                />
            </Fold>
            {props.remove && (
                <RemoveForGood say={[t.removeForm, t.removeFormForGood]} remove={props.remove} />
            )}
        </>
    );
}

function Fold({ title, children }: { title: string; children: ReactNode }) {
    return (
        <details className={classes.fold}>
            <summary>{title}</summary>
            {children}
        </details>
    );
}

function Questions({ draft, change, errors }: PartProps) {
    const t = useText().forms;
    const [open, setOpen] = useState<string | null>(null);
    const names = [...draft.fields.map((one) => one.name), ...(draft.consents ?? []).map((one) => one.id)];
    const set = (fields: FormDefinition["fields"]) => change({ ...draft, fields });
    return (
        <div className="stack">
            <div className="row">
                <h2 className={`grow ${classes.section}`}>{t.questions}</h2>
                <Menu position="bottom-end">
                    <Menu.Target>
                        <Button leftSection={<IconPlus size={16} stroke={1.75} />}>{t.addQuestion}</Button>
                    </Menu.Target>
                    <Menu.Dropdown>
                        {FIELD_TYPES.map((type) => (
                            <Menu.Item
                                key={type}
                                onClick={() => {
                                    const field = newField(type, t.types[type], names);
                                    set([...draft.fields, field]);
                                    setOpen(field.name);
                                }}
                            >
                                {t.types[type]}
                            </Menu.Item>
                        ))}
                    </Menu.Dropdown>
                </Menu>
            </div>
            {problemOf(errors, "fields") && <p className="danger help">{problemOf(errors, "fields")}</p>}
            <Sorted
                ids={draft.fields.map((one) => one.name)}
                move={(from, to) => set(moved(draft.fields, from, to))}
            >
                {draft.fields.map((field, i) => (
                    <FieldEditor
                        key={field.name}
                        field={field}
                        open={open === field.name}
                        setOpen={(now) => setOpen(now ? field.name : null)}
                        error={(part) => problemOf(errors, `fields[${i}].${part}`)}
                        change={(next) => set(draft.fields.map((one, k) => (k === i ? next : one)))}
                        remove={() => set(draft.fields.filter((_, k) => k !== i))}
                    />
                ))}
            </Sorted>
        </div>
    );
}

function After({ draft, change, errors, confirmation }: PartProps) {
    const t = useText().forms;
    const mayRead = useMay("page.read");
    const assets = useQuery({
        queryKey: ["asset"],
        queryFn: () => data(api.GET("/api/assets", { params: { query: { limit: 500 } } })),
        enabled: mayRead,
    });
    const mailboxes = useMailboxes();
    const after = draft.after ?? {};
    const set = (part: Partial<typeof after>) => change({ ...draft, after: { ...after, ...part } });
    return (
        <div className="stack" style={{ gap: 12 }}>
            <Checkbox
                label={t.doubleOptIn}
                description={t.doubleOptInHelp}
                checked={draft.double_opt_in ?? false}
                onChange={(event) => change({ ...draft, double_opt_in: event.currentTarget.checked })}
                error={problemOf(errors, "double_opt_in")}
            />
            {draft.double_opt_in && confirmation && confirmation !== "ready" && (
                <p className="warn">{t.confirmation[confirmation]}</p>
            )}
            {draft.double_opt_in && mailboxes.data && (
                <Select
                    label={t.confirmBy}
                    placeholder={t.anyMailbox}
                    data={mailboxes.data.items.map((one) => ({ value: one.id, label: one.address }))}
                    value={draft.mailbox ?? null}
                    onChange={(value) => change({ ...draft, mailbox: value ?? undefined })}
                    clearable
                    error={problemOf(errors, "mailbox")}
                />
            )}
            <TextInput
                label={t.thanksTitle}
                value={after.title ?? ""}
                onChange={(event) => set({ title: event.currentTarget.value })}
            />
            <Textarea
                label={t.thanksText}
                value={after.text ?? ""}
                onChange={(event) => set({ text: event.currentTarget.value })}
                autosize
                minRows={2}
            />
            <Select
                label={t.download}
                description={t.downloadHelp}
                data={(assets.data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))}
                value={after.download ?? null}
                onChange={(value) => set({ download: value ?? undefined })}
                clearable
                error={problemOf(errors, "after.download")}
            />
            <TextInput
                label={t.redirect}
                description={t.redirectHelp}
                value={after.redirect ?? ""}
                onChange={(event) => set({ redirect: event.currentTarget.value })}
                error={problemOf(errors, "after.redirect")}
            />
        </div>
    );
}
