// The second factor: a secret for the authenticator app as a QR code, confirmed by a code; recovery codes.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, lazy, Suspense, useState } from "react";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { Card, Chip } from "../../parts/basic";
import { Copy } from "../../parts/copy";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./settings.module.css";

const QrCode = lazy(() => import("./qr"));

export function TwoFactor({ on }: { on: boolean }) {
    const text = useText();
    const t = text.settings.account;
    const client = useQueryClient();
    const [secret, setSecret] = useState<Schemas["TwoFactorSecret"]>();
    const [codes, setCodes] = useState<string[]>();
    const done = (answer?: Schemas["RecoveryCodes"]) => {
        setSecret(undefined);
        setCodes(answer?.recovery_codes);
        client.invalidateQueries({ queryKey: ["session"] });
    };
    const begin = useMutation({
        mutationFn: (password: string) => data(api.POST("/api/session/two-factor", { body: { password } })),
        onSuccess: setSecret,
    });
    const confirm = useMutation({
        mutationFn: (code: string) => data(api.POST("/api/session/two-factor/confirm", { body: { code } })),
        onSuccess: done,
    });
    const renew = useMutation({
        mutationFn: (password: string) =>
            data(api.POST("/api/session/recovery-codes", { body: { password } })),
        onSuccess: done,
    });
    const end = useMutation({
        mutationFn: (password: string) =>
            data(api.POST("/api/session/two-factor/disable", { body: { password } })),
        onSuccess: () => done(),
    });
    return (
        <Card
            title={t.twoFactor}
            control={<Chip kind={on ? "accent" : "plain"}>{on ? t.twoFactorIsOn : t.twoFactorIsOff}</Chip>}
        >
            <div className={classes.inside}>
                {codes && <Codes codes={codes} />}
                {!on && !secret && (
                    <>
                        <p className="t2">{t.twoFactorHelp}</p>
                        <AskPassword
                            act={t.setUp}
                            run={begin.mutate}
                            busy={begin.isPending}
                            error={begin.error}
                        />
                    </>
                )}
                {!on && secret && (
                    <Confirm
                        secret={secret}
                        run={confirm.mutate}
                        busy={confirm.isPending}
                        error={confirm.error}
                    />
                )}
                {on && (
                    <>
                        <p className="t2">{t.twoFactorOnHelp}</p>
                        <AskPassword
                            act={t.newCodes}
                            run={renew.mutate}
                            busy={renew.isPending || end.isPending}
                            error={renew.error ?? end.error}
                            other={{ act: t.turnOff, run: end.mutate }}
                        />
                    </>
                )}
            </div>
        </Card>
    );
}

function AskPassword(props: {
    act: string;
    run: (password: string) => void;
    busy: boolean;
    error: unknown;
    other?: { act: string; run: (password: string) => void };
}) {
    const text = useText();
    const problem = props.error instanceof ApiProblem ? props.error : undefined;
    function submit(event: FormEvent<HTMLFormElement>) {
        event.preventDefault();
        const by = (event.nativeEvent as SubmitEvent).submitter as HTMLButtonElement | null;
        const password = String(new FormData(event.currentTarget).get("password"));
        (by?.value === "other" && props.other ? props.other.run : props.run)(password);
    }
    return (
        <form className={classes.form} onSubmit={submit}>
            <PasswordInput
                name="password"
                label={text.settings.account.yourPassword}
                autoComplete="current-password"
                error={problem?.field("password")}
                required
            />
            <div className="row">
                <Button type="submit" loading={props.busy}>
                    {props.act}
                </Button>
                {props.other && (
                    <Button type="submit" value="other" variant="subtle">
                        {props.other.act}
                    </Button>
                )}
            </div>
            {problem && !problem.errors.length && <Trouble error={problem} />}
        </form>
    );
}

function Confirm(props: {
    secret: Schemas["TwoFactorSecret"];
    run: (code: string) => void;
    busy: boolean;
    error: unknown;
}) {
    const text = useText();
    const t = text.settings.account;
    const problem = props.error instanceof ApiProblem ? props.error : undefined;
    return (
        <div className={classes.split}>
            <Suspense fallback={<div className={classes.qr} />}>
                <QrCode text={props.secret.uri} label={t.qr} />
            </Suspense>
            <form
                className={classes.form}
                onSubmit={(event) => {
                    event.preventDefault();
                    props.run(String(new FormData(event.currentTarget).get("code")).replace(/\s/g, ""));
                }}
            >
                <p>{t.scan}</p>
                <Copy value={props.secret.secret} label={t.secret} />
                <TextInput
                    name="code"
                    label={text.setup.code}
                    description={t.codeHelp}
                    autoComplete="one-time-code"
                    inputMode="numeric"
                    error={problem?.field("code")}
                    required
                />
                <div>
                    <Button type="submit" variant="filled" loading={props.busy}>
                        {t.turnOn}
                    </Button>
                </div>
                {problem && !problem.errors.length && <Trouble error={problem} />}
            </form>
        </div>
    );
}

function Codes({ codes }: { codes: string[] }) {
    const text = useText();
    const t = text.settings.account;
    return (
        <div className={classes.once}>
            <p className="medium">{t.codes}</p>
            <p>{t.codesHelp}</p>
            <div className={classes.codes}>
                {codes.map((code) => (
                    <span key={code}>{code}</span>
                ))}
            </div>
            <Copy value={codes.join(" ")} label={t.codes} />
        </div>
    );
}
