// What forms and pages have above what they are built with: published or not, how to open it, save; and what was
// refused.
import { Button, Switch } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { Chip, Segments } from "../../parts/basic";
import { PageBar } from "../../shell/page";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./forms.module.css";

export function EditorBar(props: {
    of: { name: string; published: boolean; path: string };
    list: string; // the address of the list above
    mayChange: boolean;
    changed: boolean;
    saving: boolean;
    publish: (published: boolean) => void;
    save: () => void;
}) {
    const text = useText();
    const t = text.forms;
    const { of, mayChange } = props;
    return (
        <PageBar title={of.name} path={[{ label: t.title, to: props.list }]}>
            {mayChange && (
                <Switch
                    size="sm"
                    label={<span className="no-phone">{t.published}</span>}
                    aria-label={t.published}
                    checked={of.published}
                    onChange={(event) => props.publish(event.currentTarget.checked)}
                />
            )}
            {!mayChange && !of.published && <Chip kind="warn">{t.draft}</Chip>}
            {of.published && (
                <Button
                    component="a"
                    href={of.path}
                    target="_blank"
                    rel="noreferrer"
                    variant="subtle"
                    aria-label={t.open}
                >
                    <IconExternalLink size={16} stroke={1.75} />
                </Button>
            )}
            {mayChange && (
                <Button
                    variant="filled"
                    loading={props.saving}
                    disabled={!props.changed}
                    title={props.changed ? undefined : t.nothingChanged}
                    onClick={props.save}
                >
                    {text.shell.save}
                </Button>
            )}
        </PageBar>
    );
}

// errors: those that stand at their fields.
export function Refused({ error, errors }: { error: unknown; errors: unknown[] }) {
    const text = useText();
    if (errors.length > 0)
        return (
            <p role="alert" className={classes.errors}>
                {text.forms.notSaved}
            </p>
        );
    return error ? <Trouble error={error} /> : null;
}

// Nothing brings back a form or page with what visitors did on it: the second press does it.
export interface Removal {
    mutate: () => void;
    isPending: boolean;
}
export function RemoveForGood(props: { say: [string, string]; remove: Removal }) {
    const [sure, setSure] = useState(false);
    return (
        <div>
            <Button
                variant={sure ? "default" : "subtle"}
                className="danger"
                loading={props.remove.isPending}
                onBlur={() => setSure(false)}
                onClick={() => (sure ? props.remove.mutate() : setSure(true))}
            >
                {props.say[sure ? 1 : 0]}
            </Button>
        </div>
    );
}

export type Part = "edit" | "preview";

// On the phone: what is built, or what it looks like.
export function PhoneParts(props: { label: string; value: Part; onChange: (part: Part) => void }): ReactNode {
    const t = useText().forms;
    return (
        <div className={`only-phone ${classes.switch}`}>
            <Segments
                {...props}
                options={[
                    { value: "edit", label: t.views_.build },
                    { value: "preview", label: t.preview },
                ]}
            />
        </div>
    );
}
