// A model: its text with the words beside it, and what it would change. What is written stays a draft in this
// browser until it is saved as a candidate or activated.
import { ActionIcon, Button, Menu } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconDots } from "@tabler/icons-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { signalsOf } from "../../language/complete";
import { useFields } from "../../language/fields";
import { hint, type Problem } from "../../language/problem";
import { Chip, Loading, Segments } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { useKeys } from "../../shell/keys";
import { PageBar, SubBar } from "../../shell/page";
import { useActiveModel, useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { Activate } from "./activate";
import {
    type CheckedModel,
    useChecked,
    useDefinitions,
    useDraftAnswers,
    useDraftText,
    useModel,
    useModels,
} from "./data";
import classes from "./editor.module.css";
import { PreviewPane } from "./preview";
import { changedLines, groups } from "./said";
import { SaidList } from "./said_list";
import { useSave } from "./save";
import { Views } from "./views";

const Source = lazy(() => import("./source"));

type View = "text" | "words" | "preview";

// The text that the draft began with: of a model, or for a new one of a definition.
function useBase(id: string) {
    const fresh = id === "new";
    const [params] = useSearchParams();
    const from = params.get("from") ?? "";
    const model = useModel(id, !fresh);
    const definitions = useDefinitions(fresh && from !== "");
    const definition = definitions.data?.items.find((one) => one.slug === from);
    return {
        fresh,
        key: fresh ? `new-${from}` : id,
        model: fresh ? undefined : model.data,
        text: fresh ? (from ? definition?.text : "") : model.data?.text,
        pending: fresh ? from !== "" && definitions.isPending : model.isPending,
        error: fresh ? definitions.error : model.error,
        retry: fresh ? definitions.refetch : model.refetch,
    };
}

function Foot({ checked, go }: { checked: CheckedModel | undefined; go: (problem: Problem) => void }) {
    const text = useText();
    const words = text.models.editor;
    if (!checked) return null;
    const errors = checked.diagnostics.filter((one) => one.severity === "error");
    const warnings = checked.diagnostics.filter((one) => one.severity === "warning");
    const shown = [...errors, ...warnings].slice(0, 3);
    return (
        <footer className={classes.foot} role="status">
            {errors.length === 0 && (
                <span className={`${classes.fine} accent`}>
                    <IconCircleCheck size={16} stroke={1.75} aria-hidden />
                    {words.noErrors}
                </span>
            )}
            {shown.map((one) => (
                <button
                    key={`${one.line} ${one.column} ${one.message}`}
                    type="button"
                    className={`${classes.problem} ${one.severity === "error" ? "danger" : "warn"}`}
                    onClick={() => go(one)}
                >
                    {one.severity === "error" ? (
                        <IconCircleX size={16} stroke={1.75} aria-hidden />
                    ) : (
                        <IconAlertTriangle size={16} stroke={1.75} aria-hidden />
                    )}
                    <span>
                        {words.line(one.line)} {one.message}
                        {one.suggestion !== null && ` ${hint(text.expression, one)}`}
                    </span>
                </button>
            ))}
            {errors.length + warnings.length > shown.length && (
                <span className="muted">{words.others(errors.length + warnings.length - shown.length)}</span>
            )}
        </footer>
    );
}

function useSaid(checked: CheckedModel | undefined, base: string | undefined, dirty: boolean) {
    const text = useText();
    const before = useChecked(dirty ? base : undefined);
    return useMemo(
        () => groups(text, checked?.statements ?? [], dirty ? (before.data?.statements ?? null) : null),
        [text, checked, before.data, dirty],
    );
}

const NO_PROBLEMS: Problem[] = [];

function Editor({ base }: { base: ReturnType<typeof useBase> }) {
    const text = useText();
    const format = useFormat();
    const navigate = useNavigate();
    const mayWrite = useMay("model.write");
    const fields = useFields();
    const active = useActiveModel();
    const models = useModels();
    const phone = useMediaQuery("(max-width: 760px)") ?? false;
    const wide = useMediaQuery("(min-width: 1280px)") ?? true;
    const [view, setView] = useState<View>("preview");
    const [goTo, setGoTo] = useState<{ problem: Problem } | null>(null);
    const [asking, setAsking] = useState(false);
    const draft = useDraftText(base.key, base.text);
    const answers = useDraftAnswers(draft.text);
    const said = useSaid(answers.checked, base.text, draft.dirty && !base.fresh);
    const save = useSave({
        id: base.fresh ? null : (base.model?.id ?? null),
        draft,
        checked: answers.checked,
    });
    const words = text.models.editor;
    const changed = useMemo(
        () => (base.fresh ? new Set<number>() : changedLines(base.text ?? "", draft.text)),
        [base, draft.text],
    );
    const vocabulary = useMemo(
        () => ({ fields, signals: signalsOf(draft.text), model: true }),
        [fields, draft.text],
    );
    const unsaved = draft.dirty || base.fresh;
    const next = Math.max(0, ...(models.data?.items ?? []).map((one) => one.version)) + 1;
    const version = unsaved ? next : (base.model?.version ?? next);
    const offered = mayWrite && (unsaved || base.model?.state !== "active") && draft.text.trim() !== "";
    const ready = answers.fresh && answers.checked?.ok === true;
    const ask = () => offered && ready && setAsking(true);
    const keep = async () => {
        const id = await save.candidate();
        if (id) navigate(`/models/${id}`);
    };
    useKeys({ "mod+Enter": ask });
    const title = answers.checked?.title || base.model?.title || words.untitled;
    const go = (problem: Problem) => {
        setView("text");
        setGoTo({ problem });
    };
    const source = (
        <Suspense fallback={<Loading rows={16} height={20} />}>
            <Source
                value={draft.text}
                onChange={draft.write}
                problems={answers.fresh ? (answers.checked?.diagnostics ?? NO_PROBLEMS) : NO_PROBLEMS}
                vocabulary={vocabulary}
                groups={said}
                changed={changed}
                readOnly={!mayWrite}
                words={wide}
                goTo={goTo}
                onEnter={ask}
            />
        </Suspense>
    );
    return (
        <>
            <PageBar
                title={title}
                path={[{ label: text.models.title, to: "/models" }]}
                quiet={
                    <span className={classes.state}>
                        {unsaved ? (
                            <Chip kind="warn">{words.draft}</Chip>
                        ) : base.model?.state === "active" ? (
                            <Chip kind="accent">{words.active(base.model.version)}</Chip>
                        ) : (
                            <Chip>{words.candidate(base.model?.version ?? 0)}</Chip>
                        )}
                        {draft.at && base.model && (
                            <span className="help no-phone">
                                {words.from(base.model.version, format.when(draft.at))}
                            </span>
                        )}
                    </span>
                }
            >
                <Views current="edit" id={base.model?.id} />
                {mayWrite && draft.dirty && (
                    <Button variant="subtle" className="no-phone" onClick={save.discard}>
                        {words.discard}
                    </Button>
                )}
                {mayWrite && unsaved && (
                    <Button className="no-phone" disabled={!ready} loading={save.saving} onClick={keep}>
                        {words.save}
                    </Button>
                )}
                {phone && mayWrite && unsaved && (
                    <Menu position="bottom-end">
                        <Menu.Target>
                            <ActionIcon variant="subtle" color="gray" size={36} aria-label={text.shell.more}>
                                <IconDots size={16} stroke={1.75} />
                            </ActionIcon>
                        </Menu.Target>
                        <Menu.Dropdown>
                            <Menu.Item disabled={!ready} onClick={keep}>
                                {words.save}
                            </Menu.Item>
                            {draft.dirty && <Menu.Item onClick={save.discard}>{words.discard}</Menu.Item>}
                        </Menu.Dropdown>
                    </Menu>
                )}
                {offered && (
                    <Button variant="filled" disabled={!ready} onClick={ask} className={classes.activate}>
                        <span className="no-phone">{words.activateAs(version)}</span>
                        <span className="only-phone">{words.activate}</span>
                    </Button>
                )}
            </PageBar>
            {phone && (
                <SubBar>
                    <div className={classes.segments}>
                        <Segments
                            label={words.views}
                            value={view}
                            onChange={setView}
                            options={[
                                { value: "text", label: words.text },
                                { value: "words", label: words.inWords },
                                { value: "preview", label: words.preview },
                            ]}
                        />
                    </div>
                </SubBar>
            )}
            {save.error && <Trouble error={save.error} />}
            <div className={classes.columns}>
                {(!phone || view !== "preview") && (
                    <section className={classes.editor} aria-label={words.definition}>
                        <div className={classes.head}>
                            <span>{words.definition}</span>
                            {wide && <span>{words.inWords}</span>}
                        </div>
                        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard */}
                        <div className={classes.scroll} tabIndex={0}>
                            {phone && view === "words" ? <SaidList groups={said} /> : source}
                        </div>
                        <Foot checked={answers.checked} go={go} />
                    </section>
                )}
                {(!phone || view === "preview") && (
                    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard
                    <section className={classes.preview} aria-label={words.preview} tabIndex={0}>
                        {draft.text.trim() === "" ? (
                            <p className={classes.hint}>{words.begin}</p>
                        ) : (
                            <PreviewPane
                                draft={answers}
                                active={active ? words.activeColumn(active.version) : text.shell.bar.noModel}
                            />
                        )}
                    </section>
                )}
            </div>
            {asking && answers.preview && (
                <Activate
                    preview={answers.preview}
                    version={version}
                    active={active}
                    close={() => setAsking(false)}
                    activate={async () => {
                        const id = await save.activate(unsaved);
                        if (id) navigate(`/models/${id}`);
                        return id !== null;
                    }}
                />
            )}
        </>
    );
}

export function Component() {
    const text = useText();
    const { id = "new" } = useParams();
    const base = useBase(id);
    if (base.error || base.pending)
        return (
            <>
                <PageBar title={text.models.title} path={[]} />
                {base.error ? (
                    <Trouble error={base.error} retry={base.retry} />
                ) : (
                    <Loading rows={16} height={24} />
                )}
            </>
        );
    return <Editor key={base.key} base={base} />;
}
