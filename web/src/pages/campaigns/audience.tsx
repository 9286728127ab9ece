// Who enters, and who is left out and why: as it is now; it is asked again when it counts.
import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Link } from "react-router";
import { Chip, Loading } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { Trouble } from "../../shell/trouble";
import { useMailText } from "../../text/mail";
import classes from "./campaigns.module.css";
import { ConditionField } from "./condition_field";
import { useAudience } from "./data";
import type { Draft } from "./draft";
import type { Campaign } from "./step";

export function AudienceForm(props: {
    campaign: Campaign;
    draft: Draft;
    set?: (change: Partial<Draft>) => void;
    error: (member: string) => string | undefined;
}) {
    const t = useMailText().campaigns.audience;
    const { campaign, draft, error } = props;
    const set = props.set ?? (() => {});
    const sequence = campaign.kind === "sequence";
    return (
        <fieldset disabled={!props.set} aria-label={sequence ? t.title : t.broadcastTitle}>
            {sequence && (
                <>
                    <ConditionField
                        label={t.entry}
                        help={t.entryHelp}
                        value={draft.entry_when}
                        onChange={(entry_when) => set({ entry_when })}
                        error={error("entry.when") ?? error("entry")}
                    />
                    <TextInput
                        label={t.event}
                        description={t.eventHelp}
                        placeholder="form.submitted"
                        classNames={{ input: "mono" }}
                        value={draft.entry_event}
                        error={error("entry.event")}
                        onChange={(event) => set({ entry_event: event.currentTarget.value })}
                    />
                </>
            )}
            <ConditionField
                label={sequence ? t.atStart : t.condition}
                help={sequence ? t.atStartHelp : t.conditionHelp}
                value={draft.audience}
                onChange={(audience) => set({ audience })}
                error={error("audience")}
            />
        </fieldset>
    );
}

// The preview: how many, among them whom, who is left out and why.
export function AudiencePreview({ campaign, audience }: { campaign: Campaign; audience: string }) {
    const t = useMailText().campaigns.audience;
    const format = useFormat();
    const [asked] = useDebouncedValue(audience.trim(), 300);
    const found = useAudience(campaign.id, asked || undefined, asked !== "");
    const of = found.data;
    if (asked === "") return <p className="t2">{campaign.kind === "sequence" ? t.nobodyNow : t.sayWho}</p>;
    if (found.error) return <Trouble error={found.error} retry={found.refetch} />;
    if (!of) return <Loading rows={3} />;
    return (
        <div className="stack" aria-live="polite">
            <p className={classes.big}>
                {(campaign.kind === "sequence" ? t.enters : t.holds)(format.number(of.reached), of.reached)}
            </p>
            <p className="help">
                {t.previewHelp} {of.estimated && t.estimated}
            </p>
            <h3 className="medium">{t.leftOutTitle}</h3>
            {of.left_out.length === 0 && <p className="t2">{t.nobodyLeftOut}</p>}
            <ul className={classes.reasons}>
                {of.left_out.map((one) => (
                    <li key={one.reason}>
                        <span className="num" style={{ minWidth: 56, textAlign: "right" }}>
                            {format.number(one.count)}
                        </span>
                        <span>{t.reasons[one.reason] ?? one.reason}</span>
                    </li>
                ))}
            </ul>
            {of.sample.length > 0 && <h3 className="medium">{t.sample}</h3>}
            <ul className={classes.reasons}>
                {of.sample.map((one) => (
                    <li key={one.contact}>
                        <Link to={`/contacts/${one.contact}`} className="link truncate">
                            {format.name(one)}
                        </Link>
                        <span className="muted truncate grow">{one.name ? one.email : ""}</span>
                        {one.reason && <Chip kind="warn">{t.reasons[one.reason] ?? one.reason}</Chip>}
                    </li>
                ))}
            </ul>
        </div>
    );
}
