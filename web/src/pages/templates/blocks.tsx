// Content blocks: what stands in a mail depends on who reads it. One is opened to write it.
import { Button, TextInput } from "@mantine/core";
import { IconChevronDown, IconPlus, IconPuzzle } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useSearchParams } from "react-router";
import { ApiProblem, api, data } from "../../api/client";
import { ExpressionBar } from "../../expression/bar";
import { Card, Empty, Loading } from "../../parts/basic";
import { PageBody } from "../../shell/page";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useUnsaved } from "../../shell/unsaved";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import { type Block, useBlocks } from "./data";
import classes from "./templates.module.css";
import { TextField } from "./text_field";

export function Blocks({ make }: { make: ReactNode }) {
    const t = useMailText().templates;
    const blocks = useBlocks();
    const [params, setParams] = useSearchParams();
    const open = params.get("block");
    const show = (id: string | null) => setParams(id ? { show: "blocks", block: id } : { show: "blocks" });
    const items = blocks.data?.items ?? [];
    if (blocks.isPending) return <Loading />;
    if (blocks.error) return <Trouble error={blocks.error} retry={blocks.refetch} />;
    if (!items.length && open !== "new")
        return (
            <PageBody>
                <Empty
                    icon={<IconPuzzle size={24} stroke={1.5} className="accent" aria-hidden />}
                    title={t.noBlocks}
                    text={t.noBlocksHelp}
                    action={make}
                />
            </PageBody>
        );
    return (
        <PageBody sunken padded>
            <div className={classes.cards}>
                {open === "new" && (
                    <Card title={t.makeBlock}>
                        <Editor done={show} />
                    </Card>
                )}
                {items.map((one) => (
                    <Card key={one.id}>
                        <h2>
                            <button
                                type="button"
                                className={`plain ${classes.blockHead}`}
                                aria-expanded={open === one.id}
                                onClick={() => show(open === one.id ? null : one.id)}
                            >
                                <span className="mono medium">{one.name}</span>
                                <span className="muted truncate grow">
                                    {one.variants.map((variant) => variant.when).join(" · ")}
                                </span>
                                <IconChevronDown
                                    size={16}
                                    stroke={1.75}
                                    aria-hidden
                                    style={{ transform: open === one.id ? "rotate(180deg)" : undefined }}
                                />
                            </button>
                        </h2>
                        {open === one.id && <Editor key={one.version} block={one} done={show} />}
                    </Card>
                ))}
            </div>
        </PageBody>
    );
}

type Draft = Pick<Block, "name" | "variants" | "fallback">;

const EMPTY: Draft = { name: "", variants: [{ when: "", body: "" }], fallback: "" };

function useDeeds(block: Block | undefined, done: (id: string | null) => void) {
    const t = useMailText().templates;
    const client = useQueryClient();
    const notify = useNotify();
    const refresh = () => client.invalidateQueries({ queryKey: ["block"] });
    const post = (body: Draft) => data(api.POST("/api/blocks", { body }));
    const patch = (id: string, body: Draft) =>
        data(api.PATCH("/api/blocks/{id}", { params: { path: { id } }, body }));
    const save = useMutation({
        mutationFn: (draft: Draft) => (block ? patch(block.id, draft) : post(draft)),
        onSuccess: async (made) => {
            await refresh();
            done(made.id);
            const { name, variants, fallback } = block ?? EMPTY;
            notify(
                t.blockSaved,
                block && (() => patch(block.id, { name, variants, fallback }).then(refresh)),
            );
        },
    });
    const remove = useMutation({
        mutationFn: async (of: Block) => {
            await data(api.DELETE("/api/blocks/{id}", { params: { path: { id: of.id } } }));
            return of;
        },
        onSuccess: ({ name, variants, fallback }) => {
            done(null);
            refresh();
            notify(t.removed(name), () => post({ name, variants, fallback }).then(refresh));
        },
    });
    return { save, remove };
}

function Editor({ block, done }: { block?: Block; done: (id: string | null) => void }) {
    const text = useText();
    const t = useMailText().templates;
    const mayChange = useMay("campaign.write");
    const [draft, setDraft] = useState<Draft>(() =>
        block ? { name: block.name, variants: block.variants, fallback: block.fallback } : EMPTY,
    );
    const [opened] = useState(draft);
    const { save, remove } = useDeeds(block, done);
    useUnsaved(JSON.stringify(draft) !== JSON.stringify(opened));
    const set = (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }));
    const setVariant = (at: number, change: Partial<Draft["variants"][number]>) =>
        setDraft((old) => ({
            ...old,
            variants: old.variants.map((one, i) => (i === at ? { ...one, ...change } : one)),
        }));
    const problem = save.error instanceof ApiProblem ? save.error : undefined;
    return (
        <fieldset disabled={!mayChange} className={classes.inside} style={{ border: 0, margin: 0 }}>
            <TextInput
                label={t.blockName}
                description={draft.name ? t.usedAs(draft.name) : t.blockNameHelp}
                value={draft.name}
                maxLength={60}
                onChange={(event) =>
                    set({ name: event.currentTarget.value.toLowerCase().replace(/\W+/g, "_") })
                }
                error={problem?.field("name")}
            />
            <div className="stack">
                <h3 className="medium">{t.variants}</h3>
                <p className="help">{t.variantsHelp}</p>
                {draft.variants.map((one, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: variants have no names, their place is their rank
                    <div key={at} className={classes.variant}>
                        <div className="row">
                            <span className="medium grow">{t.variant(at + 1)}</span>
                            {draft.variants.length > 1 && (
                                <Button
                                    variant="subtle"
                                    onClick={() =>
                                        set({ variants: draft.variants.filter((_, i) => i !== at) })
                                    }
                                >
                                    {t.removeVariant(at + 1)}
                                </Button>
                            )}
                        </div>
                        <ExpressionBar
                            label={`${t.variant(at + 1)}: ${t.when}`}
                            placeholder={t.whenHelp}
                            value={one.when}
                            onChange={(when) => setVariant(at, { when })}
                            onValid={() => {}}
                        />
                        {problem?.field(`variants.${at}.when`) && (
                            <p className="danger help">{problem.field(`variants.${at}.when`)}</p>
                        )}
                        <TextField
                            label={t.blockBody}
                            value={one.body}
                            onChange={(body) => setVariant(at, { body })}
                            error={problem?.field(`variants.${at}.body`)}
                        />
                    </div>
                ))}
                <div>
                    <Button
                        leftSection={<IconPlus size={16} stroke={1.75} />}
                        onClick={() => set({ variants: [...draft.variants, { when: "", body: "" }] })}
                    >
                        {t.addVariant}
                    </Button>
                </div>
            </div>
            <TextField
                label={t.fallback}
                help={t.fallbackHelp}
                value={draft.fallback}
                onChange={(fallback) => set({ fallback })}
                error={problem?.field("fallback")}
            />
            {(problem && !problem.errors.length) || remove.error ? (
                <Trouble error={remove.error ?? problem} />
            ) : null}
            {mayChange && (
                <div className="row">
                    <Button variant="filled" loading={save.isPending} onClick={() => save.mutate(draft)}>
                        {text.shell.save}
                    </Button>
                    {block ? (
                        <Button variant="subtle" onClick={() => remove.mutate(block)}>
                            {t.removeBlock}
                        </Button>
                    ) : (
                        <Button variant="subtle" onClick={() => done(null)}>
                            {text.shell.cancel}
                        </Button>
                    )}
                </div>
            )}
        </fieldset>
    );
}
