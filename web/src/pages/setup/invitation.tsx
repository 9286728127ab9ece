// The page of a one-time link: the first owner, somebody invited, somebody who forgot the password.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { Loading } from "../../parts/basic";
import { useTitle } from "../../shell/page";
import { sentenceOf, Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./setup.module.css";

type Wrong = Partial<Record<"email" | "name" | "password" | "again" | "whole", string>>;

export function Component() {
    const text = useText();
    const { token = "" } = useParams();
    const link = useQuery({
        queryKey: ["link", token],
        queryFn: () => data(api.GET("/api/setup/{token}", { params: { path: { token } } })),
        retry: false,
        staleTime: Number.POSITIVE_INFINITY,
    });
    const used = link.error instanceof ApiProblem && link.error.status === 404;
    useTitle(text.setup.title);
    return (
        <main className={classes.alone}>
            <img src="/icon.svg" width={32} height={32} alt="" />
            {link.isPending && <Loading rows={3} />}
            {used && (
                <>
                    <h1>{text.setup.usedUp}</h1>
                    <p className={classes.reading}>{text.setup.usedUpHelp}</p>
                    <Button component={Link} to="/login">
                        {text.setup.logIn}
                    </Button>
                    <Link to="/forgot" className="link">
                        {text.setup.forgotten.question}
                    </Link>
                </>
            )}
            {link.error && !used && <Trouble error={link.error} retry={link.refetch} />}
            {link.data && <Choose token={token} link={link.data} />}
        </main>
    );
}

function Choose({ token, link }: { token: string; link: Schemas["Setup"] }) {
    const text = useText();
    const client = useQueryClient();
    const navigate = useNavigate();
    const [wrong, setWrong] = useState<Wrong>({});
    const [busy, setBusy] = useState(false);
    const first = link.email === null;

    async function choose(event: FormEvent<HTMLFormElement>) {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const said = (name: string) => String(form.get(name) ?? "");
        if (said("password") !== said("again")) return setWrong({ again: text.setup.notTheSame });
        setBusy(true);
        try {
            const user = await data(
                api.POST("/api/setup/{token}", {
                    params: { path: { token } },
                    body: {
                        password: said("password"),
                        ...(first ? { email: said("email") } : {}),
                        ...(said("name") ? { name: said("name") } : {}),
                    },
                }),
            );
            await client.invalidateQueries({ queryKey: ["session"] });
            // Whoever has a second factor logs in with it.
            navigate(user.two_factor ? "/login" : first ? "/welcome" : "/today", { replace: true });
        } catch (problem) {
            setBusy(false);
            if (problem instanceof ApiProblem && problem.errors.length)
                setWrong(Object.fromEntries(problem.errors.map((one) => [one.field, capital(one.message)])));
            else setWrong({ whole: sentenceOf(text, problem) });
        }
    }
    return (
        <>
            <h1>
                {first
                    ? text.setup.becomeOwner
                    : link.kind === "reset"
                      ? text.setup.newPassword
                      : text.setup.invited}
            </h1>
            <p className={classes.reading}>
                {first ? text.setup.becomeOwnerHelp : text.setup.choosePassword(link.email ?? "")}
            </p>
            <form onSubmit={choose} className={classes.form}>
                {first ? (
                    <TextInput
                        name="email"
                        type="email"
                        label={text.setup.email}
                        autoComplete="username"
                        error={wrong.email}
                        required
                        autoFocus
                    />
                ) : (
                    <input hidden readOnly autoComplete="username" value={link.email ?? ""} />
                )}
                {link.kind !== "reset" && (
                    <TextInput
                        name="name"
                        label={text.setup.yourName}
                        description={text.setup.yourNameHelp}
                        autoComplete="name"
                        error={wrong.name}
                        autoFocus={!first}
                    />
                )}
                <PasswordInput
                    name="password"
                    label={text.setup.password}
                    description={text.setup.passwordHelp}
                    autoComplete="new-password"
                    error={wrong.password}
                    required
                />
                <PasswordInput
                    name="again"
                    label={text.setup.passwordAgain}
                    autoComplete="new-password"
                    error={wrong.again}
                    required
                />
                {wrong.whole && (
                    <p role="alert" className="danger">
                        {wrong.whole}
                    </p>
                )}
                <Button type="submit" variant="filled" size="md" loading={busy}>
                    {first ? text.setup.createOwner : text.setup.savePassword}
                </Button>
            </form>
        </>
    );
}

const capital = (message: string) => `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
