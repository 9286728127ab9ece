// The kinds of steps, what a new one of each begins with, and how a step is called.
import {
    IconBan,
    IconClock,
    IconClockHour4,
    IconGitBranch,
    IconHourglass,
    IconMail,
    IconSquareCheck,
    IconTag,
    IconWallet,
    IconWebhook,
    type TablerIcon,
} from "@tabler/icons-react";
import type { Schemas } from "../../api/client";
import { all, type Node, newId } from "./tree";

export type Campaign = Schemas["Campaign"];
export type Kind = Schemas["CampaignStep"]["kind"];
export type Step = Omit<Schemas["CampaignStep"], "next" | "then" | "otherwise" | "id"> &
    Node & { kind: Kind; yes?: Step[]; no?: Step[] };

export const KINDS: Kind[] = [
    "mail",
    "wait",
    "wait_until",
    "wait_for",
    "branch",
    "task",
    "tag",
    "fact",
    "webhook",
    "stop",
];

export const KIND_ICONS: Record<Kind, TablerIcon> = {
    mail: IconMail,
    wait: IconClock,
    wait_until: IconClockHour4,
    wait_for: IconHourglass,
    branch: IconGitBranch,
    fact: IconWallet,
    tag: IconTag,
    task: IconSquareCheck,
    webhook: IconWebhook,
    stop: IconBan,
};

export function fresh(kind: Kind, steps: Step[]): Step {
    const id = newId(steps);
    if (kind === "wait") return { id, kind, for: "3 days" };
    if (kind === "wait_until")
        return { id, kind, weekdays: ["mon", "tue", "wed", "thu", "fri"], hour: "09:00" };
    if (kind === "wait_for") return { id, kind, event: "email.clicked", timeout: "4 days", yes: [], no: [] };
    if (kind === "branch") return { id, kind, when: "", yes: [], no: [] };
    if (kind === "task") return { id, kind, title: "", task: "call", due_in: "1 day" };
    return { id, kind };
}

// The mails of a sequence, numbered as one reads them.
export function mailNumber(steps: Step[], id: string): number {
    return (
        all(steps)
            .filter((step) => step.kind === "mail")
            .findIndex((step) => step.id === id) + 1
    );
}

export const LETTERS = "ABCDEFGHIJ";
