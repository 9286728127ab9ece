// A hand-over that waits for its answer.
import { Button, TextInput } from "@mantine/core";
import { IconArrowsExchange } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, data } from "../../api/client";
import { KeyButton, When } from "../../parts/basic";
import { useKeys } from "../../shell/keys";
import { useColleagues, useSession } from "../../shell/session";
import { sentenceOf } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./contact.module.css";
import { useHandover } from "./deeds";
import { Ask } from "./fields";

function ReturnForm({ id, done }: { id: string; done: () => void }) {
    const text = useText();
    const handover = useHandover(id);
    const [reason, setReason] = useState("");
    async function submit(event: FormEvent) {
        event.preventDefault();
        if (!reason.trim()) return;
        await handover.mutateAsync({ reason: reason.trim() });
        done();
    }
    return (
        <form onSubmit={submit} className={classes.form}>
            <TextInput
                data-autofocus
                label={text.contact.owner.reason}
                value={reason}
                maxLength={1000}
                onChange={(event) => setReason(event.currentTarget.value)}
            />
            {handover.error && <p className="danger">{sentenceOf(text, handover.error)}</p>}
            <Button type="submit" variant="filled" loading={handover.isPending}>
                {text.contact.act.return}
            </Button>
        </form>
    );
}

export function OpenHandover({ id, may }: { id: string; may: boolean }) {
    const text = useText();
    const session = useSession();
    const colleagues = useColleagues();
    const handover = useHandover(id);
    const query = useQuery({
        queryKey: ["handover", id],
        queryFn: () =>
            data(
                api.GET("/api/handovers", {
                    params: {
                        query: { state: "open", filter: `contact is ${JSON.stringify(id)}`, limit: 1 },
                    },
                }),
            ),
    });
    const open = query.data?.items[0];
    const mine = !!open && open.owner === session.data?.user.id;
    useKeys({ a: () => handover.mutate({ accept: true }) }, mine && may);
    if (!open) return null;
    return (
        <div className={classes.handover}>
            <IconArrowsExchange size={16} stroke={1.75} aria-hidden />
            <span className="grow">
                {mine
                    ? text.contact.owner.waitingYou
                    : text.contact.owner.waiting(
                          colleagues.name(open.owner) ?? text.shell.unknownPerson,
                      )}{" "}
                · <When time={open.opened} />
            </span>
            {mine && may && (
                <>
                    <Ask
                        button={(show) => (
                            <Button variant="subtle" onClick={show}>
                                {text.contact.act.return}
                            </Button>
                        )}
                        form={(close) => <ReturnForm id={id} done={close} />}
                    />
                    <KeyButton
                        filled
                        keyName="A"
                        onClick={() => handover.mutate({ accept: true })}
                        loading={handover.isPending}
                    >
                        {text.contact.act.accept}
                    </KeyButton>
                </>
            )}
        </div>
    );
}
