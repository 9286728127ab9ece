// One step, opened: what it does; of a mail also how it looks and what came of it.
import { ActionIcon, Select, TagsInput, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useFields } from "../../language/fields";
import { factLabel } from "../../language/words";
import { Segments } from "../../parts/basic";
import { useColleagues } from "../../shell/session";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import { useTags } from "../tags";
import classes from "./campaigns.module.css";
import { ConditionField } from "./condition_field";
import type { StepNumbers } from "./data";
import { useDays } from "./face";
import { useWebhooks } from "./lists";
import { MailFields, MailLooks } from "./mail_step";
import { StepResults } from "./results";
import { SpanField } from "./span_field";
import type { Campaign, Step } from "./step";

export interface StepForm {
    step: Step;
    set: (change: Partial<Step>) => void;
    error: (member: string) => string | undefined;
}

type View = "edit" | "preview" | "results";

export function StepPanel(props: {
    campaign: Campaign;
    step: Step;
    name: string;
    numbers: StepNumbers | undefined;
    set?: (change: Partial<Step>) => void; // none: may not be changed
    error: (member: string) => string | undefined;
    close: () => void;
}) {
    const t = useMailText().campaigns.panel;
    const { step, set } = props;
    const [view, setView] = useState<View>("edit");
    const mail = step.kind === "mail";
    const shown = mail ? view : "edit";
    return (
        <section className={classes.panel} aria-label={props.name}>
            <header className={classes.panelHead}>
                <h2 className="truncate grow">{props.name}</h2>
                {mail && (
                    <Segments
                        label={props.name}
                        value={view}
                        onChange={setView}
                        options={(["edit", "preview", "results"] as const).map((value) => ({
                            value,
                            label: t[value],
                        }))}
                    />
                )}
                <ActionIcon variant="subtle" color="gray" aria-label={t.close} onClick={props.close}>
                    <IconX size={16} stroke={1.75} />
                </ActionIcon>
            </header>
            {shown === "preview" && (
                <div className={classes.preview}>
                    <MailLooks campaign={props.campaign} step={step} />
                </div>
            )}
            {shown === "results" && (
                <div className={classes.panelBody}>
                    <StepResults campaign={props.campaign} numbers={props.numbers} name={props.name} />
                </div>
            )}
            {shown === "edit" && (
                <div className={classes.panelBody}>
                    <fieldset disabled={!set} aria-label={props.name}>
                        <Members step={step} set={set ?? (() => {})} error={props.error} />
                        {(mail || step.kind === "branch") && (
                            <TextInput
                                label={t.title}
                                value={step.name ?? ""}
                                maxLength={200}
                                placeholder={props.name}
                                onChange={(event) => set?.({ name: event.currentTarget.value })}
                            />
                        )}
                    </fieldset>
                </div>
            )}
        </section>
    );
}

function Members(props: StepForm): ReactNode {
    const t = useMailText().campaigns;
    const { step, set, error } = props;
    switch (step.kind) {
        case "mail":
            return <MailFields {...props} />;
        case "wait":
            return (
                <SpanField label={t.panel.amount} value={step.for} onChange={(said) => set({ for: said })} />
            );
        case "wait_until":
            return <Until {...props} />;
        case "wait_for":
            return (
                <>
                    <EventField {...props} />
                    <SpanField
                        label={t.panel.timeout}
                        value={step.timeout}
                        onChange={(timeout) => set({ timeout })}
                    />
                </>
            );
        case "branch":
            return (
                <ConditionField
                    label={t.panel.condition}
                    value={step.when ?? ""}
                    onChange={(when) => set({ when })}
                    error={error("when")}
                />
            );
        case "fact":
            return <Fact {...props} />;
        case "tag":
            return <Tag {...props} />;
        case "task":
            return <Task {...props} />;
        case "webhook":
            return <Webhook {...props} />;
        case "stop":
            return (
                <TextInput
                    label={t.panel.why}
                    description={t.said.stopHelp}
                    value={step.why ?? ""}
                    maxLength={200}
                    onChange={(event) => set({ why: event.currentTarget.value })}
                />
            );
    }
}

function Until({ step, set, error }: StepForm) {
    const t = useMailText().campaigns;
    const days = useDays();
    const chosen = step.weekdays ?? [];
    return (
        <>
            {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a row everywhere */}
            <div className="stack" style={{ gap: 4 }} role="group" aria-label={t.panel.days}>
                <span className="medium">{t.panel.days}</span>
                <div className={classes.days}>
                    {days.all.map((day) => (
                        <button
                            key={day}
                            type="button"
                            aria-pressed={chosen.includes(day)}
                            onClick={() =>
                                set({
                                    weekdays: chosen.includes(day)
                                        ? chosen.filter((one) => one !== day)
                                        : [...chosen, day],
                                })
                            }
                        >
                            {days.name(day)}
                        </button>
                    ))}
                </div>
            </div>
            <TextInput
                type="time"
                label={t.panel.hour}
                description={t.said.ownTime}
                value={step.hour ?? ""}
                error={error("hour")}
                required
                onChange={(event) => set({ hour: event.currentTarget.value })}
            />
        </>
    );
}

// The event, and a condition on its properties behind "where".
function EventField({ step, set, error }: StepForm) {
    const t = useMailText().campaigns.panel;
    const fields = useFields();
    const text = useText();
    const names = [...new Set([...fields.events.map((one) => one.name), ...Object.keys(text.words.events)])];
    return (
        <TextInput
            label={t.event}
            description={t.eventHelp}
            value={step.event ?? ""}
            error={error("event")}
            list="event-names"
            classNames={{ input: "mono" }}
            onChange={(event) => set({ event: event.currentTarget.value })}
            rightSection={
                <datalist id="event-names">
                    {names.map((name) => (
                        <option key={name} value={name} />
                    ))}
                </datalist>
            }
        />
    );
}

function Fact({ step, set, error }: StepForm) {
    const text = useText();
    const t = useMailText().campaigns.panel;
    const fields = useFields();
    return (
        <>
            <Select
                label={t.fact}
                data={fields.facts.map((one) => ({ value: one.name, label: factLabel(text, one.name) }))}
                value={step.fact ?? null}
                error={error("fact")}
                searchable
                onChange={(fact) => set({ fact })}
            />
            <Select
                label={t.answer}
                data={(["yes", "no", "unknown"] as const).map((value) => ({
                    value,
                    label: text.contact.answers[value],
                }))}
                value={step.answer ?? "yes"}
                onChange={(answer) => set({ answer: answer as Step["answer"] })}
            />
        </>
    );
}

function Tag({ step, set, error }: StepForm) {
    const t = useMailText().campaigns.panel;
    const tags = useTags().data?.items ?? [];
    return (
        <>
            <Segments
                label={t.deed}
                value={step.remove ? "take" : "add"}
                onChange={(deed) => set({ remove: deed === "take" })}
                options={[
                    { value: "add", label: t.add },
                    { value: "take", label: t.take },
                ]}
            />
            <TagsInput
                label={t.tag}
                data={tags.map((one) => one.name)}
                value={step.tag ? [step.tag] : []}
                maxTags={1}
                error={error("tag")}
                onChange={(chosen) => set({ tag: chosen[0] ?? "" })}
            />
        </>
    );
}

function Task({ step, set, error }: StepForm) {
    const t = useMailText().campaigns.panel;
    const colleagues = useColleagues();
    return (
        <>
            <TextInput
                label={t.taskTitle}
                value={step.title ?? ""}
                maxLength={500}
                error={error("title")}
                onChange={(event) => set({ title: event.currentTarget.value })}
            />
            <div className={classes.pair}>
                <Select
                    label={t.taskKind}
                    data={(["call", "mail", "linkedin", "letter", "todo"] as const).map((value) => ({
                        value,
                        label: t.taskKinds[value],
                    }))}
                    value={step.task ?? "todo"}
                    onChange={(task) => set({ task: task as Step["task"] })}
                />
                <Select
                    label={t.owner}
                    data={[
                        { value: "", label: t.ownerOf },
                        ...colleagues.list.map((one) => ({ value: one.id, label: one.name })),
                    ]}
                    value={step.owner ?? ""}
                    onChange={(owner) => set({ owner: owner || undefined })}
                />
            </div>
            <SpanField
                label={t.dueIn}
                value={step.due_in ?? "1 day"}
                onChange={(due_in) => set({ due_in })}
            />
        </>
    );
}

function Webhook({ step, set, error }: StepForm) {
    const t = useMailText().campaigns.panel;
    const webhooks = useWebhooks().data?.items ?? [];
    return (
        <Select
            label={t.webhook}
            description={webhooks.length ? undefined : t.noWebhook}
            data={webhooks.map((one) => ({ value: one.id, label: one.name || one.url }))}
            value={step.webhook ?? null}
            error={error("webhook")}
            onChange={(webhook) => set({ webhook })}
        />
    );
}
