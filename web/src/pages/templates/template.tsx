// A template: what is written left, what one person gets of it right.
import { Button, Menu, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconDots, IconSend } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { Loading, Segments } from "../../parts/basic";
import { changesOf, takesBack, without } from "../../parts/changes";
import type { Person } from "../../parts/person_select";
import { PageBar } from "../../shell/page";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useUnsaved } from "../../shell/unsaved";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import type { Template } from "./data";
import { MailPreview } from "./preview";
import classes from "./templates.module.css";
import { TestSend } from "./test_send";
import { TextField } from "./text_field";
import { Versions } from "./versions";

type Draft = Pick<Template, "name" | "subject" | "preheader" | "body" | "format" | "layout">;

const draftOf = ({ name, subject, preheader, body, format, layout }: Template): Draft => ({
    name,
    subject,
    preheader,
    body,
    format,
    layout,
});

export function Component() {
    const { id = "" } = useParams();
    const template = useQuery({
        queryKey: ["template", id],
        queryFn: () => data(api.GET("/api/templates/{id}", { params: { path: { id } } })),
    });
    if (template.error) return <Trouble error={template.error} retry={template.refetch} />;
    return template.data ? <Editor key={template.data.id} template={template.data} /> : <Loading />;
}

function useChange(template: Template) {
    const client = useQueryClient();
    const path = { id: template.id };
    const keep = (now: Template) => {
        client.setQueryData(["template", template.id], now);
        client.invalidateQueries({ queryKey: ["template", "list"] });
        client.invalidateQueries({ queryKey: ["template", template.id, "versions"] });
    };
    return (body: Schemas["TemplateChange"]) =>
        data(api.PATCH("/api/templates/{id}", { params: { path }, body })).then(keep);
}

function Editor({ template }: { template: Template }) {
    const text = useText();
    const t = useMailText().templates;
    const client = useQueryClient();
    const navigate = useNavigate();
    const notify = useNotify();
    const mayChange = useMay("campaign.write");
    const [edited, setEdited] = useState<Partial<Draft>>({}); // what was changed since it was saved
    const saved = draftOf(template);
    const draft = { ...saved, ...edited };
    const [person, setPerson] = useState<Person | null>(null);
    const [part, setPart] = useState<"edit" | "preview">("edit");
    const [open, setOpen] = useState<"test" | "versions" | null>(null);
    const set = (change: Partial<Draft>) => setEdited((old) => ({ ...old, ...change }));
    const changes = changesOf(draft, saved);
    const changed = Object.keys(changes).length > 0;
    const { name: _, ...texts } = draft;
    const [asked] = useDebouncedValue(texts, 250);
    const change = useChange(template);
    const save = useMutation({
        mutationFn: (next: Partial<Draft>) => change(next),
        onMutate: () => saved,
        onSuccess: (_, sent, before) => {
            setEdited((now) => without(now, sent));
            notify(t.saved, () => change(takesBack(sent, before)));
        },
    });
    const remove = useMutation({
        mutationFn: () => data(api.DELETE("/api/templates/{id}", { params: { path: { id: template.id } } })),
        onSuccess: () => {
            client.invalidateQueries({ queryKey: ["template", "list"] });
            navigate("/templates");
            notify(t.removed(template.name), async () => {
                const made = await data(api.POST("/api/templates", { body: draftOf(template) }));
                client.invalidateQueries({ queryKey: ["template", "list"] });
                navigate(`/templates/${made.id}`);
            });
        },
    });
    useUnsaved(changed && !remove.isPending);
    const problem = save.error instanceof ApiProblem ? save.error : undefined;
    return (
        <>
            <PageBar
                title={template.name}
                path={[{ label: text.shell.pages.templates, to: "/templates" }]}
                quiet={<span className="no-phone">{t.version(template.version)}</span>}
            >
                {mayChange && (
                    <Button
                        leftSection={<IconSend size={16} stroke={1.75} />}
                        onClick={() => setOpen("test")}
                        disabled={changed}
                        title={changed ? t.saveFirst : undefined}
                        className="no-phone"
                    >
                        {t.test}
                    </Button>
                )}
                <Menu position="bottom-end">
                    <Menu.Target>
                        <Button variant="subtle" px={6} aria-label={text.shell.more}>
                            <IconDots size={16} stroke={1.75} />
                        </Button>
                    </Menu.Target>
                    <Menu.Dropdown>
                        {mayChange && (
                            <Menu.Item
                                className="only-phone"
                                disabled={changed}
                                onClick={() => setOpen("test")}
                            >
                                {t.test}
                            </Menu.Item>
                        )}
                        <Menu.Item onClick={() => setOpen("versions")}>{t.versions}</Menu.Item>
                        {mayChange && <Menu.Item onClick={() => remove.mutate()}>{t.remove}</Menu.Item>}
                    </Menu.Dropdown>
                </Menu>
                {mayChange && (
                    <Button
                        variant="filled"
                        loading={save.isPending}
                        disabled={!changed}
                        title={changed ? undefined : t.nothingChanged}
                        onClick={() => save.mutate(changes)}
                    >
                        {text.shell.save}
                    </Button>
                )}
            </PageBar>
            {problem && problem.errors.length > 0 && (
                <p role="alert" className={classes.errors}>
                    {t.notSaved}
                </p>
            )}
            {(save.error || remove.error) && !problem?.errors.length && (
                <Trouble error={save.error ?? remove.error} />
            )}
            <div className={classes.builder} data-part={part}>
                <div className={`only-phone ${classes.switch}`}>
                    <Segments
                        label={template.name}
                        value={part}
                        onChange={setPart}
                        options={[
                            { value: "edit", label: t.write },
                            { value: "preview", label: t.preview },
                        ]}
                    />
                </div>
                <fieldset className={classes.edit} disabled={!mayChange}>
                    <Fields draft={draft} set={set} problem={problem} readOnly={!mayChange} />
                </fieldset>
                <MailPreview asked={asked} person={person} setPerson={setPerson} title={template.name} />
            </div>
            <TestSend
                template={template.id}
                person={person}
                opened={open === "test"}
                close={() => setOpen(null)}
            />
            <Versions
                id={template.id}
                opened={open === "versions"}
                close={() => setOpen(null)}
                take={mayChange ? (version) => set(version) : undefined}
            />
        </>
    );
}

function Fields(props: {
    draft: Draft;
    set: (change: Partial<Draft>) => void;
    problem: ApiProblem | undefined;
    readOnly: boolean;
}) {
    const t = useMailText().templates;
    const { draft, set, problem } = props;
    return (
        <>
            <TextInput
                label={t.name}
                value={draft.name}
                maxLength={200}
                error={problem?.field("name")}
                onChange={(event) => set({ name: event.currentTarget.value })}
            />
            <TextInput
                label={t.subject}
                description={t.subjectHelp}
                value={draft.subject}
                maxLength={998}
                error={problem?.field("subject")}
                onChange={(event) => set({ subject: event.currentTarget.value })}
            />
            <TextInput
                label={t.preheader}
                description={t.preheaderHelp}
                value={draft.preheader}
                maxLength={998}
                error={problem?.field("preheader")}
                onChange={(event) => set({ preheader: event.currentTarget.value })}
            />
            <TextField
                label={t.body}
                help={draft.format === "html" ? t.htmlHelp : t.bodyHelp}
                value={draft.body}
                onChange={(body) => set({ body })}
                html={draft.format === "html"}
                blocks
                error={problem?.field("body")}
                readOnly={props.readOnly}
            />
            <div className={classes.pair}>
                <Select
                    label={t.layout}
                    data={(["plain", "card"] as const).map((value) => ({ value, label: t.layouts[value] }))}
                    value={draft.layout}
                    onChange={(layout) => set({ layout: layout === "card" ? "card" : "plain" })}
                />
                <Select
                    label={t.format}
                    data={(["markdown", "html"] as const).map((value) => ({
                        value,
                        label: t.formats[value],
                    }))}
                    value={draft.format}
                    onChange={(format) => set({ format: format === "html" ? "html" : "markdown" })}
                />
            </div>
        </>
    );
}
