// Log in: password, then the second factor if the person has one.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { ApiProblem, api, data } from "../../api/client";
import { useTitle } from "../../shell/page";
import { detailOf, sentenceOf } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./setup.module.css";

export function Component() {
    const text = useText();
    const client = useQueryClient();
    const navigate = useNavigate();
    const [params] = useSearchParams();
    const [error, setError] = useState("");
    const [needsCode, setNeedsCode] = useState(false);
    const [busy, setBusy] = useState(false);
    const [email, setEmail] = useState("");
    useTitle(text.setup.logIn);

    async function logIn(event: FormEvent<HTMLFormElement>) {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const code = String(form.get("code") ?? "").replace(/\s/g, "");
        setBusy(true);
        try {
            await data(
                api.POST("/api/session", {
                    body: {
                        email: String(form.get("email")),
                        password: String(form.get("password")),
                        ...(code ? { code } : {}),
                    },
                }),
            );
            await client.invalidateQueries();
            const to = params.get("to") ?? "/today";
            navigate(/^\/(?![/\\])/.test(to) ? to : "/today", { replace: true });
        } catch (problem) {
            setBusy(false);
            if (problem instanceof ApiProblem && problem.field("code") && !needsCode) {
                setNeedsCode(true);
                setError("");
            } else if (problem instanceof ApiProblem && problem.status === 401) setError(detailOf(problem));
            else setError(sentenceOf(text, problem));
        }
    }
    return (
        <main className={classes.alone}>
            <img src="/icon.svg" width={32} height={32} alt="" />
            <h1>{text.setup.logIn}</h1>
            <form onSubmit={logIn} className={classes.form}>
                <TextInput
                    name="email"
                    type="email"
                    label={text.setup.email}
                    onChange={(event) => setEmail(event.currentTarget.value)}
                    autoComplete="username"
                    required
                    autoFocus
                />
                <PasswordInput
                    name="password"
                    label={text.setup.password}
                    autoComplete="current-password"
                    required
                />
                {needsCode && (
                    <TextInput
                        name="code"
                        label={text.setup.code}
                        description={text.setup.codeHelp}
                        autoComplete="one-time-code"
                        required
                        autoFocus
                    />
                )}
                {error && (
                    <p role="alert" className="danger">
                        {error}
                    </p>
                )}
                <Button type="submit" variant="filled" size="md" loading={busy}>
                    {text.setup.logIn}
                </Button>
            </form>
            <Link to="/forgot" state={email} className="link">
                {text.setup.forgotten.question}
            </Link>
        </main>
    );
}
