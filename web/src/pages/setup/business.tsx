// Step 2: what the business is called and where it is; guessed from the browser, changed at will.
import { Autocomplete, Button, Select, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { Trouble } from "../../shell/trouble";
import { useLanguage, useText } from "../../text";
import { COUNTRIES, guessBusiness, LANGUAGE_CODES, namesOf, ZONES } from "./guess";
import classes from "./setup.module.css";
import type { StepProps } from "./welcome";

export function BusinessStep({ frame, next, settings }: StepProps & { settings: Schemas["Settings"] }) {
    const text = useText();
    const client = useQueryClient();
    const save = useMutation({
        mutationFn: (body: Schemas["SettingsChange"]) => data(api.PATCH("/api/settings", { body })),
        onSuccess: async () => {
            await client.invalidateQueries({ queryKey: ["setting"] });
            client.invalidateQueries({ queryKey: ["checklist"] });
            next();
        },
    });
    const guess = guessBusiness();
    // Nobody has set anything yet: what the browser says is likelier than UTC.
    const fresh = !settings.business_name;
    const [place, setPlace] = useState({
        time_zone: fresh ? guess.time_zone : settings.time_zone,
        language: fresh ? guess.language : settings.language,
        country: settings.country || (fresh ? guess.country : ""),
    });
    function submit(event: FormEvent<HTMLFormElement>) {
        event.preventDefault();
        const name = String(new FormData(event.currentTarget).get("name"));
        save.mutate({ business_name: name, ...place });
    }
    return frame(
        <form id="business" className={classes.fields} onSubmit={submit}>
            <TextInput
                name="name"
                label={text.setup.businessName}
                description={text.setup.businessNameHelp}
                defaultValue={settings.business_name}
                maxLength={200}
                required
                error={fieldOf(save.error, "business_name")}
            />
            <PlaceFields value={place} onChange={setPlace} error={save.error} />
            {save.error && !(save.error instanceof ApiProblem && save.error.errors.length) && (
                <Trouble error={save.error} />
            )}
        </form>,
        <Button type="submit" form="business" variant="filled" loading={save.isPending}>
            {text.setup.next}
        </Button>,
        text.setup.changeLater,
    );
}

const fieldOf = (error: unknown, name: string) =>
    error instanceof ApiProblem ? error.field(name) : undefined;

interface Place {
    time_zone: string;
    language: string;
    country: string;
}

// Time zone, language, country; also on the settings' page.
export function PlaceFields(props: { value: Place; onChange: (place: Place) => void; error: unknown }) {
    const text = useText();
    const language = useLanguage();
    const { value, onChange, error } = props;
    return (
        <>
            <Autocomplete
                label={text.setup.timeZone}
                description={text.setup.timeZoneHelp}
                data={ZONES}
                limit={50}
                value={value.time_zone}
                onChange={(time_zone) => onChange({ ...value, time_zone })}
                error={fieldOf(error, "time_zone")}
                required
            />
            <Select
                label={text.setup.language}
                description={text.setup.languageHelp}
                data={namesOf(language, "language", LANGUAGE_CODES, value.language)}
                value={value.language}
                onChange={(code) => onChange({ ...value, language: code ?? "en" })}
                searchable
                error={fieldOf(error, "language")}
            />
            <Select
                label={text.setup.country}
                description={text.setup.countryHelp}
                data={namesOf(language, "region", COUNTRIES, value.country)}
                value={value.country || null}
                onChange={(code) => onChange({ ...value, country: code ?? "" })}
                placeholder={text.shell.none}
                searchable
                clearable
                error={fieldOf(error, "country")}
            />
        </>
    );
}
