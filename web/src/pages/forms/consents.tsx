// What the visitor may agree to: each box with its purpose, its exact wording and the wording's version.
import { ActionIcon, Button, Checkbox, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { localDay } from "../../shell/format";
import { useText } from "../../text";
import type { PartProps } from "./builder";
import { nameFrom, problemOf } from "./draft";
import classes from "./forms.module.css";
import type { ConsentBox } from "./types";

export function Consents({ draft, change, errors }: PartProps) {
    const t = useText().forms;
    const boxes = draft.consents ?? [];
    const set = (consents: ConsentBox[]) => change({ ...draft, consents });
    const put = (i: number, part: Partial<ConsentBox>) =>
        set(boxes.map((one, k) => (k === i ? { ...one, ...part } : one)));
    const add = () => {
        const taken = [...draft.fields.map((one) => one.name), ...boxes.map((one) => one.id)];
        const today = localDay(new Date());
        set([
            ...boxes,
            { id: nameFrom("newsletter", taken), purpose: "newsletter", label: "", version: today },
        ]);
    };
    return (
        <div className="stack" style={{ gap: 16 }}>
            {boxes.map((box, i) => (
                <div key={box.id} className={classes.box}>
                    <Textarea
                        label={t.wording}
                        description={t.wordingHelp}
                        value={box.label}
                        onChange={(event) => put(i, { label: event.currentTarget.value })}
                        error={problemOf(errors, `consents[${i}].label`)}
                        autosize
                        minRows={2}
                    />
                    <div className={classes.pair}>
                        <TextInput
                            label={t.purpose}
                            value={box.purpose}
                            onChange={(event) => put(i, { purpose: event.currentTarget.value })}
                            error={problemOf(errors, `consents[${i}].purpose`)}
                        />
                        <TextInput
                            label={t.version}
                            value={box.version}
                            onChange={(event) => put(i, { version: event.currentTarget.value })}
                            error={problemOf(errors, `consents[${i}].version`)}
                        />
                    </div>
                    <TextInput
                        label={t.list}
                        description={t.listHelp}
                        value={box.list ?? ""}
                        onChange={(event) => put(i, { list: event.currentTarget.value })}
                    />
                    <div className="row">
                        <Checkbox
                            className="grow"
                            label={t.consentRequired}
                            checked={box.required ?? false}
                            onChange={(event) => put(i, { required: event.currentTarget.checked })}
                        />
                        <ActionIcon
                            variant="subtle"
                            color="gray"
                            aria-label={t.removeIt(box.purpose)}
                            onClick={() => set(boxes.filter((_, k) => k !== i))}
                        >
                            <IconTrash size={16} stroke={1.75} />
                        </ActionIcon>
                    </div>
                </div>
            ))}
            <div>
                <Button leftSection={<IconPlus size={16} stroke={1.75} />} onClick={add}>
                    {t.addConsent}
                </Button>
            </div>
        </div>
    );
}
