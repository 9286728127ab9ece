// Somebody forgot the password: asks for the address. What is said then is the same whether there is an account or not.
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Link, useLocation } from "react-router";
import { api, data } from "../../api/client";
import { useTitle } from "../../shell/page";
import { sentenceOf } from "../../shell/trouble";
import { useLanguage, useText } from "../../text";
import classes from "./setup.module.css";

export function Component() {
    const text = useText();
    const t = text.setup.forgotten;
    const language = useLanguage();
    const [email, setEmail] = useState(String(useLocation().state ?? ""));
    const [error, setError] = useState("");
    const [busy, setBusy] = useState(false);
    const [asked, setAsked] = useState<{ mailed: boolean }>();
    useTitle(t.title);

    async function ask(event: FormEvent<HTMLFormElement>) {
        event.preventDefault();
        setBusy(true);
        setError("");
        try {
            const answer = await data(api.POST("/api/password-reset", { body: { email, language } }));
            setAsked({ mailed: answer.mail === "ready" });
        } catch (problem) {
            setError(sentenceOf(text, problem));
        }
        setBusy(false);
    }
    return (
        <main className={classes.alone}>
            <img src="/icon.svg" width={32} height={32} alt="" />
            {asked ? (
                <div role="status" className={classes.said}>
                    <h1>{asked.mailed ? t.onItsWay : t.noMail}</h1>
                    <p className={classes.reading}>{asked.mailed ? t.onItsWayHelp(email) : t.noMailHelp}</p>
                    {!asked.mailed && <code className={classes.command}>sluice user reset {email}</code>}
                </div>
            ) : (
                <>
                    <h1>{t.title}</h1>
                    <p className={classes.reading}>{t.help}</p>
                    <form onSubmit={ask} className={classes.form}>
                        <TextInput
                            type="email"
                            label={text.setup.email}
                            value={email}
                            onChange={(event) => setEmail(event.currentTarget.value)}
                            autoComplete="username"
                            required
                            autoFocus
                        />
                        {error && (
                            <p role="alert" className="danger">
                                {error}
                            </p>
                        )}
                        <Button type="submit" variant="filled" size="md" loading={busy}>
                            {t.send}
                        </Button>
                    </form>
                </>
            )}
            <Link to="/login" className="link">
                {t.back}
            </Link>
        </main>
    );
}
