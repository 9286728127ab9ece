// Who may log in, with which role.
import { ActionIcon, Button, Menu, Modal } from "@mantine/core";
import { IconDots, IconUserPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "../../api/client";
import { Avatar } from "../../parts/avatar";
import { Card, Chip, Loading, When } from "../../parts/basic";
import { Copy } from "../../parts/copy";
import { useMay, useSession } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { Invite, mailLink, ROLES } from "./invite";
import classes from "./settings.module.css";

type User = Schemas["User"];

export default function Users() {
    const text = useText();
    const t = text.settings.users;
    const mayChange = useMay("user.write");
    const [inviting, setInviting] = useState(false);
    const [link, setLink] = useState<{ email: string; link: string }>();
    const users = useQuery({
        queryKey: ["user"],
        queryFn: () => data(api.GET("/api/users", { params: { query: { limit: 500, sort: "email" } } })),
    });
    return (
        <>
            <Card
                title={text.settings.parts.users}
                quiet={users.data?.items.length}
                control={
                    mayChange && (
                        <Button
                            variant="filled"
                            leftSection={<IconUserPlus size={16} stroke={1.75} />}
                            onClick={() => setInviting(true)}
                        >
                            {t.invite}
                        </Button>
                    )
                }
            >
                {users.isPending && <Loading rows={4} />}
                {users.error && <Trouble error={users.error} retry={users.refetch} />}
                {users.data && (
                    <div className={classes.scroll}>
                        <table className={classes.table}>
                            <thead>
                                <tr>
                                    <th>{t.person}</th>
                                    <th>{t.role}</th>
                                    <th className={classes.wide}>{t.lastLogIn}</th>
                                    <th>
                                        <span className="sr-only">{text.shell.more}</span>
                                    </th>
                                </tr>
                            </thead>
                            <tbody>
                                {users.data.items.map((user) => (
                                    <Row key={user.id} user={user} mayChange={mayChange} showLink={setLink} />
                                ))}
                            </tbody>
                        </table>
                    </div>
                )}
            </Card>
            <Modal opened={inviting} onClose={() => setInviting(false)} title={t.invite}>
                <div className="stack" style={{ gap: 12 }}>
                    <Invite />
                </div>
            </Modal>
            <Modal opened={!!link} onClose={() => setLink(undefined)} title={t.newLink}>
                {link && (
                    <div className={classes.once}>
                        <p>{t.handOn(link.email)}</p>
                        <Copy value={link.link} label={t.linkFor(link.email)} />
                    </div>
                )}
            </Modal>
        </>
    );
}

function Row(props: {
    user: User;
    mayChange: boolean;
    showLink: (link: { email: string; link: string }) => void;
}) {
    const text = useText();
    const t = text.settings.users;
    const { user } = props;
    return (
        <tr>
            <td>
                <span className="row">
                    <Avatar name={user.name || user.email} />
                    <span className="stack" style={{ gap: 0 }}>
                        <span className="medium truncate">{user.name || user.email}</span>
                        {user.name && <span className="help truncate">{user.email}</span>}
                    </span>
                    {user.state !== "active" && (
                        <Chip kind={user.state === "invited" ? "warn" : "plain"}>{t.states[user.state]}</Chip>
                    )}
                    {user.two_factor && <Chip kind="accent">{t.twoFactor}</Chip>}
                </span>
            </td>
            <td>
                {t.roles[user.role]}
                {user.own_only && <span className="help"> · {t.ownOnlyShort}</span>}
            </td>
            <td className={classes.wide}>
                <When time={user.logged_in} />
            </td>
            <td>{props.mayChange && <Actions user={user} showLink={props.showLink} />}</td>
        </tr>
    );
}

function Actions({
    user,
    showLink,
}: {
    user: User;
    showLink: (link: { email: string; link: string }) => void;
}) {
    const text = useText();
    const t = text.settings.users;
    const client = useQueryClient();
    const notify = useNotify();
    const self = useSession().data?.user;
    const [trouble, setTrouble] = useState<unknown>();
    const params = { path: { id: user.id } };
    const patch = (body: Schemas["UserChange"]) => data(api.PATCH("/api/users/{id}", { params, body }));
    const refresh = () => client.invalidateQueries({ queryKey: ["user"] });
    // Only the person can set up a second factor again.
    function undo(body: Schemas["UserChange"]) {
        if ("two_factor" in body) return undefined;
        const was: Schemas["UserChange"] =
            "role" in body // another role takes the limit of a seller off
                ? { role: user.role, own_only: user.own_only }
                : "state" in body
                  ? { state: user.state as "active" | "disabled" }
                  : { own_only: user.own_only };
        return () => patch(was).then(refresh);
    }
    const change = useMutation({
        mutationFn: (body: Schemas["UserChange"]) => patch(body),
        onSuccess: (_, body) => notify(t.changed(user.name || user.email), undo(body)),
        onError: setTrouble,
        onSettled: refresh,
    });
    const ask = useMutation({
        mutationFn: () => data(api.POST("/api/users/{id}/link", { params })),
        onSuccess: (made) => showLink({ email: user.email, link: made.link }),
        onError: setTrouble,
    });
    const mail = useMutation({
        mutationFn: () => mailLink(user.id),
        onSuccess: (mailed) => notify(mailed ? t.mailed(user.email) : t.noMail),
        onError: setTrouble,
    });
    const remove = useMutation({
        mutationFn: () => data(api.DELETE("/api/users/{id}", { params })),
        onError: setTrouble,
        onSettled: refresh,
    });
    if (user.role === "owner" && self?.role !== "owner") return null;
    return (
        <>
            <Menu position="bottom-end">
                <Menu.Target>
                    <ActionIcon variant="subtle" color="gray" aria-label={t.actionsFor(user.email)}>
                        <IconDots size={16} stroke={1.75} />
                    </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                    <Menu.Label>{t.role}</Menu.Label>
                    {ROLES.filter((role) => role !== "owner" || self?.role === "owner").map((role) => (
                        <Menu.Item
                            key={role}
                            disabled={role === user.role}
                            onClick={() => change.mutate({ role })}
                        >
                            {t.roles[role]}
                        </Menu.Item>
                    ))}
                    {user.role === "seller" && (
                        <Menu.Item onClick={() => change.mutate({ own_only: !user.own_only })}>
                            {user.own_only ? t.allContacts : t.ownOnly}
                        </Menu.Item>
                    )}
                    <Menu.Divider />
                    {user.state !== "disabled" && (
                        <Menu.Item onClick={() => ask.mutate()}>
                            {user.state === "invited" ? t.linkAgain : t.newPassword}
                        </Menu.Item>
                    )}
                    {user.state !== "disabled" && (
                        <Menu.Item onClick={() => mail.mutate()}>{t.mailLink}</Menu.Item>
                    )}
                    {user.two_factor && (
                        <Menu.Item onClick={() => change.mutate({ two_factor: false })}>
                            {t.twoFactorOff}
                        </Menu.Item>
                    )}
                    {user.id !== self?.id && user.state === "active" && (
                        <Menu.Item onClick={() => change.mutate({ state: "disabled" })}>
                            {t.disable}
                        </Menu.Item>
                    )}
                    {user.state === "disabled" && (
                        <Menu.Item onClick={() => change.mutate({ state: "active" })}>{t.enable}</Menu.Item>
                    )}
                    {user.id !== self?.id && user.state !== "active" && (
                        <Menu.Item color="var(--danger)" onClick={() => remove.mutate()}>
                            {t.remove}
                        </Menu.Item>
                    )}
                </Menu.Dropdown>
            </Menu>
            <Modal opened={!!trouble} onClose={() => setTrouble(undefined)} title={user.email}>
                <Trouble error={trouble} />
            </Modal>
        </>
    );
}
