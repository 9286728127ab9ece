// A test submission: what these answers would write into the log, without writing it.
import { Button, Checkbox, Select, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, data, type Schemas } from "../../api/client";
import { Card, Chip } from "../../parts/basic";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./forms.module.css";
import { type Field, formOf } from "./types";

type Answers = Record<string, string | boolean>;

export function Try({ form }: { form: Schemas["Form"] }) {
    const t = useText().forms;
    const definition = formOf(form);
    const [answers, setAnswers] = useState<Answers>({});
    const test = useMutation({
        mutationFn: () =>
            data(
                api.POST("/api/forms/{id}/test", {
                    params: { path: { id: form.id } },
                    body: {
                        answers: Object.fromEntries(
                            Object.entries(answers).filter(([, said]) => said !== "" && said !== false),
                        ) as never,
                    },
                }),
            ),
    });
    const problem = (name: string) => test.data?.errors.find((one) => one.field === name)?.message;
    const set = (name: string, said: string | boolean) => setAnswers((all) => ({ ...all, [name]: said }));
    return (
        <>
            <Card title={t.tryIt} quiet={t.tryHelp}>
                <form
                    className={classes.inside}
                    onSubmit={(event: FormEvent) => {
                        event.preventDefault();
                        test.mutate();
                    }}
                >
                    <div className={classes.narrowForm}>
                        {definition.fields.map((field) => (
                            <Answer
                                key={field.name}
                                field={field}
                                said={answers[field.name]}
                                set={(said) => set(field.name, said)}
                                error={problem(field.name)}
                            />
                        ))}
                        {definition.consents?.map((box) => (
                            <Checkbox
                                key={box.id}
                                label={box.label}
                                checked={answers[box.id] === true}
                                onChange={(event) => set(box.id, event.currentTarget.checked)}
                                error={problem(box.id)}
                            />
                        ))}
                        <div>
                            <Button type="submit" variant="filled" loading={test.isPending}>
                                {t.tryNow}
                            </Button>
                        </div>
                    </div>
                </form>
            </Card>
            {test.error && <Trouble error={test.error} />}
            {test.data && (
                <Card
                    title={t.wouldWrite}
                    control={
                        <Chip kind={test.data.state === "invalid" ? "danger" : "accent"}>
                            {t.outcomes[test.data.state]}
                        </Chip>
                    }
                >
                    <div className={classes.inside}>
                        {test.data.errors.map((one) => (
                            <p key={one.field} className="danger">
                                {definition.fields.find((field) => field.name === one.field)?.label ??
                                    one.field}
                                : {one.message}
                            </p>
                        ))}
                        {test.data.messages.map((message, i) => (
                            // biome-ignore lint/suspicious/noArrayIndexKey: the messages of one answer
                            <Message key={i} message={message as Record<string, unknown>} />
                        ))}
                    </div>
                </Card>
            )}
        </>
    );
}

function Answer(props: {
    field: Field;
    said: string | boolean | undefined;
    set: (said: string | boolean) => void;
    error?: string;
}) {
    const { field, said, set, error } = props;
    const label = field.label || field.name;
    const shown = typeof said === "string" ? said : "";
    if (field.type === "checkbox")
        return (
            <Checkbox
                label={label}
                checked={said === true}
                onChange={(event) => set(event.currentTarget.checked)}
                error={error}
            />
        );
    if (field.type === "select")
        return (
            <Select
                label={label}
                data={(field.options ?? []).map((one) => ({
                    value: one.value,
                    label: one.label || one.value,
                }))}
                value={shown || null}
                onChange={(value) => set(value ?? "")}
                clearable
                error={error}
            />
        );
    const Input = field.type === "textarea" ? Textarea : TextInput;
    return (
        <Input
            label={label}
            description={field.help}
            type={field.type === "date" ? "date" : undefined}
            value={shown}
            onChange={(event: { currentTarget: { value: string } }) => set(event.currentTarget.value)}
            error={error}
        />
    );
}

function Message({ message }: { message: Record<string, unknown> }) {
    const { type, event, properties, traits } = message;
    return (
        <details className={classes.message}>
            <summary>
                <span className="mono">{String(event ?? type)}</span>
            </summary>
            <pre className={classes.json}>{JSON.stringify(properties ?? traits ?? message, null, 2)}</pre>
        </details>
    );
}
