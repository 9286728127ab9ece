// The questions of a call, one after the other: each answer is recorded at once; the end logs the call.
import { Button, Drawer, Textarea } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useText } from "../../text";
import classes from "./contact.module.css";
import { useRecordEvent } from "./deeds";
import { answerOf, factName } from "./events";
import { FactForm } from "./fields";
import { type Contact, calledName } from "./person";
import type { Question } from "./qualification";

export default function Script(props: { contact: Contact; questions: Question[]; close: () => void }) {
    const text = useText();
    // What was open when the call began, first what is not known.
    const [questions] = useState(() =>
        [...props.questions].sort((a, b) => Number(!!a.answer) - Number(!!b.answer)),
    );
    const [at, setAt] = useState(0);
    const [note, setNote] = useState("");
    const log = useRecordEvent(props.contact.id);
    const { fact } = questions[at] ?? {};
    const question = props.questions.find((one) => one.fact === fact); // with the answer that it has by now
    const name = calledName(props.contact, text.shell.unknownPerson);
    return (
        <Drawer
            opened
            onClose={props.close}
            position="right"
            size={420}
            title={`${text.contact.qualification.title}: ${name}`}
        >
            {question ? (
                <div className={classes.script}>
                    <p className="help">
                        {text.contact.qualification.step(at + 1, questions.length)} ·{" "}
                        {factName(text, question.fact)}
                    </p>
                    <p className={classes.question}>{question.question}</p>
                    {question.help && (
                        <p className="t2">
                            {text.contact.qualification.listenFor}: {question.help}
                        </p>
                    )}
                    {question.answer && (
                        <p className={classes.known}>
                            <IconCircleCheck size={16} stroke={1.75} className={classes.yes} aria-hidden />
                            {text.contact.qualification.knownAlready}: {answerOf(text, question.answer)}
                        </p>
                    )}
                    <FactForm
                        key={question.fact}
                        id={props.contact.id}
                        fact={question.fact}
                        known={question.answer}
                        done={() => setAt(at + 1)}
                        button={text.contact.qualification.save}
                    />
                    <div className="row">
                        {at > 0 && (
                            <Button variant="subtle" onClick={() => setAt(at - 1)}>
                                {text.contact.qualification.back}
                            </Button>
                        )}
                        <div className="grow" />
                        <Button variant="subtle" onClick={() => setAt(at + 1)}>
                            {text.contact.qualification.skip}
                        </Button>
                    </div>
                </div>
            ) : (
                <form
                    className={classes.script}
                    onSubmit={async (event) => {
                        event.preventDefault();
                        await log.mutateAsync({ event: "call.answered", note: note.trim() || undefined });
                        props.close();
                    }}
                >
                    <p className={classes.question}>{text.contact.qualification.finish}</p>
                    <Textarea
                        label={text.contact.qualification.callNote}
                        autosize
                        minRows={3}
                        value={note}
                        onChange={(event) => setNote(event.currentTarget.value)}
                    />
                    <div className="row">
                        <Button variant="subtle" onClick={() => setAt(questions.length - 1)}>
                            {text.contact.qualification.back}
                        </Button>
                        <div className="grow" />
                        <Button type="submit" variant="filled" loading={log.isPending}>
                            {text.contact.qualification.logCall}
                        </Button>
                    </div>
                </form>
            )}
        </Drawer>
    );
}
