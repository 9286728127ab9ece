// What is known for the qualification, with who said so and how sure it is; and the questions to go through.
import { Button } from "@mantine/core";
import { IconCircleCheck, IconCircleDashed, IconCircleX, IconPhone } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { api, data, type Schemas } from "../../api/client";
import { Card, Loading } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./contact.module.css";
import { answerOf, factName } from "./events";
import type { Explanation } from "./explanation";
import { Ask, FactForm } from "./fields";
import { useFocus } from "./focus";
import type { Contact } from "./person";

const Script = lazy(() => import("./script"));

export type Question = Schemas["Question"];

export function useQuestions(id: string) {
    return useQuery({
        queryKey: ["contact", id, "questions"],
        queryFn: () => data(api.GET("/api/contacts/{id}/questions", { params: { path: { id } } })),
    });
}

const SURE: Record<string, number> = { low: 1, medium: 2, high: 3 };

function Sureness({ value }: { value: string }) {
    const text = useText();
    const label = (text.contact.fact as Record<string, unknown>)[value];
    const bars = SURE[value] ?? 0;
    if (!bars) return null;
    const name = text.contact.qualification.confidence(String(label));
    return (
        <span className={classes.sure} role="img" aria-label={name} title={name}>
            {[1, 2, 3].map((bar) => (
                <i key={bar} data-on={bar <= bars || undefined} />
            ))}
        </span>
    );
}

// What a derived fact says where nobody recorded one: the definition's own conclusion.
function derived(explanation: Explanation | undefined, fact: string): boolean {
    const find = (condition: { text: string; holds: boolean; children: never[] | unknown[] }): boolean =>
        (condition.text === fact && condition.holds) ||
        (condition.children as (typeof condition)[]).some(find);
    return explanation?.stages.some((stage) => find(stage.when)) ?? false;
}

function FactRow(props: {
    id: string;
    question: Question;
    explanation?: Explanation;
    may: boolean;
    past?: Schemas["KnownFact"] | null;
}) {
    const text = useText();
    const format = useFormat();
    const focus = useFocus();
    const { question, may } = props;
    const answer = props.past === undefined ? question.answer : null;
    const known = props.past === undefined ? answer : props.past;
    const yes = known ? known.answer === "yes" : derived(props.explanation, question.fact);
    const no = known?.answer === "no";
    const Icon = yes ? IconCircleCheck : no ? IconCircleX : IconCircleDashed;
    return (
        <tr>
            <th scope="row">
                <Icon size={16} stroke={1.75} className={yes ? classes.yes : classes.no} aria-hidden />
                {factName(text, question.fact)}
            </th>
            <td>
                <div className={known || yes ? "medium" : "t2"}>
                    {known
                        ? answerOf(text, { ...known, fact: question.fact })
                        : yes
                          ? text.contact.answers.yes
                          : text.contact.qualification.unknown}
                </div>
                <div className="help">
                    {answer?.note && <span>“{answer.note}” </span>}
                    {answer?.by && <span>{text.contact.qualification.by(answer.by)}</span>}
                    {!known && (yes ? text.contact.qualification.derived : question.question)}
                </div>
            </td>
            <td>
                {answer?.confidence && <Sureness value={answer.confidence} />}
                {answer && (
                    <button
                        type="button"
                        className={`${classes.quietLink} num`}
                        onClick={() => focus.show(answer.event)}
                    >
                        {format.when(answer.time)}
                    </button>
                )}
                {may && (
                    <Ask
                        button={(open) => (
                            <Button
                                variant={known ? "subtle" : "default"}
                                onClick={open}
                                aria-label={`${known ? text.contact.fact.change : text.contact.fact.record}: ${factName(text, question.fact)}`}
                            >
                                {known ? text.contact.fact.change : text.contact.fact.record}
                            </Button>
                        )}
                        form={(close) => (
                            <FactForm
                                id={props.id}
                                fact={question.fact}
                                known={answer}
                                question={question.question}
                                done={close}
                            />
                        )}
                    />
                )}
            </td>
        </tr>
    );
}

export function QualificationCard(props: {
    contact: Contact;
    explanation?: Explanation;
    may: boolean;
    at?: string;
}) {
    const text = useText();
    const [script, setScript] = useState(false);
    const { contact, may, at } = props;
    const query = useQuestions(contact.id);
    const questions = query.data?.questions ?? [];
    const past = (fact: string) => (contact.facts as Record<string, Schemas["KnownFact"]>)[fact] ?? null;
    const known = questions.filter((one) => (at ? past(one.fact) : one.answer)).length;
    return (
        <Card
            id="qualification"
            title={text.contact.qualification.title}
            quiet={query.data && text.contact.qualification.known(known, questions.length)}
            control={
                may &&
                questions.length > 0 && (
                    <Button
                        leftSection={<IconPhone size={16} stroke={1.75} />}
                        onClick={() => setScript(true)}
                    >
                        {text.contact.qualification.script}
                    </Button>
                )
            }
        >
            {query.isPending && <Loading rows={5} />}
            {query.error && <Trouble error={query.error} retry={query.refetch} />}
            <table className={classes.facts}>
                <tbody>
                    {questions.map((question) => (
                        <FactRow
                            key={question.fact}
                            id={contact.id}
                            question={question}
                            explanation={props.explanation}
                            may={may}
                            past={at ? past(question.fact) : undefined}
                        />
                    ))}
                </tbody>
            </table>
            {script && (
                <Suspense>
                    <Script contact={contact} questions={questions} close={() => setScript(false)} />
                </Suspense>
            )}
        </Card>
    );
}
