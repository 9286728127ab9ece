// A campaign as it is being edited: its steps as a tree, and the rest of its definition. What leads nowhere else than
// a tree can is shown, not changed.
import type { Schemas } from "../../api/client";
import type { Campaign, Step } from "./step";
import { listOf, treeOf } from "./tree";

export interface Draft {
    steps: Step[];
    audience: string;
    entry_when: string;
    entry_event: string;
    again: "never" | "after_leaving" | "always";
    goal: string;
    stop: { reply: boolean; unsubscribe: boolean; when: string };
    quiet: { from: string; to: string } | null;
    cap: { mails: number; days: number } | null;
    mailboxes: string[];
    topic: string;
    start_at: string; // a time; empty: when it is started
}

// What is not said is left out, so that drafts compare.
function tidy(step: Schemas["CampaignStep"]): Schemas["CampaignStep"] {
    const said = Object.entries(step).filter(
        ([, value]) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0),
    );
    return Object.fromEntries(said) as Schemas["CampaignStep"];
}

export const isTree = (campaign: Campaign) => treeOf(flat(campaign)) !== null;

const flat = (campaign: Campaign) =>
    (campaign.steps ?? []).map((step) => ({ ...tidy(step), id: step.id ?? "" }));

export function draftOf(campaign: Campaign): Draft {
    const list = flat(campaign);
    const { entry, stop, quiet, cap } = campaign;
    return {
        steps: (treeOf(list) ?? list.map(({ next: _, then: __, otherwise: ___, ...one }) => one)) as Step[],
        audience: campaign.audience ?? "",
        entry_when: entry?.when ?? "",
        entry_event: entry?.event ?? "",
        again: campaign.again ?? "never",
        goal: campaign.goal ?? "",
        stop: {
            reply: stop?.reply ?? true,
            unsubscribe: stop?.unsubscribe ?? true,
            when: stop?.when ?? "",
        },
        quiet: quiet ? { from: quiet.from, to: quiet.to } : null,
        cap: cap ? { mails: cap.mails, days: cap.days } : null,
        mailboxes: campaign.mailboxes ?? [],
        topic: campaign.topic ?? "",
        start_at: campaign.start_at ?? "",
    };
}

export function changeOf(draft: Draft, withSteps: boolean): Schemas["CampaignChange"] {
    const { steps, entry_when, entry_event, stop, ...rest } = draft;
    return {
        ...rest,
        audience: draft.audience || null,
        goal: draft.goal || null,
        topic: draft.topic || null,
        start_at: draft.start_at || null,
        entry: entry_when || entry_event ? { when: entry_when || null, event: entry_event || null } : null,
        stop: { reply: stop.reply, unsubscribe: stop.unsubscribe, when: stop.when || null },
        ...(withSteps ? { steps: listOf(steps) } : {}),
    };
}
