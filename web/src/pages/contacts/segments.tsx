// Conditions that were saved under a name, each with how many there are.
import { Button, Menu, Modal, TextInput } from "@mantine/core";
import { IconBookmark, IconDots } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, data, type Schemas } from "../../api/client";
import { useFormat } from "../../shell/format";
import { useMay } from "../../shell/session";
import { sentenceOf } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import classes from "./contacts.module.css";

type Audience = Schemas["Audience"];

export function useSegments() {
    return useQuery({
        queryKey: ["audience"],
        queryFn: () =>
            data(api.GET("/api/audiences", { params: { query: { limit: 100, sort: "created" } } })),
    });
}

function Count({ id }: { id: string }) {
    const format = useFormat();
    const count = useQuery({
        queryKey: ["audience", id, "count"],
        queryFn: () => data(api.GET("/api/audiences/{id}/count", { params: { path: { id } } })),
        staleTime: 30_000,
    });
    return <span className="muted num">{count.data && format.number(count.data.contacts)}</span>;
}

function useSave() {
    const text = useText();
    const notify = useNotify();
    const client = useQueryClient();
    const refresh = () => client.invalidateQueries({ queryKey: ["audience"] });
    const remove = async (id: string) => {
        await api.DELETE("/api/audiences/{id}", { params: { path: { id } } });
        await refresh();
    };
    const add = async (audience: Schemas["NewAudience"]) => {
        const made = await data(api.POST("/api/audiences", { body: audience }));
        await refresh();
        return made;
    };
    return {
        add: async (audience: Schemas["NewAudience"]) => {
            const made = await add(audience);
            notify(text.contacts.segments.saved(made.name), () => remove(made.id));
        },
        rename: async (audience: Audience, name: string) => {
            await api.PATCH("/api/audiences/{id}", { params: { path: { id: audience.id } }, body: { name } });
            await refresh();
        },
        remove: async (audience: Audience) => {
            await remove(audience.id);
            notify(text.contacts.segments.removed(audience.name), () =>
                add({ name: audience.name, expression: audience.expression, note: audience.note }),
            );
        },
    };
}

function NameForm(props: { name: string; save: (name: string) => Promise<unknown>; done: () => void }) {
    const text = useText();
    const [name, setName] = useState(props.name);
    const save = useMutation({ mutationFn: () => props.save(name.trim()), onSuccess: props.done });
    function submit(event: FormEvent) {
        event.preventDefault();
        if (name.trim()) save.mutate();
    }
    return (
        <form onSubmit={submit} className="stack">
            <TextInput
                data-autofocus
                label={text.contacts.segments.name}
                value={name}
                maxLength={100}
                error={save.error ? sentenceOf(text, save.error) : undefined}
                onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" variant="filled" loading={save.isPending} style={{ alignSelf: "flex-end" }}>
                {text.shell.save}
            </Button>
        </form>
    );
}

// Saves the condition that is shown.
export function SaveSegment({ filter }: { filter: string }) {
    const text = useText();
    const may = useMay("audience.write");
    const segments = useSegments();
    const { add } = useSave();
    const [open, setOpen] = useState(false);
    const known = segments.data?.items.some((one) => one.expression === filter);
    if (!may || !filter || known) return null;
    return (
        <>
            <Button
                variant="subtle"
                leftSection={<IconBookmark size={16} stroke={1.75} />}
                onClick={() => setOpen(true)}
            >
                {text.contacts.segments.save}
            </Button>
            <Modal opened={open} onClose={() => setOpen(false)} title={text.contacts.segments.title}>
                <NameForm
                    name=""
                    save={(name) => add({ name, expression: filter })}
                    done={() => setOpen(false)}
                />
            </Modal>
        </>
    );
}

export function SegmentTabs({ filter, choose }: { filter: string; choose: (filter: string) => void }) {
    const text = useText();
    const may = useMay("audience.write");
    const segments = useSegments();
    const { rename, remove } = useSave();
    const [renaming, setRenaming] = useState<Audience | null>(null);
    const items = segments.data?.items ?? [];
    const current = items.find((one) => one.expression === filter);
    if (items.length === 0) return null;
    return (
        <nav className={classes.tabs} aria-label={text.contacts.segments.list}>
            <button type="button" aria-current={!filter || undefined} onClick={() => choose("")}>
                {text.contacts.segments.all}
            </button>
            {items.map((one) => (
                <button
                    key={one.id}
                    type="button"
                    aria-current={one === current || undefined}
                    onClick={() => choose(one.expression)}
                >
                    {one.name} <Count id={one.id} />
                </button>
            ))}
            {current && may && (
                <Menu>
                    <Menu.Target>
                        <Button
                            variant="subtle"
                            px={6}
                            aria-label={text.contacts.segments.change(current.name)}
                        >
                            <IconDots size={16} stroke={1.75} />
                        </Button>
                    </Menu.Target>
                    <Menu.Dropdown>
                        <Menu.Item onClick={() => setRenaming(current)}>
                            {text.contacts.segments.rename}
                        </Menu.Item>
                        <Menu.Item onClick={() => remove(current)}>{text.contacts.segments.remove}</Menu.Item>
                    </Menu.Dropdown>
                </Menu>
            )}
            <Modal
                opened={!!renaming}
                onClose={() => setRenaming(null)}
                title={text.contacts.segments.rename}
            >
                {renaming && (
                    <NameForm
                        name={renaming.name}
                        save={(name) => rename(renaming, name)}
                        done={() => setRenaming(null)}
                    />
                )}
            </Modal>
        </nav>
    );
}
