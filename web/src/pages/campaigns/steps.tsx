// The steps: the flow left, what is chosen of it right (on a narrow screen in its place).
import { ActionIcon } from "@mantine/core";
import { IconFlag, IconUsers, IconX } from "@tabler/icons-react";
import { useSearchParams } from "react-router";
import { Loading } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { useKeys } from "../../shell/keys";
import { useNotify } from "../../shell/undo";
import { useMailText } from "../../text/mail";
import { AudienceForm, AudiencePreview } from "./audience";
import type { DraftState } from "./campaign";
import classes from "./campaigns.module.css";
import type { Numbers } from "./data";
import { useEventName } from "./face";
import { type Face, Flow } from "./flow";
import flowClasses from "./flow.module.css";
import { saySpan } from "./span";
import { type Campaign, fresh, type Kind, type Step } from "./step";
import { StepPanel } from "./step_panel";
import { all, change, find, insert, type Place } from "./tree";

const ENTRY = "who";

export function Steps(props: {
    campaign: Campaign;
    state: DraftState;
    face: (step: Step) => Face;
    numbers: Numbers | undefined;
    mayChange: boolean;
}) {
    const mail = useMailText();
    const t = mail.campaigns;
    const notify = useNotify();
    const { campaign, state, face, numbers, mayChange } = props;
    const { draft, set } = state;
    const [params, setParams] = useSearchParams();
    const open = params.get("step");
    const show = (id: string | null) =>
        setParams(
            (old) => {
                if (id) old.set("step", id);
                else old.delete("step");
                return old;
            },
            { replace: true },
        );
    const step = open ? find(draft.steps, open) : undefined;
    const order = [ENTRY, ...all(draft.steps).map((one) => one.id)];
    const go = (by: number) => {
        const next = order[Math.max(0, Math.min(order.length - 1, order.indexOf(open ?? "") + by))];
        if (next) show(next);
    };
    useKeys({ j: () => go(1), k: () => go(-1), Escape: () => show(null) });
    // What is taken out comes back by the hint below.
    function steps(next: Step[]) {
        const before = draft.steps;
        const gone = all(before).find((one) => !find(next, one.id));
        set({ steps: next });
        if (gone) notify(t.flow.removed(face(gone).name), () => set({ steps: before }));
    }
    function add(place: Place, kind: Kind) {
        const made = fresh(kind, draft.steps);
        set({ steps: insert(draft.steps, place, made) });
        show(made.id);
    }
    const place = step ? listPlace(campaign, step.id) : -1;
    return (
        <div className={classes.work} data-open={step || open === ENTRY || undefined}>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
            <div className={flowClasses.flow} tabIndex={0}>
                {numbers ? <Figures campaign={campaign} numbers={numbers} /> : <Loading rows={2} />}
                {!state.tree && <p className="warn">{t.flow.noTree}</p>}
                <Flow
                    steps={draft.steps}
                    face={face}
                    arms={(one) =>
                        one.kind === "branch"
                            ? { yes: { name: t.flow.yes }, no: { name: t.flow.no } }
                            : {
                                  yes: { name: t.flow.happened },
                                  no: { name: t.flow.timedOut(saySpan(mail, one.timeout)) },
                              }
                    }
                    selected={open}
                    select={show}
                    change={mayChange ? steps : undefined}
                    add={mayChange ? add : undefined}
                    before={
                        <Entry
                            campaign={campaign}
                            state={state}
                            numbers={numbers}
                            on={open === ENTRY}
                            choose={() => show(ENTRY)}
                        />
                    }
                    after={<Goal state={state} numbers={numbers} />}
                    empty={
                        <div className={flowClasses.first}>
                            <b>{t.flow.empty}</b>
                            <p className="t2">{t.flow.emptyHelp}</p>
                        </div>
                    }
                />
            </div>
            {step && (
                <StepPanel
                    key={step.id}
                    campaign={campaign}
                    step={step}
                    name={face(step).name}
                    numbers={numbers?.steps.find((one) => one.step === step.id)}
                    set={mayChange ? (to) => set({ steps: change(draft.steps, step.id, to) }) : undefined}
                    error={(member) => state.error(`steps.${place}.${member}`)}
                    close={() => show(null)}
                />
            )}
            {open === ENTRY && (
                <section className={classes.panel} aria-label={t.audience.title}>
                    <header className={classes.panelHead}>
                        <h2 className="grow">
                            {campaign.kind === "sequence" ? t.audience.title : t.audience.broadcastTitle}
                        </h2>
                        <ActionIcon
                            variant="subtle"
                            color="gray"
                            aria-label={t.panel.close}
                            onClick={() => show(null)}
                        >
                            <IconX size={16} stroke={1.75} />
                        </ActionIcon>
                    </header>
                    <div className={classes.panelBody}>
                        <AudienceForm
                            campaign={campaign}
                            draft={draft}
                            set={mayChange ? set : undefined}
                            error={state.error}
                        />
                        <AudiencePreview campaign={campaign} audience={draft.audience || draft.entry_when} />
                    </div>
                </section>
            )}
        </div>
    );
}

// Where the server's list has the step, which its complaints name.
function listPlace(campaign: Campaign, id: string): number {
    return (campaign.steps ?? []).findIndex((one) => one.id === id);
}

function Figures({ campaign, numbers }: { campaign: Campaign; numbers: Numbers }) {
    const t = useMailText().campaigns.figures;
    const format = useFormat();
    const { mails, people } = numbers;
    const share = (n: number) => mails.sent > 0 && <small>{format.percent(n / mails.sent)}</small>;
    const figures: [string, number, React.ReactNode?, boolean?][] = [
        [t.entered, people.entered],
        [t.sent, mails.sent, undefined, true],
        [t.answered, mails.replied, share(mails.replied)],
        campaign.goal ? [t.goal, people.reasons.goal ?? 0] : [t.clicked, mails.clicked, share(mails.clicked)],
        [t.unsubscribed, mails.unsubscribed, share(mails.unsubscribed), true],
        [t.bounced, mails.bounced, share(mails.bounced), true],
    ];
    return (
        <dl className={flowClasses.figures}>
            {figures.map(([name, n, more, wide]) => (
                <div key={name} className={wide ? "no-phone" : undefined}>
                    <dt>{name}</dt>
                    <dd>
                        {format.number(n)} {more}
                    </dd>
                </div>
            ))}
        </dl>
    );
}

function Entry(props: {
    campaign: Campaign;
    state: DraftState;
    numbers: Numbers | undefined;
    on: boolean;
    choose: () => void;
}) {
    const t = useMailText().campaigns;
    const format = useFormat();
    const event = useEventName();
    const { campaign, numbers } = props;
    const { draft } = props.state;
    const said = draft.entry_when || draft.audience;
    const entered = numbers?.people.entered ?? 0;
    return (
        <div className={flowClasses.box} data-on={props.on || undefined}>
            <span className={flowClasses.icon} aria-hidden>
                <IconUsers size={16} stroke={1.75} />
            </span>
            <button
                type="button"
                className={flowClasses.choose}
                aria-pressed={props.on}
                onClick={props.choose}
            >
                <span className={flowClasses.title}>
                    {campaign.kind === "sequence" ? t.flow.enters : t.flow.gets}
                </span>
                {said && <span className={`${flowClasses.detail} mono`}>{said}</span>}
                {draft.entry_event && (
                    <span className={flowClasses.detail}>{t.flow.onEvent(event(draft.entry_event))}</span>
                )}
                {!said && !draft.entry_event && (
                    <span className={flowClasses.detail}>
                        {campaign.kind === "sequence" ? t.flow.byHand : t.flow.nobodyYet}
                    </span>
                )}
            </button>
            {entered > 0 && (
                <span className={flowClasses.numbers}>{t.flow.entered(format.number(entered))}</span>
            )}
        </div>
    );
}

function Goal({ state, numbers }: { state: DraftState; numbers: Numbers | undefined }) {
    const t = useMailText().campaigns;
    const format = useFormat();
    const { goal, stop } = state.draft;
    const stops = [
        stop.reply && t.flow.onReply,
        stop.unsubscribe && t.flow.onUnsubscribe,
        stop.when && stop.when,
    ].filter((one): one is string => !!one);
    const reached = numbers?.people.reasons.goal ?? 0;
    return (
        <div className={flowClasses.box} data-goal={goal ? true : undefined}>
            <span className={flowClasses.icon} aria-hidden>
                <IconFlag size={16} stroke={1.75} />
            </span>
            <div className="grow">
                <div className={flowClasses.title}>{goal ? t.flow.goal : t.flow.end}</div>
                {goal && <div className={`${flowClasses.detail} mono`}>{goal}</div>}
                <div className={flowClasses.detail}>
                    {stops.length ? t.flow.stopsOn(stops.join(", ")) : t.flow.runsThrough}
                </div>
            </div>
            {reached > 0 && (
                <span className={flowClasses.numbers}>{t.flow.reached(format.number(reached))}</span>
            )}
        </div>
    );
}
