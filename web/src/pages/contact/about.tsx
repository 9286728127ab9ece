// What is known of the person: traits, changed in place.
import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPencil, IconPlus } from "@tabler/icons-react";
import { type FormEvent, lazy, Suspense, useState } from "react";
import { Card, When } from "../../parts/basic";
import { useText } from "../../text";
import classes from "./contact.module.css";
import { useSetTrait } from "./deeds";
import { Ask, TraitForm, traitName } from "./fields";
import { type Contact, flatTraits } from "./person";

const Tags = lazy(() => import("./tags"));

const SHOWN = 8;
const ORDER = [
    "email",
    "phone",
    "title",
    "company",
    "industry",
    "employees",
    "city",
    "country",
    "website",
    "source",
];

function order(name: string): number {
    const at = ORDER.indexOf(name);
    return at < 0 ? ORDER.length : at;
}

function NewField({ id, done }: { id: string; done: () => void }) {
    const text = useText();
    const set = useSetTrait(id);
    const [name, setName] = useState("");
    const [value, setValue] = useState("");
    async function submit(event: FormEvent) {
        event.preventDefault();
        const key = name.trim().toLowerCase().replace(/\W+/g, "_");
        if (!key || !value.trim()) return;
        await set.mutateAsync({ name: key, value: value.trim(), before: null, label: name.trim() });
        done();
    }
    return (
        <form onSubmit={submit} className={classes.form}>
            <TextInput
                data-autofocus
                label={text.contact.field.name}
                value={name}
                maxLength={60}
                onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
                label={text.contact.field.value}
                value={value}
                maxLength={2000}
                onChange={(event) => setValue(event.currentTarget.value)}
            />
            <Button type="submit" variant="filled" loading={set.isPending}>
                {text.shell.save}
            </Button>
        </form>
    );
}

export function AboutCard({ contact, may }: { contact: Contact; may: boolean }) {
    const text = useText();
    const [all, setAll] = useState(false);
    const traits = flatTraits(contact.traits as Record<string, unknown>).sort(
        (a, b) => order(a[0]) - order(b[0]) || a[0].localeCompare(b[0]),
    );
    const shown = all ? traits : traits.slice(0, SHOWN);
    return (
        <Card
            id="about"
            title={text.contact.about.title}
            control={
                may && (
                    <Ask
                        button={(open) => (
                            <Button
                                variant="subtle"
                                leftSection={<IconPlus size={16} stroke={1.75} />}
                                onClick={open}
                            >
                                {text.contact.field.add}
                            </Button>
                        )}
                        form={(close) => <NewField id={contact.id} done={close} />}
                    />
                )
            }
        >
            <dl className={classes.traits}>
                {shown.map(([name, value]) => (
                    <div key={name}>
                        <dt>{traitName(text, name)}</dt>
                        <dd>
                            {value}{" "}
                            {may && !name.includes(".") && (
                                <Ask
                                    button={(open) => (
                                        <ActionIcon
                                            variant="subtle"
                                            color="gray"
                                            onClick={open}
                                            aria-label={text.contact.field.title(traitName(text, name))}
                                        >
                                            <IconPencil size={14} stroke={1.75} />
                                        </ActionIcon>
                                    )}
                                    form={(close) => (
                                        <TraitForm id={contact.id} name={name} before={value} done={close} />
                                    )}
                                />
                            )}
                        </dd>
                    </div>
                ))}
                <Suspense>
                    <Tags id={contact.id} may={may} />
                </Suspense>
                <div>
                    <dt>{text.contact.about.firstSeen}</dt>
                    <dd>
                        <When time={contact.first_seen} />
                    </dd>
                </div>
                <div>
                    <dt>{text.contact.about.lastSeen}</dt>
                    <dd>
                        <When time={contact.last_seen} />
                    </dd>
                </div>
            </dl>
            {traits.length > SHOWN && !all && (
                <button type="button" className={classes.moreLines} onClick={() => setAll(true)}>
                    {text.contact.about.show}
                </button>
            )}
        </Card>
    );
}
