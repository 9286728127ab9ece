// Somebody new, with as little as a name or an address.
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useNavigate } from "react-router";
import { ApiProblem, api, data } from "../../api/client";
import { Dialog } from "../../parts/dialog";
import { sentenceOf } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import classes from "./contacts.module.css";

const NOTHING = { first_name: "", last_name: "", email: "", phone: "", company: "", title: "", source: "" };
type Form = typeof NOTHING;

// The id of the contact that is there already, as the problem says it.
function existing(error: unknown): string | undefined {
    if (!(error instanceof ApiProblem) || error.status !== 409) return undefined;
    return /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(error.detail)?.[0];
}

function bodyOf(form: Form) {
    const said = Object.fromEntries(
        Object.entries(form).flatMap(([name, value]) => (value.trim() ? [[name, value.trim()]] : [])),
    );
    const { company, title, source, ...rest } = said;
    const traits = Object.fromEntries(
        Object.entries({ company, title, source }).filter(([, value]) => value !== undefined),
    );
    return { ...rest, ...(Object.keys(traits).length ? { traits: traits as Record<string, never> } : {}) };
}

export function AddContact({ close }: { close: () => void }) {
    const text = useText();
    const navigate = useNavigate();
    const notify = useNotify();
    const client = useQueryClient();
    const [form, setForm] = useState(NOTHING);
    const [empty, setEmpty] = useState(false);
    const add = useMutation({
        mutationFn: () => data(api.POST("/api/contacts", { body: bodyOf(form) })),
        onSuccess: async (contact) => {
            notify(text.contacts.add.done(contact.name ?? contact.email ?? text.shell.unknownPerson));
            client.invalidateQueries({ queryKey: ["people"] });
            navigate(`/contacts/${contact.id}`);
        },
    });
    function submit(event: FormEvent) {
        event.preventDefault();
        const said = [form.email, form.phone, form.first_name, form.last_name].some((one) => one.trim());
        setEmpty(!said);
        if (said) add.mutate();
    }
    const field = (name: keyof Form, type?: string) => (
        <TextInput
            data-autofocus={name === "first_name" || undefined}
            label={text.contacts.add[name]}
            type={type}
            value={form[name]}
            maxLength={300}
            error={add.error instanceof ApiProblem ? add.error.field(name) : undefined}
            onChange={(event) => setForm({ ...form, [name]: event.currentTarget.value })}
        />
    );
    const there = existing(add.error);
    return (
        <Dialog onClose={close} title={text.contacts.add.heading}>
            <form onSubmit={submit} className={classes.form}>
                <div className={classes.pair}>
                    {field("first_name")}
                    {field("last_name")}
                </div>
                {field("email", "email")}
                {field("phone", "tel")}
                <div className={classes.pair}>
                    {field("company")}
                    {field("title")}
                </div>
                {field("source")}
                {empty && <p className="danger">{text.contacts.add.nothing}</p>}
                {there ? (
                    <p>
                        {text.contacts.add.there}{" "}
                        <Link to={`/contacts/${there}`} className="link">
                            {text.contacts.add.open}
                        </Link>
                    </p>
                ) : (
                    add.error && <p className="danger">{sentenceOf(text, add.error)}</p>
                )}
                <Button type="submit" variant="filled" loading={add.isPending}>
                    {text.contacts.add.save}
                </Button>
            </form>
        </Dialog>
    );
}
