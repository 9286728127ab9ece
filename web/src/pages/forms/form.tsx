import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { Loading, Segments } from "../../parts/basic";
import { PageBody, SubBar } from "../../shell/page";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useUnsaved } from "../../shell/unsaved";
import { useText } from "../../text";
import { Builder } from "./builder";
import { tidy } from "./draft";
import { EditorBar, type Part, PhoneParts, Refused } from "./editor_bar";
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
    const [part, setPart] = useState<Part>("edit");
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
    useUnsaved(changed && !remove.isPending);
    const errors = save.error instanceof ApiProblem ? save.error.errors : [];
    return (
        <>
            <EditorBar
                of={form}
                list="/forms"
                mayChange={mayChange}
                changed={changed}
                saving={save.isPending}
                publish={(published) => save.mutate({ published })}
                save={() => save.mutate({ definition: clean as never })}
            />
            <SubBar>
                <Segments
                    label={form.name}
                    value={view}
                    onChange={(next) => setParams(next === "build" ? {} : { view: next })}
                    options={VIEWS.map((value) => ({ value, label: t.views_[value] }))}
                />
            </SubBar>
            <Refused error={save.error ?? remove.error} errors={errors} />
            {view === "build" ? (
                <div className={classes.builder} data-part={part}>
                    <PhoneParts label={t.views_.build} value={part} onChange={setPart} />
                    <fieldset className={classes.edit} disabled={!mayChange}>
                        <Builder
                            draft={draft}
                            change={setDraft}
                            errors={errors}
                            confirmation={form.confirmation}
                            remove={mayChange ? remove : undefined}
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
