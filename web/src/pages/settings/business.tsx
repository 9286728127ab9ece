// What the business is called, where it is, in which language and time it works.
import { Button, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiProblem, type Schemas } from "../../api/client";
import { Card, Loading } from "../../parts/basic";
import { changesOf, without } from "../../parts/changes";
import { useMay, useSettings } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useUnsaved } from "../../shell/unsaved";
import { useText } from "../../text";
import { PlaceFields } from "../setup/business";
import { useChangeSettings } from "./change";
import classes from "./settings.module.css";

export default function Business() {
    const settings = useSettings();
    if (settings.error) return <Trouble error={settings.error} retry={settings.refetch} />;
    return settings.data ? <Fields settings={settings.data} /> : <Loading />;
}

function Fields({ settings }: { settings: Schemas["Settings"] }) {
    const text = useText();
    const t = text.settings.business;
    const mayChange = useMay("setting.write");
    const change = useChangeSettings();
    // What was changed, and only that is sent: what somebody else changed meanwhile stays.
    const [edited, setEdited] = useState<Partial<Schemas["Settings"]>>({});
    const now = { ...settings, ...edited };
    const set = (change: typeof edited) => setEdited((old) => ({ ...old, ...change }));
    const place = { time_zone: now.time_zone, language: now.language, country: now.country };
    const changes = changesOf(now, settings);
    const changed = Object.keys(changes).length > 0;
    useUnsaved(changed && !change.isPending);
    function submit(event: FormEvent) {
        event.preventDefault();
        if (changed)
            change.mutate(changes, { onSuccess: () => setEdited((still) => without(still, changes)) });
    }
    const problem = change.error instanceof ApiProblem ? change.error : undefined;
    return (
        <Card title={text.settings.parts.business}>
            <form className={classes.inside} onSubmit={submit}>
                <fieldset
                    className={classes.form}
                    disabled={!mayChange}
                    style={{ border: 0, margin: 0, padding: 0 }}
                >
                    <TextInput
                        label={text.setup.businessName}
                        value={now.business_name}
                        onChange={(event) => set({ business_name: event.currentTarget.value })}
                        maxLength={200}
                        error={problem?.field("business_name")}
                    />
                    <Textarea
                        label={t.address}
                        description={t.addressHelp}
                        value={now.business_address}
                        onChange={(event) => set({ business_address: event.currentTarget.value })}
                        maxLength={500}
                        autosize
                        minRows={2}
                        error={problem?.field("business_address")}
                    />
                    <TextInput
                        type="url"
                        label={t.url}
                        description={t.urlHelp}
                        placeholder={location.origin}
                        value={now.public_url}
                        onChange={(event) => set({ public_url: event.currentTarget.value })}
                        error={problem?.field("public_url")}
                    />
                    <PlaceFields
                        value={place}
                        onChange={(next) => set(changesOf(next, place))}
                        error={change.error}
                    />
                    {mayChange && (
                        <div>
                            <Button type="submit" variant="filled" loading={change.isPending}>
                                {text.shell.save}
                            </Button>
                        </div>
                    )}
                    {problem && !problem.errors.length && <Trouble error={problem} />}
                </fieldset>
            </form>
        </Card>
    );
}
