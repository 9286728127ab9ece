// One's own account: name, password, second factor, sessions.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem, api, data } from "../../api/client";
import { Card, Chip, Loading, When } from "../../parts/basic";
import { useSession } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import classes from "./settings.module.css";
import { TwoFactor } from "./two_factor";

export default function Account() {
    const session = useSession();
    if (!session.data) return <Loading />;
    return (
        <>
            <Name name={session.data.user.name} email={session.data.user.email} />
            <Password />
            <TwoFactor on={session.data.user.two_factor} />
            <Sessions />
        </>
    );
}

function Name({ name, email }: { name: string; email: string }) {
    const text = useText();
    const t = text.settings.account;
    const client = useQueryClient();
    const notify = useNotify();
    const put = (value: string) =>
        data(api.PATCH("/api/session", { body: { name: value } })).then(() =>
            client.invalidateQueries({ queryKey: ["session"] }),
        );
    const save = useMutation({
        mutationFn: put,
        onSuccess: () => notify(t.nameChanged, () => put(name)),
    });
    return (
        <Card title={t.you} quiet={email}>
            <form
                className={classes.inside}
                onSubmit={(event) => {
                    event.preventDefault();
                    save.mutate(String(new FormData(event.currentTarget).get("name")));
                }}
            >
                <div className={classes.form}>
                    <TextInput
                        name="name"
                        label={t.name}
                        defaultValue={name}
                        autoComplete="name"
                        maxLength={200}
                    />
                    <div>
                        <Button type="submit" loading={save.isPending}>
                            {text.shell.save}
                        </Button>
                    </div>
                    {save.error && <Trouble error={save.error} />}
                </div>
            </form>
        </Card>
    );
}

function Password() {
    const text = useText();
    const t = text.settings.account;
    const client = useQueryClient();
    const notify = useNotify();
    const [again, setAgain] = useState(false);
    const save = useMutation({
        mutationFn: (body: { current: string; password: string }) =>
            data(api.POST("/api/session/password", { body })),
        onSuccess: () => {
            notify(t.passwordChanged);
            client.invalidateQueries({ queryKey: ["sessions"] });
        },
    });
    function submit(event: FormEvent<HTMLFormElement>) {
        event.preventDefault();
        const form = event.currentTarget;
        const said = new FormData(form);
        const wrong = said.get("password") !== said.get("again");
        setAgain(wrong);
        if (!wrong)
            save.mutate(
                { current: String(said.get("current")), password: String(said.get("password")) },
                { onSuccess: () => form.reset() },
            );
    }
    const problem = save.error instanceof ApiProblem ? save.error : undefined;
    return (
        <Card title={t.password}>
            <form className={classes.inside} onSubmit={submit}>
                <div className={classes.form}>
                    <PasswordInput
                        name="current"
                        label={t.currentPassword}
                        autoComplete="current-password"
                        error={problem?.field("current")}
                        required
                    />
                    <PasswordInput
                        name="password"
                        label={t.newPassword}
                        description={text.setup.passwordHelp}
                        autoComplete="new-password"
                        error={problem?.field("password")}
                        required
                    />
                    <PasswordInput
                        name="again"
                        label={text.setup.passwordAgain}
                        autoComplete="new-password"
                        error={again && text.setup.notTheSame}
                        required
                    />
                    <div>
                        <Button type="submit" loading={save.isPending}>
                            {t.changePassword}
                        </Button>
                    </div>
                    {problem && !problem.errors.length && <Trouble error={problem} />}
                </div>
            </form>
        </Card>
    );
}

function Sessions() {
    const text = useText();
    const t = text.settings.account;
    const client = useQueryClient();
    const sessions = useQuery({
        queryKey: ["sessions"],
        queryFn: () => data(api.GET("/api/sessions", { params: { query: { limit: 100, sort: "-seen" } } })),
    });
    const refresh = () => client.invalidateQueries({ queryKey: ["sessions"] });
    const end = useMutation({
        mutationFn: (id: string) => data(api.DELETE("/api/sessions/{id}", { params: { path: { id } } })),
        onSettled: refresh,
    });
    const endOthers = useMutation({
        mutationFn: () => data(api.DELETE("/api/sessions")),
        onSettled: refresh,
    });
    const items = sessions.data?.items ?? [];
    return (
        <Card
            title={t.sessions}
            quiet={items.length || undefined}
            control={items.length > 1 && <Button onClick={() => endOthers.mutate()}>{t.endOthers}</Button>}
        >
            {sessions.isPending && <Loading rows={2} />}
            {sessions.error && <Trouble error={sessions.error} retry={sessions.refetch} />}
            {items.map((one) => (
                <div key={one.id} className={classes.line}>
                    <span className="stack grow" style={{ gap: 0 }}>
                        <span className="truncate" title={one.agent}>
                            {browserOf(one.agent) || t.program}
                        </span>
                        <span className="help">
                            {one.client} · <When time={one.seen} />
                        </span>
                    </span>
                    {one.current ? (
                        <Chip kind="accent">{t.thisOne}</Chip>
                    ) : (
                        <Button onClick={() => end.mutate(one.id)}>{t.end}</Button>
                    )}
                </div>
            ))}
        </Card>
    );
}

// "Firefox, Linux" of a user agent; empty where neither is known.
export function browserOf(agent: string): string {
    const browser = ["Edg", "OPR", "Firefox", "Chrome", "Safari"].find((name) => agent.includes(`${name}/`));
    const system = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux"].find((name) =>
        agent.includes(name),
    );
    const names: Record<string, string> = { Edg: "Edge", OPR: "Opera", "Mac OS X": "macOS" };
    return [browser, system]
        .filter((one) => one !== undefined)
        .map((one) => names[one] ?? one)
        .join(", ");
}
