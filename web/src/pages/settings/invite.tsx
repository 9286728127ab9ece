// Invite somebody: the answer is a link to hand on, good for a week.
import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { Copy } from "../../parts/copy";
import { useSession } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./settings.module.css";

export type Role = Schemas["User"]["role"];
export const ROLES: Role[] = ["owner", "admin", "marketer", "seller", "viewer"];

// Mails somebody a one-time link; false: no mail goes out here yet.
export async function mailLink(id: string): Promise<boolean> {
    const answer = await data(api.POST("/api/users/{id}/mail", { params: { path: { id } } }));
    return answer.mail === "ready";
}

export function Invite() {
    const text = useText();
    const client = useQueryClient();
    const own = useSession().data?.user.role;
    const [role, setRole] = useState<Role>("seller");
    const [ownOnly, setOwnOnly] = useState(false);
    const [invited, setInvited] = useState<{ email: string; link: string; mailed: boolean }[]>([]);
    const invite = useMutation({
        mutationFn: async (body: Schemas["UserNew"]) => {
            const user = await data(api.POST("/api/users", { body }));
            // The account is there, whatever becomes of the mail.
            return { ...user, mailed: await mailLink(user.id).catch(() => false) };
        },
        onSuccess: (user) => {
            setInvited((all) => [{ email: user.email, link: user.link ?? "", mailed: user.mailed }, ...all]);
            client.invalidateQueries({ queryKey: ["user"] });
            client.invalidateQueries({ queryKey: ["checklist"] });
        },
    });
    function submit(event: FormEvent<HTMLFormElement>) {
        event.preventDefault();
        const form = event.currentTarget;
        const said = new FormData(form);
        const name = String(said.get("name") ?? "");
        invite.mutate(
            {
                email: String(said.get("email")),
                role,
                own_only: role === "seller" && ownOnly,
                ...(name ? { name } : {}),
            },
            { onSuccess: () => form.reset() },
        );
    }
    const problem = invite.error instanceof ApiProblem ? invite.error : undefined;
    return (
        <>
            <form className={classes.form} onSubmit={submit}>
                <TextInput
                    name="email"
                    type="email"
                    label={text.settings.users.email}
                    required
                    error={problem?.field("email")}
                />
                <TextInput name="name" label={text.settings.users.name} error={problem?.field("name")} />
                <Select
                    label={text.settings.users.role}
                    description={text.settings.users.roleHelp[role]}
                    data={ROLES.filter((one) => one !== "owner" || own === "owner").map((value) => ({
                        value,
                        label: text.settings.users.roles[value],
                    }))}
                    value={role}
                    onChange={(value) => setRole(value as Role)}
                />
                {role === "seller" && (
                    <Checkbox
                        label={text.settings.users.ownOnly}
                        checked={ownOnly}
                        onChange={(event) => setOwnOnly(event.currentTarget.checked)}
                    />
                )}
                <div>
                    <Button type="submit" loading={invite.isPending}>
                        {text.settings.users.invite}
                    </Button>
                </div>
            </form>
            {problem && !problem.errors.length && <Trouble error={problem} />}
            {invited.map((one) => (
                <div key={one.email} className={classes.once}>
                    {one.mailed && <p>{text.settings.users.mailed(one.email)}</p>}
                    <p>{text.settings.users.handOn(one.email)}</p>
                    <Copy value={one.link} label={text.settings.users.linkFor(one.email)} />
                </div>
            ))}
        </>
    );
}
