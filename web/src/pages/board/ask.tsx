// The question in place: why does this contact belong here? And the better way: record what lacks.
import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, data } from "../../api/client";
import { Segments } from "../../parts/basic";
import { type Missing, useMissing } from "../../parts/missing";
import parts from "../../parts/parts.module.css";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useLanguage, useText } from "../../text";
import classes from "./board.module.css";
import { type Card, type Column, shortName } from "./data";

interface Props {
    card: Card;
    from: Column | undefined;
    to: Column;
    move: (reason: string) => Promise<unknown>;
    record: (fact: string, label: string, answer: "yes" | "no", note: string) => Promise<unknown>;
    close: () => void;
}

interface StageWhy {
    name: string;
    when: { missing: Missing[] };
}

// What lacks for the stage; nothing if the contact comes down to it.
function useLacking(card: Card, from: Column | undefined, to: Column): Missing[] {
    const next = card.next_stage?.name === to.stage;
    const up = to.position > (from?.position ?? 0);
    const why = useQuery({
        queryKey: ["contact", card.id, "lacking"],
        queryFn: () => data(api.GET("/api/contacts/{id}/explain", { params: { path: { id: card.id } } })),
        enabled: up && !next,
    });
    if (!up) return [];
    if (next) return card.missing;
    const stages = (why.data?.stages ?? []) as unknown as StageWhy[];
    return (stages.find((stage) => stage.name === to.stage)?.when.missing ?? []).filter(
        (one) => !one.action.startsWith("wait"),
    );
}

function Why(props: Props & { lacking: Missing[]; recordFact: (fact: string) => void }) {
    const text = useText();
    const words = text.board.move;
    const language = useLanguage();
    const missing = useMissing();
    const mayRecord = useMay("contact.write");
    const [reason, setReason] = useState("");
    const [empty, setEmpty] = useState(false);
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<unknown>(null);
    const { card, to, from } = props;
    const out = to.stage === "none";
    const name = shortName(card, text.shell.unknownPerson);
    const things = [...new Set(props.lacking.map(missing.short))].slice(0, 3);
    const fact = props.lacking.find((one) => one.action === "ask")?.what;

    async function submit(event: FormEvent) {
        event.preventDefault();
        setEmpty(!reason.trim());
        if (!reason.trim()) return;
        setBusy(true);
        try {
            await props.move(reason.trim());
        } catch (problem) {
            setError(problem);
            setBusy(false);
        }
    }
    return (
        <form className={classes.ask} onSubmit={submit}>
            <h3>{out ? words.out(name) : words.title(name, to.label)}</h3>
            <p className="t2">
                {from && from.position > 0 ? words.says(from.label) : words.saysNone}
                {things.length
                    ? words.missing(new Intl.ListFormat(language, { type: "conjunction" }).format(things))
                    : "."}
            </p>
            <TextInput
                data-autofocus
                label={out ? words.whyOut(name) : words.why(name)}
                value={reason}
                maxLength={2000}
                onChange={(event) => setReason(event.currentTarget.value)}
                error={empty && !reason.trim() ? words.reason : undefined}
            />
            {error != null && <Trouble error={error} />}
            <div className="row wrap">
                <Button
                    type="submit"
                    variant="filled"
                    loading={busy}
                    rightSection={<kbd className={parts.buttonKey}>↵</kbd>}
                >
                    {words.move}
                </Button>
                {fact && mayRecord && (
                    <Button onClick={() => props.recordFact(fact)}>
                        {words.instead(missing.fact(fact))}
                    </Button>
                )}
                <Button variant="subtle" onClick={props.close}>
                    {text.shell.cancel}
                </Button>
            </div>
        </form>
    );
}

function Record(props: Props & { fact: string; back: () => void }) {
    const text = useText();
    const words = text.board.record;
    const missing = useMissing();
    const [answer, setAnswer] = useState<"yes" | "no">("yes");
    const [note, setNote] = useState("");
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<unknown>(null);
    const fact = missing.fact(props.fact);

    async function submit(event: FormEvent) {
        event.preventDefault();
        setBusy(true);
        try {
            await props.record(props.fact, fact, answer, note.trim());
        } catch (problem) {
            setError(problem);
            setBusy(false);
        }
    }
    return (
        <form className={classes.ask} onSubmit={submit}>
            <h3>{words.title(shortName(props.card, text.shell.unknownPerson), fact)}</h3>
            <Segments
                label={words.answer}
                value={answer}
                onChange={setAnswer}
                options={[
                    { value: "yes", label: words.yes },
                    { value: "no", label: words.no },
                ]}
            />
            <TextInput
                data-autofocus
                label={words.note}
                value={note}
                maxLength={2000}
                onChange={(event) => setNote(event.currentTarget.value)}
            />
            {error != null && <Trouble error={error} />}
            <div className="row">
                <Button type="submit" variant="filled" loading={busy}>
                    {words.save(fact)}
                </Button>
                <Button variant="subtle" onClick={props.back}>
                    {words.back}
                </Button>
            </div>
        </form>
    );
}

export function Ask(props: Props) {
    const [fact, setFact] = useState<string | null>(null);
    const lacking = useLacking(props.card, props.from, props.to);
    return fact ? (
        <Record {...props} fact={fact} back={() => setFact(null)} />
    ) : (
        <Why {...props} lacking={lacking} recordFact={setFact} />
    );
}
