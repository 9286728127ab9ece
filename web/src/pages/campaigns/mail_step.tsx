// What a mail step sends: a template, and variants of it against each other.
import { Button, Checkbox, MultiSelect, Select, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import { Segments } from "../../parts/basic";
import type { Person } from "../../parts/person_select";
import { Whole } from "../../parts/whole";
import { useMailText } from "../../text/mail";
import { useMailboxes } from "../mailboxes";
import { useOffers } from "../offers/data";
import { useTemplates } from "../templates/data";
import { type Asked, MailPreview } from "../templates/preview";
import classes from "./campaigns.module.css";
import { type Campaign, LETTERS, type Step } from "./step";
import type { StepForm } from "./step_panel";

type Variant = NonNullable<Step["variants"]>[number];

export function MailFields({ step, set, error }: StepForm) {
    const t = useMailText().campaigns.panel;
    const templates = useTemplates().data?.items ?? [];
    const mailboxes = useMailboxes().data?.items ?? [];
    const offers = useOffers().data?.items ?? [];
    const variants = step.variants ?? [];
    const own = !step.template && !!step.body;
    const data = templates.map((one) => ({ value: one.id, label: one.name }));
    return (
        <>
            {own ? (
                <p className="t2">{t.ownText}</p>
            ) : (
                <Select
                    label={t.template}
                    description={data.length ? t.templateHelp : t.noTemplates}
                    data={data}
                    value={step.template ?? null}
                    error={error("template") ?? error("subject") ?? error("body")}
                    searchable
                    clearable
                    onChange={(template) => set({ template: template ?? undefined })}
                />
            )}
            <div className="row wrap">
                {step.template && (
                    <Link className="link" to={`/templates/${step.template}`}>
                        {t.openTemplate}
                    </Link>
                )}
                <Link className="link" to="/templates?new=1">
                    {t.newTemplate}
                </Link>
            </div>
            <TextInput
                label={t.subject}
                description={t.subjectHelp}
                value={step.subject ?? ""}
                maxLength={500}
                onChange={(event) => set({ subject: event.currentTarget.value || undefined })}
            />
            {mailboxes.length > 0 && (
                <MultiSelect
                    label={t.sender}
                    placeholder={step.mailboxes?.length ? undefined : t.senderAny}
                    data={mailboxes.map((one) => ({ value: one.id, label: one.address }))}
                    value={step.mailboxes ?? []}
                    onChange={(chosen) => set({ mailboxes: chosen })}
                />
            )}
            {offers.length > 0 && (
                <Select
                    label={t.offer}
                    data={[
                        { value: "", label: t.noOffer },
                        ...offers.map((one) => ({ value: one.id, label: one.name })),
                    ]}
                    value={step.offer ?? ""}
                    onChange={(offer) => set({ offer: offer || undefined })}
                />
            )}
            <Variants step={step} set={set} variants={variants} templates={data} error={error} />
        </>
    );
}

function Variants(props: StepForm & { variants: Variant[]; templates: { value: string; label: string }[] }) {
    const t = useMailText().campaigns.panel;
    const { step, set, variants } = props;
    const mailboxes = useMailboxes().data?.items ?? [];
    const put = (at: number, change: Partial<Variant>) =>
        set({ variants: variants.map((one, i) => (i === at ? { ...one, ...change } : one)) });
    return (
        <div className="stack">
            <h3 className="medium">{t.variants}</h3>
            <p className="help">{t.variantsHelp}</p>
            {props.error("variants") && <p className="danger help">{props.error("variants")}</p>}
            {variants.map((one, at) => {
                const letter = LETTERS[at] ?? "";
                return (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a variant is its place
                    <div key={at} className={classes.variant}>
                        <div className="row">
                            <span className="strong grow">{t.variant(letter)}</span>
                            <Button
                                variant="subtle"
                                onClick={() => {
                                    const left = variants.filter((_, i) => i !== at);
                                    set({ variants: left.length > 1 ? left : [] });
                                }}
                            >
                                {t.removeVariant(letter)}
                            </Button>
                        </div>
                        <TextInput
                            label={t.subject}
                            aria-label={`${t.variant(letter)}: ${t.subject}`}
                            value={one.subject ?? ""}
                            placeholder={t.asInStep}
                            maxLength={500}
                            onChange={(event) => put(at, { subject: event.currentTarget.value || undefined })}
                        />
                        <div className={classes.pair}>
                            <Select
                                label={t.template}
                                aria-label={`${t.variant(letter)}: ${t.template}`}
                                data={[{ value: "", label: t.asInStep }, ...props.templates]}
                                value={one.template ?? ""}
                                onChange={(template) => put(at, { template: template || undefined })}
                            />
                            <TextInput
                                type="time"
                                label={t.time}
                                aria-label={`${t.variant(letter)}: ${t.time}`}
                                value={one.hour ?? ""}
                                onChange={(event) =>
                                    put(at, { hour: event.currentTarget.value || undefined })
                                }
                            />
                        </div>
                        {mailboxes.length > 1 && (
                            <Select
                                label={t.sender}
                                aria-label={`${t.variant(letter)}: ${t.sender}`}
                                data={[
                                    { value: "", label: t.asInStep },
                                    ...mailboxes.map((box) => ({ value: box.id, label: box.address })),
                                ]}
                                value={one.mailbox ?? ""}
                                onChange={(mailbox) => put(at, { mailbox: mailbox || undefined })}
                            />
                        )}
                    </div>
                );
            })}
            <div>
                <Button
                    leftSection={<IconPlus size={16} stroke={1.75} />}
                    disabled={variants.length >= LETTERS.length}
                    onClick={() => set({ variants: variants.length ? [...variants, {}] : [{}, {}] })}
                >
                    {variants.length ? t.addVariant : t.test}
                </Button>
            </div>
            {variants.length > 1 && (
                <>
                    <Select
                        label={t.measure}
                        data={(["clicked", "replied", "goal"] as const).map((value) => ({
                            value,
                            label: t.measures[value],
                        }))}
                        value={step.metric ?? "clicked"}
                        onChange={(metric) => set({ metric: metric as Step["metric"] })}
                    />
                    <Checkbox
                        label={t.winner}
                        description={t.winnerHelp}
                        checked={!!step.automatic}
                        onChange={(event) => set({ automatic: event.currentTarget.checked })}
                    />
                    <Whole
                        label={t.testPercent}
                        description={t.testPercentHelp}
                        suffix=" %"
                        min={1}
                        max={100}
                        value={step.test_percent ?? 100}
                        onChange={(test_percent) => set({ test_percent })}
                    />
                </>
            )}
        </div>
    );
}

// The mail of one variant, as one person gets it.
export function MailLooks({ campaign, step }: { campaign: Campaign; step: Step }) {
    const t = useMailText().campaigns;
    const [person, setPerson] = useState<Person | null>(null);
    const [at, setAt] = useState("0");
    const variants = step.variants ?? [];
    const variant = variants[Number(at)];
    const template = variant?.template ?? step.template;
    const subject = variant?.subject ?? step.subject;
    const body = variant?.body ?? step.body;
    if (!template && !body) return <p className={`muted ${classes.panelBody}`}>{t.said.noTemplate}</p>;
    const asked: Asked = {
        ...(template ? { template } : {}),
        ...(subject ? { subject } : {}),
        ...(body ? { body } : {}),
        campaign: campaign.name,
    };
    return (
        <MailPreview
            asked={asked}
            person={person}
            setPerson={setPerson}
            title={step.name ?? t.kinds.mail}
            before={
                variants.length > 1 && (
                    <Segments
                        label={t.panel.variants}
                        value={at}
                        onChange={setAt}
                        options={variants.map((_, i) => ({ value: String(i), label: LETTERS[i] ?? "" }))}
                    />
                )
            }
        />
    );
}
