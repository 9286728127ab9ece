// How often, by whom, until when: what holds for the whole campaign.
import { Checkbox, MultiSelect, Select, TextInput } from "@mantine/core";
import { Link } from "react-router";
import { Card } from "../../parts/basic";
import { Whole } from "../../parts/whole";
import { localTime } from "../../shell/format";
import { useMailText } from "../../text/mail";
import { useMailboxes, useTopics } from "../mailboxes";
import classes from "./campaigns.module.css";
import { ConditionField } from "./condition_field";
import type { Draft } from "./draft";
import type { Campaign } from "./step";

export function CampaignSettings(props: {
    campaign: Campaign;
    draft: Draft;
    set?: (change: Partial<Draft>) => void;
    error: (member: string) => string | undefined;
}) {
    const t = useMailText().campaigns.settings;
    const { campaign, draft, error } = props;
    const set = props.set ?? (() => {});
    const mailboxes = useMailboxes().data?.items;
    const topics = useTopics().data?.items ?? [];
    return (
        <fieldset
            disabled={!props.set}
            className={classes.cards}
            style={{ border: 0, margin: 0, padding: 0 }}
        >
            <Card title={t.who}>
                <div className={classes.inside}>
                    {mailboxes?.length === 0 ? (
                        <p>
                            {t.noMailboxes}{" "}
                            <Link className="link" to="/settings/mailboxes">
                                {t.addMailbox}
                            </Link>
                        </p>
                    ) : (
                        <MultiSelect
                            label={t.senders}
                            description={t.sendersHelp}
                            placeholder={draft.mailboxes.length ? undefined : t.senderAll}
                            data={(mailboxes ?? []).map((one) => ({ value: one.id, label: one.address }))}
                            value={draft.mailboxes}
                            error={error("mailboxes")}
                            onChange={(chosen) => set({ mailboxes: chosen })}
                        />
                    )}
                    <Select
                        label={t.topic}
                        description={t.topicHelp}
                        data={[
                            { value: "", label: t.noTopic },
                            ...topics
                                .filter((one) => one.active || one.id === draft.topic)
                                .map((one) => ({ value: one.id, label: one.name })),
                        ]}
                        value={draft.topic}
                        error={error("topic")}
                        onChange={(topic) => set({ topic: topic ?? "" })}
                    />
                </div>
            </Card>
            <Card title={t.until}>
                <div className={classes.inside}>
                    {campaign.kind === "sequence" && (
                        <Select
                            label={t.again}
                            data={(["never", "after_leaving", "always"] as const).map((value) => ({
                                value,
                                label: t.agains[value],
                            }))}
                            value={draft.again}
                            onChange={(again) => set({ again: again as Draft["again"] })}
                        />
                    )}
                    <ConditionField
                        label={t.goal}
                        help={t.goalHelp}
                        value={draft.goal}
                        onChange={(goal) => set({ goal })}
                        error={error("goal")}
                    />
                    <div className="stack">
                        <span className="medium">{t.stop}</span>
                        <Checkbox
                            label={t.stopReply}
                            checked={draft.stop.reply}
                            onChange={(event) =>
                                set({ stop: { ...draft.stop, reply: event.currentTarget.checked } })
                            }
                        />
                        <Checkbox
                            label={t.stopUnsubscribe}
                            checked={draft.stop.unsubscribe}
                            onChange={(event) =>
                                set({ stop: { ...draft.stop, unsubscribe: event.currentTarget.checked } })
                            }
                        />
                    </div>
                    <ConditionField
                        label={t.stopCondition}
                        help={t.stopConditionHelp}
                        value={draft.stop.when}
                        onChange={(when) => set({ stop: { ...draft.stop, when } })}
                        error={error("stop.when") ?? error("stop")}
                    />
                </div>
            </Card>
            <Card title={t.when}>
                <div className={classes.inside}>
                    {["draft", "scheduled"].includes(campaign.state) && (
                        <TextInput
                            type="datetime-local"
                            label={t.startAt}
                            description={t.startAtHelp}
                            value={draft.start_at && localTime(new Date(draft.start_at))}
                            error={error("start_at")}
                            onChange={(event) => {
                                const time = new Date(event.currentTarget.value);
                                const none = Number.isNaN(time.getTime());
                                set({ start_at: none ? "" : time.toISOString().replace(".000", "") });
                            }}
                        />
                    )}
                    <div className="stack">
                        <Checkbox
                            label={t.quiet}
                            description={t.quietHelp}
                            checked={draft.quiet !== null}
                            onChange={(event) =>
                                set({
                                    quiet: event.currentTarget.checked
                                        ? { from: "20:00", to: "08:00" }
                                        : null,
                                })
                            }
                        />
                        {draft.quiet && (
                            <div className={classes.pair}>
                                <TextInput
                                    type="time"
                                    label={t.from}
                                    value={draft.quiet.from}
                                    error={error("quiet")}
                                    onChange={(event) =>
                                        draft.quiet &&
                                        set({ quiet: { ...draft.quiet, from: event.currentTarget.value } })
                                    }
                                />
                                <TextInput
                                    type="time"
                                    label={t.to}
                                    value={draft.quiet.to}
                                    onChange={(event) =>
                                        draft.quiet &&
                                        set({ quiet: { ...draft.quiet, to: event.currentTarget.value } })
                                    }
                                />
                            </div>
                        )}
                    </div>
                    <div className="stack">
                        <Checkbox
                            label={t.cap}
                            description={t.capHelp}
                            checked={draft.cap !== null}
                            onChange={(event) =>
                                set({ cap: event.currentTarget.checked ? { mails: 2, days: 7 } : null })
                            }
                        />
                        {draft.cap && (
                            <div className={classes.pair}>
                                <Whole
                                    label={t.mails}
                                    min={1}
                                    max={1000}
                                    value={draft.cap.mails}
                                    error={error("cap")}
                                    onChange={(mails) => draft.cap && set({ cap: { ...draft.cap, mails } })}
                                />
                                <Whole
                                    label={t.days}
                                    min={1}
                                    max={366}
                                    value={draft.cap.days}
                                    onChange={(days) => draft.cap && set({ cap: { ...draft.cap, days } })}
                                />
                            </div>
                        )}
                    </div>
                </div>
            </Card>
        </fieldset>
    );
}
