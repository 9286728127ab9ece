// One form: build it beside its preview, bring it in front of people, try it, see what came in.
import { Button, Switch } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { Chip, Loading, Segments } from "../../parts/basic";
import { PageBar, PageBody, SubBar } from "../../shell/page";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { Builder } from "./builder";
import { tidy } from "./draft";
import { Embed } from "./embed";
import classes from "./forms.module.css";
import { Numbers } from "./numbers";
import { Preview, useDebouncedValue } from "./preview";
import { Submissions } from "./submissions";
import { Try } from "./try";
import { type FormDefinition, formOf } from "./types";

const VIEWS = ["build", "embed", "try", "numbers", "answers"] as const;
type View = (typeof VIEWS)[number];

export function Component() {
    const { id = "" } = useParams();
    const form = useQuery({
        queryKey: ["form", id],
        queryFn: () => data(api.GET("/api/forms/{id}", { params: { path: { id } } })),
    });
    if (form.error) return <Trouble error={form.error} retry={form.refetch} />;
    return form.data ? <Editor key={form.data.id} form={form.data} /> : <Loading />;
}

function Editor({ form }: { form: Schemas["Form"] }) {
    const text = useText();
    const t = text.forms;
    const client = useQueryClient();
    const notify = useNotify();
    const navigate = useNavigate();
    const [params, setParams] = useSearchParams();
    const mayChange = useMay("form.write");
    const [draft, setDraft] = useState<FormDefinition>(() => formOf(form));
    const [part, setPart] = useState<"edit" | "preview">("edit");
    const view: View = VIEWS.find((one) => one === params.get("view")) ?? "build";
    const clean = useMemo(() => tidy(draft), [draft]);
    const said = JSON.stringify(clean);
    const changed = said !== JSON.stringify(tidy(formOf(form)));
    const [settled] = useDebouncedValue(said, 250);
    const path = { id: form.id };
    const keep = (now: Schemas["Form"]) => {
        client.setQueryData(["form", form.id], now);
        client.invalidateQueries({ queryKey: ["form", "list"] });
    };
    const patch = (body: Schemas["FormChange"]) =>
        data(api.PATCH("/api/forms/{id}", { params: { path }, body })).then(keep);
    const save = useMutation({
        mutationFn: patch,
        onSuccess: (_, body) => {
            if (body.definition) {
                const before = formOf(form);
                notify(t.saved, () => patch({ definition: before as never }).then(() => setDraft(before)));
            } else
                notify(body.published ? t.isPublished : t.isHidden, () =>
                    patch({ published: !body.published }),
                );
        },
    });
    const remove = useMutation({
        mutationFn: () => data(api.DELETE("/api/forms/{id}", { params: { path } })),
        onSuccess: () => {
            client.invalidateQueries({ queryKey: ["form", "list"] });
            navigate("/forms");
        },
    });
    const errors = save.error instanceof ApiProblem ? save.error.errors : [];
    return (
        <>
            <PageBar title={form.name} path={[{ label: t.title, to: "/forms" }]}>
                {mayChange && (
                    <Switch
                        size="sm"
                        label={<span className="no-phone">{t.published}</span>}
                        aria-label={t.published}
                        checked={form.published}
                        onChange={(event) => save.mutate({ published: event.currentTarget.checked })}
                    />
                )}
                {!mayChange && !form.published && <Chip kind="warn">{t.draft}</Chip>}
                {form.published && (
                    <Button
                        component="a"
                        href={form.path}
                        target="_blank"
                        rel="noreferrer"
                        variant="subtle"
                        aria-label={t.open}
                    >
                        <IconExternalLink size={16} stroke={1.75} />
                    </Button>
                )}
                {mayChange && (
                    <Button
                        variant="filled"
                        loading={save.isPending}
                        disabled={!changed}
                        title={changed ? undefined : t.nothingChanged}
                        onClick={() => save.mutate({ definition: clean as never })}
                    >
                        {text.shell.save}
                    </Button>
                )}
            </PageBar>
            <SubBar>
                <Segments
                    label={form.name}
                    value={view}
                    onChange={(next) => setParams(next === "build" ? {} : { view: next })}
                    options={VIEWS.map((value) => ({ value, label: t.views_[value] }))}
                />
            </SubBar>
            {save.error && !errors.length && <Trouble error={save.error} />}
            {errors.length > 0 && (
                <p role="alert" className={classes.errors}>
                    {t.notSaved}
                </p>
            )}
            {view === "build" ? (
                <div className={classes.builder} data-part={part}>
                    <div className={`only-phone ${classes.switch}`}>
                        <Segments
                            label={t.views_.build}
                            value={part}
                            onChange={setPart}
                            options={[
                                { value: "edit", label: t.views_.build },
                                { value: "preview", label: t.preview },
                            ]}
                        />
                    </div>
                    <fieldset className={classes.edit} disabled={!mayChange}>
                        <Builder
                            draft={draft}
                            change={setDraft}
                            errors={errors}
                            remove={mayChange ? () => remove.mutate() : undefined}
                        />
                    </fieldset>
                    <Preview
                        title={draft.title}
                        draft={settled}
                        ask={() =>
                            data(
                                api.POST("/api/forms/preview", { body: { definition: JSON.parse(settled) } }),
                            )
                        }
                    />
                </div>
            ) : (
                <PageBody sunken padded>
                    <div className={classes.cards}>
                        {view === "embed" && <Embed form={form} />}
                        {view === "try" && <Try form={form} />}
                        {view === "numbers" && <Numbers id={form.id} />}
                        {view === "answers" && <Submissions id={form.id} />}
                    </div>
                </PageBody>
            )}
        </>
    );
}
