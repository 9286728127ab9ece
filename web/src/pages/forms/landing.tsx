// One landing page: its blocks beside what visitors see.
import { Button, Checkbox, Menu, Textarea, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { Loading } from "../../parts/basic";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useUnsaved } from "../../shell/unsaved";
import { useText } from "../../text";
import { BlockEditor } from "./block";
import { moved, problemOf, tidy } from "./draft";
import { EditorBar, type Part, PhoneParts, Refused, RemoveForGood } from "./editor_bar";
import classes from "./forms.module.css";
import { Preview, useDebouncedValue } from "./preview";
import { Sorted } from "./sorted";
import { type Block, type PageDefinition, pageOf } from "./types";

const BLOCKS: Block["type"][] = ["hero", "text", "form", "buttons", "testimonials", "download"];

export function Component() {
    const { id = "" } = useParams();
    const page = useQuery({
        queryKey: ["page", id],
        queryFn: () => data(api.GET("/api/pages/{id}", { params: { path: { id } } })),
    });
    if (page.error) return <Trouble error={page.error} retry={page.refetch} />;
    return page.data ? <Editor key={page.data.id} page={page.data} /> : <Loading />;
}

// Blocks get names of their own, so that they can be moved.
let made = 0;
const named = (blocks: Block[]) => blocks.map((block) => ({ id: `b${++made}`, block }));

function newBlock(type: Block["type"], form: string | undefined): Block {
    if (type === "hero") return { type, title: "" };
    if (type === "text") return { type, markdown: "" };
    if (type === "form") return { type, form: form ?? "" };
    if (type === "buttons") return { type, buttons: [{ label: "", href: "#form" }] };
    if (type === "testimonials") return { type, items: [{ quote: "", name: "" }] };
    return { type, label: "" };
}

function Editor({ page }: { page: Schemas["Page"] }) {
    const text = useText();
    const t = text.forms;
    const client = useQueryClient();
    const notify = useNotify();
    const navigate = useNavigate();
    const mayChange = useMay("page.write");
    const [head, setHead] = useState<Omit<PageDefinition, "blocks">>(() => {
        const { blocks: _, ...rest } = pageOf(page);
        return rest;
    });
    const [blocks, setBlocks] = useState(() => named(pageOf(page).blocks));
    const [open, setOpen] = useState<string | null>(blocks[0]?.id ?? null);
    const [part, setPart] = useState<Part>("edit");
    const forms = useQuery({
        queryKey: ["form", "list"],
        queryFn: () => data(api.GET("/api/forms", { params: { query: { limit: 500 } } })),
    });
    const clean = useMemo(() => tidy({ ...head, blocks: blocks.map((one) => one.block) }), [head, blocks]);
    const said = JSON.stringify(clean);
    const changed = said !== JSON.stringify(tidy(pageOf(page)));
    const [settled] = useDebouncedValue(said, 250);
    const path = { id: page.id };
    const patch = (body: Schemas["PageChange"]) =>
        data(api.PATCH("/api/pages/{id}", { params: { path }, body })).then((now) => {
            client.setQueryData(["page", page.id], now);
            client.invalidateQueries({ queryKey: ["page", "list"] });
        });
    const save = useMutation({
        mutationFn: patch,
        onSuccess: (_, body) => {
            if (body.definition) notify(t.saved);
            else
                notify(body.published ? t.isPublished : t.isHidden, () =>
                    patch({ published: !body.published }),
                );
        },
    });
    const remove = useMutation({
        mutationFn: () => data(api.DELETE("/api/pages/{id}", { params: { path } })),
        onSuccess: () => {
            client.invalidateQueries({ queryKey: ["page", "list"] });
            navigate("/forms?show=pages");
        },
    });
    useUnsaved(changed && !remove.isPending);
    const errors = save.error instanceof ApiProblem ? save.error.errors : [];
    return (
        <>
            <EditorBar
                of={page}
                list="/forms?show=pages"
                mayChange={mayChange}
                changed={changed}
                saving={save.isPending}
                publish={(published) => save.mutate({ published })}
                save={() => save.mutate({ definition: clean as never })}
            />
            <Refused error={save.error ?? remove.error} errors={errors} />
            <div className={classes.builder} data-part={part}>
                <PhoneParts label={page.name} value={part} onChange={setPart} />
                <fieldset className={classes.edit} disabled={!mayChange}>
                    <TextInput
                        label={t.pageTitle}
                        value={head.title}
                        onChange={(event) => setHead({ ...head, title: event.currentTarget.value })}
                        error={problemOf(errors, "title")}
                    />
                    <Textarea
                        label={t.description}
                        description={t.descriptionHelp}
                        value={head.description ?? ""}
                        onChange={(event) => setHead({ ...head, description: event.currentTarget.value })}
                        autosize
                        minRows={1}
                    />
                    <div className="row">
                        <h2 className={`grow ${classes.section}`}>{t.blocks}</h2>
                        <Menu position="bottom-end">
                            <Menu.Target>
                                <Button leftSection={<IconPlus size={16} stroke={1.75} />}>
                                    {t.addBlock}
                                </Button>
                            </Menu.Target>
                            <Menu.Dropdown>
                                {BLOCKS.map((type) => (
                                    <Menu.Item
                                        key={type}
                                        onClick={() => {
                                            const block = newBlock(type, forms.data?.items[0]?.slug);
                                            const [added] = named([block]);
                                            if (!added) return;
                                            setBlocks([...blocks, added]);
                                            setOpen(added.id);
                                        }}
                                    >
                                        {t.blockTypes[type]}
                                    </Menu.Item>
                                ))}
                            </Menu.Dropdown>
                        </Menu>
                    </div>
                    <Sorted
                        ids={blocks.map((one) => one.id)}
                        move={(from, to) => setBlocks(moved(blocks, from, to))}
                    >
                        {blocks.map(({ id, block }, i) => (
                            <BlockEditor
                                key={id}
                                id={id}
                                block={block}
                                open={open === id}
                                setOpen={(now) => setOpen(now ? id : null)}
                                error={(member) => problemOf(errors, `blocks[${i}].${member}`)}
                                change={(next) =>
                                    setBlocks(
                                        blocks.map((one) => (one.id === id ? { id, block: next } : one)),
                                    )
                                }
                                remove={() => setBlocks(blocks.filter((one) => one.id !== id))}
                                forms={forms.data?.items ?? []}
                            />
                        ))}
                    </Sorted>
                    <Checkbox
                        label={t.listed}
                        description={t.listedHelp}
                        checked={head.listed ?? false}
                        onChange={(event) => setHead({ ...head, listed: event.currentTarget.checked })}
                    />
                    <TextInput
                        label={t.writeKey}
                        description={t.writeKeyHelp}
                        value={head.write_key ?? ""}
                        onChange={(event) => setHead({ ...head, write_key: event.currentTarget.value })}
                        error={problemOf(errors, "write_key")}
                    />
                    {mayChange && <RemoveForGood say={[t.removePage, t.removePageForGood]} remove={remove} />}
                </fieldset>
                <Preview
                    title={head.title}
                    draft={settled}
                    ask={() =>
                        data(api.POST("/api/pages/preview", { body: { definition: JSON.parse(settled) } }))
                    }
                />
            </div>
        </>
    );
}
