// Making a mailbox, or changing one. Passwords are never shown again; an empty field keeps the one there is.
import { Button, Checkbox, NumberInput, PasswordInput, Select, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { Whole } from "../../parts/whole";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useMailText } from "../../text/mail";
import type { Mailbox } from "../mailboxes";
import classes from "./settings.module.css";

type Account = Schemas["MailAccount"] & { secret: string };
type Security = Account["security"];

const NONE = { user: "", login: "password", has_secret: false, secret: "" } as const;
const SMTP: Account = { ...NONE, host: "", port: 587, security: "starttls" };
const IMAP: Account = { ...NONE, host: "", port: 993, security: "tls" };
const PORTS: Record<"smtp" | "imap", Record<Security, number>> = {
    smtp: { none: 25, starttls: 587, tls: 465 },
    imap: { none: 143, starttls: 143, tls: 993 },
};

const sent = ({ has_secret: _, secret, ...rest }: Account): Schemas["MailAccountChange"] =>
    secret ? { ...rest, secret } : rest;

// The password that is kept is for the server it was given for, and not to be read on the way.
const kept = (of: Account, saved?: Schemas["MailAccount"]) =>
    !!saved?.has_secret &&
    of.host.toLowerCase() === saved.host.toLowerCase() &&
    (of.security !== "none" || saved.security === "none");

function Server(props: {
    kind: "smtp" | "imap";
    of: Account;
    saved?: Schemas["MailAccount"];
    set: (change: Partial<Account>) => void;
    problem?: string;
    children?: ReactNode;
    asOther?: boolean; // logs in as the other server does
}) {
    const t = useMailText().mailboxes;
    const { kind, of, set } = props;
    const title = kind === "smtp" ? t.sending : t.reading;
    const label = (name: string) => `${title}: ${name}`;
    return (
        <fieldset className={classes.group_}>
            <legend>{title}</legend>
            {kind === "imap" && <p className="help">{t.readingHelp}</p>}
            <div className={classes.server}>
                <TextInput
                    label={t.host}
                    aria-label={label(t.host)}
                    placeholder={`${kind}.example.com`}
                    value={of.host}
                    error={props.problem}
                    required={kind === "smtp"}
                    onChange={(event) => set({ host: event.currentTarget.value.trim() })}
                />
                <Select
                    label={t.security}
                    aria-label={label(t.security)}
                    data={(["tls", "starttls", "none"] as const).map((value) => ({
                        value,
                        label: t.securities[value],
                    }))}
                    value={of.security}
                    onChange={(security) =>
                        security &&
                        set({ security: security as Security, port: PORTS[kind][security as Security] })
                    }
                />
                <Whole
                    label={t.port}
                    aria-label={label(t.port)}
                    value={of.port}
                    min={1}
                    max={65535}
                    hideControls
                    onChange={(port) => set({ port })}
                />
            </div>
            {props.children}
            {!props.asOther && (
                <div className={classes.server}>
                    <TextInput
                        label={t.user}
                        aria-label={label(t.user)}
                        value={of.user}
                        autoComplete="off"
                        onChange={(event) => set({ user: event.currentTarget.value })}
                    />
                    <Select
                        label={t.login}
                        aria-label={label(t.login)}
                        data={(["password", "xoauth2", "none"] as const).map((value) => ({
                            value,
                            label: t.logins[value],
                        }))}
                        value={of.login}
                        onChange={(login) => login && set({ login: login as Account["login"] })}
                    />
                    {of.login !== "none" && (
                        <PasswordInput
                            label={t.secret}
                            aria-label={label(t.secret)}
                            value={of.secret}
                            autoComplete="new-password"
                            placeholder={kept(of, props.saved) ? t.secretKept : undefined}
                            required={!!of.host && !!props.saved?.has_secret && !kept(of, props.saved)}
                            onChange={(event) => set({ secret: event.currentTarget.value })}
                        />
                    )}
                </div>
            )}
        </fieldset>
    );
}

export function MailboxForm({ of, done }: { of?: Mailbox; done: (made: Mailbox) => void }) {
    const t = useMailText().mailboxes;
    const client = useQueryClient();
    const notify = useNotify();
    const [name, setName] = useState(of?.name ?? "");
    const [address, setAddress] = useState(of?.address ?? "");
    const [smtp, setSmtp] = useState<Account>({ ...SMTP, ...of?.smtp });
    const [imap, setImap] = useState<Account>({ ...IMAP, ...(of?.imap.host ? of.imap : {}) });
    const [same, setSame] = useState(!of);
    const [limits, setLimits] = useState({
        daily_cap: of?.daily_cap ?? 0,
        per_minute: of?.per_minute ?? 0,
        per_domain_minute: of?.per_domain_minute ?? 0,
    });
    const [ramp, setRamp] = useState(of?.ramp ?? { start: 20, growth: 20, ceiling: 1000 });
    const asSmtp = { user: smtp.user, login: smtp.login, secret: smtp.secret };
    const user = { ...smtp, user: smtp.user || (of ? "" : address) };
    const save = useMutation({
        mutationFn: () => {
            const body = {
                name,
                address,
                smtp: sent(user),
                imap: imap.host ? sent(same ? { ...imap, ...asSmtp, user: user.user } : imap) : { host: "" },
                ...limits,
                ramp,
            };
            return of
                ? data(api.PATCH("/api/mailboxes/{id}", { params: { path: { id: of.id } }, body }))
                : data(api.POST("/api/mailboxes", { body }));
        },
        onSuccess: async (made) => {
            await client.invalidateQueries({ queryKey: ["mailbox"] });
            notify(t.saved);
            done(made);
        },
    });
    const problem = save.error instanceof ApiProblem ? save.error : undefined;
    const shown = ["name", "address", "smtp", "imap"].some((one) => problem?.field(one));
    const amount = (label: string, value: number, set: (value: number) => void, help?: string) => (
        <NumberInput
            label={label}
            description={help}
            value={value || ""}
            min={0}
            max={10_000_000}
            hideControls
            onChange={(next) => set(Number(next) || 0)}
        />
    );
    return (
        <form
            className="stack"
            style={{ gap: 16 }}
            onSubmit={(event: FormEvent) => {
                event.preventDefault();
                save.mutate();
            }}
        >
            <TextInput
                label={t.name}
                description={t.nameHelp}
                value={name}
                maxLength={200}
                error={problem?.field("name")}
                required
                data-autofocus
                onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
                type="email"
                label={t.address}
                value={address}
                error={problem?.field("address")}
                required
                onChange={(event) => setAddress(event.currentTarget.value.trim())}
            />
            <Server
                kind="smtp"
                of={user}
                saved={of?.smtp}
                set={(change) => setSmtp((old) => ({ ...old, ...change }))}
                problem={problem?.field("smtp")}
            />
            <Server
                kind="imap"
                of={imap}
                saved={of?.imap}
                set={(change) => setImap((old) => ({ ...old, ...change }))}
                problem={problem?.field("imap")}
                asOther={same}
            >
                <Checkbox
                    label={t.sameAsSmtp}
                    checked={same}
                    onChange={(event) => setSame(event.currentTarget.checked)}
                />
            </Server>
            <fieldset className={classes.group_}>
                <legend>{t.ramp}</legend>
                <p className="help">{t.rampFormHelp}</p>
                <div className={classes.server}>
                    {amount(t.start, ramp.start, (start) => setRamp({ ...ramp, start }))}
                    {amount(t.growth, ramp.growth, (growth) => setRamp({ ...ramp, growth }))}
                    {amount(t.top, ramp.ceiling, (ceiling) => setRamp({ ...ramp, ceiling }))}
                </div>
            </fieldset>
            <fieldset className={classes.group_}>
                <legend>{t.limits}</legend>
                <p className="help">{t.limitsHelp}</p>
                <div className={classes.server}>
                    {amount(t.perDay, limits.daily_cap, (daily_cap) => setLimits({ ...limits, daily_cap }))}
                    {amount(t.perMinute, limits.per_minute, (per_minute) =>
                        setLimits({ ...limits, per_minute }),
                    )}
                    {amount(t.perDomain, limits.per_domain_minute, (per_domain_minute) =>
                        setLimits({ ...limits, per_domain_minute }),
                    )}
                </div>
            </fieldset>
            {problem && !shown && <Trouble error={problem} />}
            <div>
                <Button type="submit" variant="filled" loading={save.isPending}>
                    {t.save}
                </Button>
            </div>
        </form>
    );
}
