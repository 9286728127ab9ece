// How a step is called, what it says in a second line, and who stands there.

import { factLabel } from "../../language/words";
import { Chip } from "../../parts/basic";
import { localeOf, useFormat } from "../../shell/format";
import { useColleagues } from "../../shell/session";
import { useLanguage, useText } from "../../text";
import { useMailText } from "../../text/mail";
import { eventName } from "../contact/events";
import { useTemplates } from "../templates/data";
import { sayVariables } from "../templates/variables";
import type { StepNumbers } from "./data";
import type { Face } from "./flow";
import { useWebhooks } from "./lists";
import { saySpan } from "./span";
import { LETTERS, mailNumber, type Step } from "./step";
import { all } from "./tree";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

// "Mon, Wed or Fri"; all of them: any day; Monday to Friday: a weekday.
export function useDays() {
    const t = useMailText().campaigns;
    const language = localeOf(useLanguage());
    // (1 January 2024 was a Monday.)
    const name = (day: string) =>
        new Date(Date.UTC(2024, 0, 1 + DAYS.indexOf(day))).toLocaleDateString(language, {
            weekday: "short",
            timeZone: "UTC",
        });
    return {
        all: DAYS,
        name,
        said: (days: string[] | undefined) => {
            const chosen = DAYS.filter((day) => days?.includes(day));
            if (chosen.length === 0 || chosen.length === 7) return t.said.anyDay;
            if (chosen.join() === "mon,tue,wed,thu,fri") return t.said.weekday;
            return new Intl.ListFormat(language, { type: "disjunction" }).format(chosen.map(name));
        },
    };
}

// "form.submitted where …" as people say it: "a submitted form".
export function useEventName() {
    const text = useText();
    return (pattern: string | null | undefined) => {
        const name = /^[\w.*]+/.exec(pattern ?? "")?.[0] ?? pattern ?? "";
        const [, , one] = (text.words.events as Record<string, string>)[name]?.split("|") ?? [];
        return one ?? eventName(text, name);
    };
}

export function useFaces(steps: Step[], numbers: StepNumbers[] | undefined, wrong: Set<string>) {
    const text = useText();
    const mail = useMailText();
    const t = mail.campaigns;
    const format = useFormat();
    const days = useDays();
    const event = useEventName();
    const colleagues = useColleagues();
    const templates = useTemplates().data?.items ?? [];
    const webhooks = useWebhooks().data?.items ?? [];
    const of = new Map((numbers ?? []).map((one) => [one.step, one]));
    const span = (said: string | null | undefined) => saySpan(mail, said);

    function words(step: Step): { name: string; detail?: string; mono?: boolean; ab?: boolean } {
        switch (step.kind) {
            case "mail": {
                const template = templates.find((one) => one.id === step.template);
                const n = step.variants?.length ?? 0;
                const subject = step.subject || template?.subject;
                return {
                    name: t.said.mail(mailNumber(steps, step.id), step.name || template?.name || ""),
                    detail:
                        n > 1
                            ? t.said.variants(n)
                            : subject
                              ? sayVariables(text, mail, subject)
                              : t.said.noTemplate,
                    ab: n > 1,
                };
            }
            case "wait":
                return { name: t.said.wait(span(step.for)) };
            case "wait_until":
                return {
                    name: t.said.waitUntil(days.said(step.weekdays), step.hour ?? ""),
                    detail: t.said.ownTime,
                };
            case "wait_for":
                return { name: t.said.waitFor(event(step.event)), detail: t.said.atMost(span(step.timeout)) };
            case "branch":
                return {
                    name: step.name || t.said.branch,
                    detail: step.when || t.panel.noCondition,
                    mono: !!step.when,
                };
            case "fact": {
                const value =
                    step.amount != null
                        ? format.number(step.amount)
                        : text.contact.answers[step.answer ?? "yes"];
                return {
                    name: step.fact ? t.said.fact(factLabel(text, step.fact), value ?? "") : t.said.factAny,
                };
            }
            case "tag":
                return {
                    name: step.tag ? (step.remove ? t.said.untag : t.said.tag)(step.tag) : t.said.tagAny,
                };
            case "task": {
                const who = step.owner ? t.said.forWhom(colleagues.name(step.owner) ?? "") : t.said.forOwner;
                return {
                    name: step.title ? t.said.task(step.title) : t.panel.taskKinds[step.task ?? "todo"],
                    detail: step.due_in ? `${who}, ${t.said.within(span(step.due_in))}` : who,
                };
            }
            case "webhook": {
                const hook = webhooks.find((one) => one.id === step.webhook);
                return { name: hook ? t.said.webhook(hook.name || hook.url) : t.said.webhookAny };
            }
            case "stop":
                return { name: t.said.stop, detail: step.why || t.said.stopHelp };
        }
    }

    function counts(step: Step) {
        const here = of.get(step.id);
        if (!here) return null;
        const { mails, people } = here;
        const waits = step.kind.startsWith("wait");
        return (
            <>
                {mails.sent > 0 && <span>{t.flow.sent(format.number(mails.sent))}</span>}
                {mails.sent > 0 && mails.replied > 0 && (
                    <span>{t.flow.answered(format.percent(mails.replied / mails.sent))}</span>
                )}
                {people > 0 && (
                    <span className="medium">
                        {(waits ? t.flow.waiting : t.flow.here)(format.number(people))}
                    </span>
                )}
            </>
        );
    }

    return (step: Step): Face => {
        const said = words(step);
        const winner = of.get(step.id)?.winner;
        return {
            name: said.name,
            title: (
                <>
                    <span className="truncate">{said.name}</span>
                    {said.ab && (
                        <Chip kind="accent">
                            {winner != null ? (LETTERS[winner] ?? t.said.ab) : t.said.ab}
                        </Chip>
                    )}
                </>
            ),
            detail: said.detail,
            mono: said.mono,
            numbers: counts(step),
            wrong: wrong.has(step.id),
        };
    };
}

// What is to be filled in before it can be saved.
export function unfinished(steps: Step[]): Set<string> {
    return new Set(
        all(steps)
            .filter(
                (step) =>
                    (step.kind === "branch" && !step.when) ||
                    (step.kind === "fact" && !step.fact) ||
                    (step.kind === "tag" && !step.tag) ||
                    (step.kind === "task" && !step.title) ||
                    (step.kind === "webhook" && !step.webhook) ||
                    (step.kind === "mail" &&
                        !(step.template || step.subject) &&
                        !step.variants?.every((one) => one.template || one.subject)),
            )
            .map((step) => step.id),
    );
}
