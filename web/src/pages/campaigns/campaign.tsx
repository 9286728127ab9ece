// A campaign: its steps, its people, what came of it, and what holds for all of it. What is changed is a draft in this
// window until it is saved; who has passed a step is not sent back.
import { Button, Menu } from "@mantine/core";
import { IconDots, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { ApiProblem } from "../../api/client";
import { Loading, Segments } from "../../parts/basic";
import { changesOf, takesBack, without } from "../../parts/changes";
import { useFormat } from "../../shell/format";
import { PageBar, PageBody, SubBar } from "../../shell/page";
import { useMay } from "../../shell/session";
import { sentenceOf, Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useUnsaved } from "../../shell/unsaved";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import classes from "./campaigns.module.css";
import { useCampaign, useDeeds, useNumbers } from "./data";
import { changeOf, type Draft, draftOf, isTree } from "./draft";
import { unfinished, useFaces } from "./face";
import { People } from "./people";
import { Results } from "./results";
import { CampaignSettings } from "./settings";
import { Start } from "./start";
import { StateChip } from "./state_chip";
import type { Campaign } from "./step";
import { Steps } from "./steps";
import { find } from "./tree";

const VIEWS = ["steps", "people", "results", "settings"] as const;

export function Component() {
    const { id = "" } = useParams();
    const campaign = useCampaign(id);
    if (campaign.error) return <Trouble error={campaign.error} retry={campaign.refetch} />;
    return campaign.data ? <Open key={campaign.data.id} campaign={campaign.data} /> : <Loading />;
}

function useDraft(campaign: Campaign) {
    const t = useMailText().campaigns;
    const notify = useNotify();
    const { patch } = useDeeds(campaign);
    const saved = useMemo(() => draftOf(campaign), [campaign]);
    const tree = useMemo(() => isTree(campaign), [campaign]);
    const [edited, setEdited] = useState<Partial<Draft>>({}); // what was changed since it was saved
    const draft = useMemo(() => ({ ...saved, ...edited }), [saved, edited]);
    const changed = Object.keys(changesOf(draft, saved)).length > 0;
    const save = useMutation({
        mutationFn: (sent: { draft: Draft; edited: Partial<Draft>; saved: Draft }) =>
            patch(changesOf(changeOf(sent.draft, tree), changeOf(sent.saved, tree))),
        onSuccess: (_, sent) => {
            setEdited((now) => without(now, sent.edited));
            const before = changeOf(sent.saved, tree);
            notify(t.told.saved, () =>
                patch(takesBack(changesOf(changeOf(sent.draft, tree), before), before)),
            );
        },
    });
    useUnsaved(changed);
    // (What says nothing of a field is told as any other trouble.)
    const problem = save.error instanceof ApiProblem && save.error.errors.length ? save.error : undefined;
    return {
        draft,
        changed,
        tree,
        save,
        publish: () => save.mutate({ draft, edited, saved }),
        problem,
        set: (change: Partial<Draft>) => setEdited((old) => ({ ...old, ...change })),
        discard: () => {
            save.reset();
            setEdited({});
        },
        error: (member: string) => problem?.field(member),
    };
}
export type DraftState = ReturnType<typeof useDraft>;

function Open({ campaign }: { campaign: Campaign }) {
    const text = useText();
    const t = useMailText().campaigns;
    const format = useFormat();
    const [params, setParams] = useSearchParams();
    const view = VIEWS.find((one) => one === params.get("view")) ?? "steps";
    const may = useMay("campaign.write") && campaign.state !== "finished";
    const numbers = useNumbers(campaign.id);
    const state = useDraft(campaign);
    const { draft } = state;
    const wrong = useMemo(() => unfinished(draft.steps), [draft.steps]);
    const face = useFaces(draft.steps, numbers.data?.steps, wrong);
    const nameOf = (id: string) => {
        const step = find(draft.steps, id);
        return step ? face(step).name : id;
    };
    return (
        <>
            <PageBar
                title={campaign.name}
                path={[{ label: text.shell.pages.campaigns, to: "/campaigns" }]}
                quiet={
                    <>
                        <StateChip state={campaign.state} />
                        {campaign.state === "scheduled" && campaign.start_at && (
                            <span className="no-phone"> {format.moment(campaign.start_at)}</span>
                        )}
                    </>
                }
            >
                <Deeds campaign={campaign} state={state} wrong={wrong.size} />
            </PageBar>
            <SubBar>
                <Segments
                    label={campaign.name}
                    value={view}
                    onChange={(next) => setParams(next === "steps" ? {} : { view: next })}
                    options={VIEWS.map((value) => ({ value, label: t.views[value] }))}
                />
            </SubBar>
            {may && state.changed && <Unsaved campaign={campaign} state={state} wrong={wrong.size} />}
            {state.problem && (
                <p role="alert" className={classes.errors}>
                    {state.problem.detail}
                    {state.problem.errors.map((one) => (
                        <span key={one.field}> {one.message}.</span>
                    ))}
                </p>
            )}
            {state.save.error && !state.problem && <Trouble error={state.save.error} />}
            {numbers.error && <Trouble error={numbers.error} retry={numbers.refetch} />}
            {view === "steps" && (
                <Steps
                    campaign={campaign}
                    state={state}
                    face={face}
                    numbers={numbers.data}
                    mayChange={may && state.tree}
                />
            )}
            {view === "people" && <People campaign={campaign} nameOf={nameOf} />}
            {view === "results" && (
                <PageBody sunken padded>
                    {numbers.data ? (
                        <Results campaign={campaign} numbers={numbers.data} nameOf={nameOf} />
                    ) : (
                        <Loading />
                    )}
                </PageBody>
            )}
            {view === "settings" && (
                <PageBody sunken padded>
                    <CampaignSettings
                        campaign={campaign}
                        draft={draft}
                        set={may ? state.set : undefined}
                        error={state.error}
                    />
                </PageBody>
            )}
        </>
    );
}

function Unsaved({ campaign, state, wrong }: { campaign: Campaign; state: DraftState; wrong: number }) {
    const text = useText();
    const t = useMailText().campaigns;
    const live = campaign.state !== "draft";
    return (
        <div className={classes.notice} role="status">
            <span className="grow">
                {t.unsaved} {wrong > 0 ? t.unfinished(wrong) : live && t.runningHelp}
            </span>
            <Button variant="subtle" onClick={state.discard}>
                {t.discard}
            </Button>
            <Button variant="filled" loading={state.save.isPending} onClick={state.publish}>
                {live ? t.publish : text.shell.save}
            </Button>
        </div>
    );
}

function Deeds({ campaign, state, wrong }: { campaign: Campaign; state: DraftState; wrong: number }) {
    const text = useText();
    const t = useMailText().campaigns;
    const may = useMay("campaign.write");
    const deeds = useDeeds(campaign);
    const { run } = deeds;
    if (!may) return null;
    const error = run.error ?? deeds.remove.error ?? deeds.copy.error;
    const empty = state.draft.steps.length === 0;
    const why = state.changed
        ? t.settings.saveFirst
        : empty
          ? t.startNoSteps
          : wrong
            ? t.unfinished(wrong)
            : undefined;
    return (
        <>
            {error && (
                <span className="danger truncate" role="alert" title={sentenceOf(text, error)}>
                    {sentenceOf(text, error)}
                </span>
            )}
            <Menu position="bottom-end">
                <Menu.Target>
                    <Button variant="subtle" px={6} aria-label={text.shell.more}>
                        <IconDots size={16} stroke={1.75} />
                    </Button>
                </Menu.Target>
                <Menu.Dropdown maw={320}>
                    <Menu.Item onClick={() => deeds.copy.mutate()}>{t.copy}</Menu.Item>
                    {["running", "paused"].includes(campaign.state) && (
                        <Menu.Item onClick={() => run.mutate("finish")}>
                            {t.finish}
                            <div className="help">{t.finishHelp}</div>
                        </Menu.Item>
                    )}
                    {["draft", "finished"].includes(campaign.state) && (
                        <Menu.Item onClick={() => deeds.remove.mutate()}>{t.remove}</Menu.Item>
                    )}
                </Menu.Dropdown>
            </Menu>
            {campaign.state === "scheduled" && (
                <>
                    <Button loading={run.isPending} onClick={() => run.mutate("pause")}>
                        {t.unschedule}
                    </Button>
                    <Button variant="filled" loading={run.isPending} onClick={() => run.mutate("start")}>
                        {t.startNow}
                    </Button>
                </>
            )}
            {campaign.state === "running" && (
                <Button
                    leftSection={<IconPlayerPause size={16} stroke={1.75} />}
                    loading={run.isPending}
                    onClick={() => run.mutate("pause")}
                >
                    {t.pause}
                </Button>
            )}
            {campaign.state === "paused" && (
                <Button
                    variant="filled"
                    leftSection={<IconPlayerPlay size={16} stroke={1.75} />}
                    loading={run.isPending}
                    onClick={() => run.mutate("resume")}
                >
                    {t.resume}
                </Button>
            )}
            {campaign.state === "draft" && <Start campaign={campaign} deeds={deeds} disabled={why} />}
        </>
    );
}
