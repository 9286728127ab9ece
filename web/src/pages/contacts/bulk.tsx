// What can be done with the contacts that are selected.
import { Button, Menu, Modal, Select, TextInput } from "@mantine/core";
import { IconDownload, IconPencil, IconSquareCheck, IconTag, IconUser, IconX } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, lazy, Suspense, useState } from "react";
import { api, data } from "../../api/client";
import type { Fields } from "../../language/fields";
import { traitLabel } from "../../language/words";
import { Avatar } from "../../parts/avatar";
import { useFormat } from "../../shell/format";
import { useColleagues, useMay } from "../../shell/session";
import { sentenceOf } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import type { Asked } from "./address";
import type { Column } from "./columns";
import classes from "./contacts.module.css";
import { csv, download } from "./csv";
import { type Contact, queryOf } from "./people";

// all: everybody of the list, by its condition; else those that are named.
export interface Selection {
    ids: Set<string>;
    all: boolean;
}

function useRefresh() {
    const client = useQueryClient();
    return () =>
        Promise.all(
            ["people", "contact", "task", "timeline", "board", "today"].map((topic) =>
                client.invalidateQueries({ queryKey: [topic] }),
            ),
        );
}

const group = <T, K>(list: T[], key: (one: T) => K): Map<K, T[]> => {
    const groups = new Map<K, T[]>();
    for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
    return groups;
};

interface Props {
    selection: Selection;
    rows: Contact[];
    asked: Asked;
    total: number;
    columns: Column[];
    fields: Fields;
    selectAll: () => void;
    clear: () => void;
}

function useAssign({ selection, rows, asked }: Props) {
    const text = useText();
    const format = useFormat();
    const notify = useNotify();
    const refresh = useRefresh();
    const colleagues = useColleagues();
    const set = (user: string | null, contacts: string[]) =>
        data(api.POST("/api/owners", { body: { user, contacts } }));
    return useMutation({
        mutationFn: async (user: string | null) => {
            if (selection.all)
                return data(api.POST("/api/owners", { body: { user, filter: asked.filter || "yes" } }));
            return set(user, [...selection.ids]);
        },
        onSuccess: async (done, user) => {
            const before = rows.filter((one) => selection.ids.has(one.id));
            const undo = selection.all
                ? undefined
                : async () => {
                      for (const [owner, those] of group(before, (one) => one.owner))
                          await set(
                              owner,
                              those.map((one) => one.id),
                          );
                      await refresh();
                  };
            const name = colleagues.name(user) ?? text.contact.head.nobody;
            notify(text.contacts.bulk.assigned(format.number(done.contacts), name), undo);
            await refresh();
        },
    });
}

function FieldForm(props: Props & { done: () => void }) {
    const { selection, asked, rows, fields } = props;
    const text = useText();
    const format = useFormat();
    const notify = useNotify();
    const refresh = useRefresh();
    const [name, setName] = useState<string | null>(null);
    const [value, setValue] = useState("");
    const numeric = fields.traits.find((one) => one.name === name)?.type === "number";
    const said = value.trim();
    const [wrong, setWrong] = useState(false); // what was to be sent was no number
    const save = useMutation({
        mutationFn: (trait: string) => {
            const set = said === "" ? null : numeric ? Number(said) : said;
            return data(
                api.POST("/api/contacts/bulk", {
                    body: {
                        ...(selection.all ? { filter: asked.filter || "yes" } : { ids: [...selection.ids] }),
                        action: { traits: { [trait]: set } as Record<string, never> },
                    },
                }),
            );
        },
        onSuccess: async (report, trait) => {
            const before = rows.filter((one) => selection.ids.has(one.id));
            const undo = selection.all
                ? undefined
                : async () => {
                      for (const one of before)
                          await api.PATCH("/api/contacts/{id}", {
                              params: { path: { id: one.id } },
                              body: {
                                  traits: {
                                      [trait]: (one.traits as Record<string, unknown>)[trait] ?? null,
                                  } as Record<string, never>,
                              },
                          });
                      await refresh();
                  };
            notify(text.contacts.bulk.fieldSet(format.number(report.done)), undo);
            await refresh();
            props.done();
        },
    });
    function submit(event: FormEvent) {
        event.preventDefault();
        const bad = numeric && Number.isNaN(Number(said));
        setWrong(bad);
        if (name && !bad) save.mutate(name);
    }
    return (
        <form onSubmit={submit} className={classes.form}>
            <Select
                data-autofocus
                label={text.contacts.bulk.fieldName}
                searchable
                data={fields.traits.map((one) => ({ value: one.name, label: traitLabel(text, one.name) }))}
                value={name}
                onChange={setName}
            />
            <TextInput
                label={text.contacts.bulk.fieldValue}
                description={text.contacts.bulk.fieldHelp}
                value={value}
                maxLength={2000}
                error={wrong && text.contacts.bulk.fieldNumber}
                onChange={(event) => {
                    setWrong(false);
                    setValue(event.currentTarget.value);
                }}
            />
            {save.error && <p className="danger">{sentenceOf(text, save.error)}</p>}
            <Button type="submit" variant="filled" loading={save.isPending} disabled={!name}>
                {text.contacts.bulk.fieldSave(
                    format.number(selection.all ? props.total : selection.ids.size),
                )}
            </Button>
        </form>
    );
}

const TagForm = lazy(() => import("./tag_form"));

function TaskForm(props: Props & { done: () => void }) {
    const { selection } = props;
    const text = useText();
    const format = useFormat();
    const notify = useNotify();
    const refresh = useRefresh();
    const [title, setTitle] = useState("");
    const [due, setDue] = useState("");
    const add = useMutation({
        mutationFn: async () => {
            const made: string[] = [];
            for (const contact of selection.ids) {
                const task = await data(
                    api.POST("/api/tasks", {
                        body: {
                            title: title.trim(),
                            contact,
                            due: due ? new Date(due).toISOString().replace(".000", "") : undefined,
                        },
                    }),
                );
                made.push(task.id);
            }
            return made;
        },
        onSuccess: async (made) => {
            notify(text.contacts.bulk.tasksAdded(format.number(made.length)), async () => {
                for (const id of made) await api.DELETE("/api/tasks/{id}", { params: { path: { id } } });
                await refresh();
            });
            await refresh();
            props.done();
        },
    });
    function submit(event: FormEvent) {
        event.preventDefault();
        if (title.trim()) add.mutate();
    }
    return (
        <form onSubmit={submit} className={classes.form}>
            <TextInput
                data-autofocus
                label={text.contact.tasks.what}
                value={title}
                maxLength={200}
                onChange={(event) => setTitle(event.currentTarget.value)}
            />
            <TextInput
                type="datetime-local"
                label={text.contact.tasks.due}
                value={due}
                onChange={(event) => setDue(event.currentTarget.value)}
            />
            {add.error && <p className="danger">{sentenceOf(text, add.error)}</p>}
            <Button type="submit" variant="filled" loading={add.isPending}>
                {text.contacts.bulk.addTasks(format.number(selection.ids.size))}
            </Button>
        </form>
    );
}

function useExport({ selection, rows, asked, columns }: Props) {
    const text = useText();
    return useMutation({
        mutationFn: async () => {
            let people = rows.filter((one) => selection.ids.has(one.id));
            if (selection.all) {
                people = [];
                let after: string | undefined;
                do {
                    const page = await data(
                        api.GET("/api/contacts", {
                            params: { query: { ...queryOf(asked), limit: 500, after } as never },
                        }),
                    );
                    people.push(...page.items);
                    after = page.next ?? undefined;
                } while (after);
            }
            const shown = columns.filter((one) => one.id !== "trait:email");
            const head = [
                text.contacts.columns.name,
                text.contacts.columns.email,
                ...shown.map((one) => one.label),
            ];
            const body = people.map((one) => [
                one.name ?? "",
                one.email ?? "",
                ...shown.map((column) => column.plain(one)),
            ]);
            download("contacts.csv", csv([head, ...body]));
        },
    });
}

// Tasks and tags are added one by one; more than this is a campaign, no list of things to do.
const TASKS = 200;

export function BulkBar(props: Props) {
    const { selection, total } = props;
    const text = useText();
    const format = useFormat();
    const colleagues = useColleagues();
    const may = useMay("contact.write") && !props.asked.at;
    const mayTask = useMay("task.write") && !props.asked.at;
    const assign = useAssign(props);
    const take = useExport(props);
    const [open, setOpen] = useState<"field" | "task" | "tag" | null>(null);
    const count = selection.all ? total : selection.ids.size;
    const error = assign.error ?? take.error;
    // What a report asks for besides the condition cannot be said to those routes.
    const canAll =
        !selection.all && total > selection.ids.size && Object.keys(props.asked.report).length === 0;
    if (count === 0) return null;
    return (
        <section className={classes.bulk} aria-label={text.contacts.bulk.title}>
            <span className="medium num">{text.contacts.bulk.selected(format.number(count))}</span>
            {canAll && (
                <button type="button" className="link no-phone" onClick={props.selectAll}>
                    {text.contacts.bulk.all(format.number(total))}
                </button>
            )}
            {error && <span className="danger">{sentenceOf(text, error)}</span>}
            <div className="grow" />
            {may && (
                <Menu position="top">
                    <Menu.Target>
                        <Button leftSection={<IconUser size={16} stroke={1.75} />} loading={assign.isPending}>
                            {text.contacts.bulk.assign}
                        </Button>
                    </Menu.Target>
                    <Menu.Dropdown>
                        {colleagues.list.map((one) => (
                            <Menu.Item
                                key={one.id}
                                leftSection={<Avatar name={one.name} small />}
                                onClick={() => assign.mutate(one.id)}
                            >
                                {one.name}
                            </Menu.Item>
                        ))}
                        <Menu.Divider />
                        <Menu.Item onClick={() => assign.mutate(null)}>{text.contact.head.nobody}</Menu.Item>
                    </Menu.Dropdown>
                </Menu>
            )}
            {may && (
                <Button leftSection={<IconPencil size={16} stroke={1.75} />} onClick={() => setOpen("field")}>
                    {text.contacts.bulk.field}
                </Button>
            )}
            {may && !selection.all && count <= TASKS && (
                <Button leftSection={<IconTag size={16} stroke={1.75} />} onClick={() => setOpen("tag")}>
                    {text.contacts.bulk.tag}
                </Button>
            )}
            {mayTask && !selection.all && count <= TASKS && (
                <Button
                    leftSection={<IconSquareCheck size={16} stroke={1.75} />}
                    onClick={() => setOpen("task")}
                >
                    {text.contacts.bulk.task}
                </Button>
            )}
            <Button
                leftSection={<IconDownload size={16} stroke={1.75} />}
                onClick={() => take.mutate()}
                loading={take.isPending}
            >
                {text.contacts.bulk.export}
            </Button>
            <Button variant="subtle" px={6} aria-label={text.contacts.bulk.clear} onClick={props.clear}>
                <IconX size={16} stroke={1.75} />
            </Button>
            <Modal
                opened={open === "field"}
                onClose={() => setOpen(null)}
                title={text.contacts.bulk.fieldTitle}
            >
                <FieldForm {...props} done={() => setOpen(null)} />
            </Modal>
            <Modal opened={open === "task"} onClose={() => setOpen(null)} title={text.contact.tasks.add}>
                <TaskForm {...props} done={() => setOpen(null)} />
            </Modal>
            <Modal opened={open === "tag"} onClose={() => setOpen(null)} title={text.contacts.bulk.tag}>
                <Suspense>
                    <TagForm ids={[...selection.ids]} done={() => setOpen(null)} />
                </Suspense>
            </Modal>
        </section>
    );
}
