// What the business is called, where it is, in which language and time it works.
import { Button, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiProblem, type Schemas } from "../../api/client";
import { Card, Loading } from "../../parts/basic";
import { useMay, useSettings } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
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
    const [place, setPlace] = useState({
        time_zone: settings.time_zone,
        language: settings.language,
        country: settings.country,
    });
    function submit(event: FormEvent<HTMLFormElement>) {
        event.preventDefault();
        const said = new FormData(event.currentTarget);
        change.mutate({
            business_name: String(said.get("name")),
            business_address: String(said.get("address")),
            public_url: String(said.get("url")),
            ...place,
        });
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
                        name="name"
                        label={text.setup.businessName}
                        defaultValue={settings.business_name}
                        maxLength={200}
                        error={problem?.field("business_name")}
                    />
                    <Textarea
                        name="address"
                        label={t.address}
                        description={t.addressHelp}
                        defaultValue={settings.business_address}
                        maxLength={500}
                        autosize
                        minRows={2}
                        error={problem?.field("business_address")}
                    />
                    <TextInput
                        name="url"
                        type="url"
                        label={t.url}
                        description={t.urlHelp}
                        placeholder={location.origin}
                        defaultValue={settings.public_url}
                        error={problem?.field("public_url")}
                    />
                    <PlaceFields value={place} onChange={setPlace} error={change.error} />
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
