// One person: everything that is stored about them as a file, and erasing them.
import { Button, Modal, TextInput } from "@mantine/core";
import { IconDownload, IconSearch, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { Link } from "react-router";
import { api, data } from "../../api/client";
import { Avatar } from "../../parts/avatar";
import { Card } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./settings.module.css";

interface Found {
    id: string;
    name: string;
    email: string | null;
}

export function Person() {
    const text = useText();
    const t = text.settings.privacy;
    const format = useFormat();
    const [words, setWords] = useState("");
    const asked = useDeferredValue(words.trim());
    const [chosen, setChosen] = useState<Found>();
    const mayErase = useMay("privacy.write");
    const found = useQuery({
        queryKey: ["contact", "person", asked],
        queryFn: ({ signal }) =>
            data(api.GET("/api/search", { params: { query: { q: asked, limit: 8 } }, signal })),
        enabled: asked.length >= 2,
    });
    const saved = useMutation({ mutationFn: (person: Found) => download(person) });
    return (
        <Card title={t.person}>
            <div className={classes.inside}>
                <p className="t2">{t.personHelp}</p>
                <TextInput
                    aria-label={t.findPerson}
                    placeholder={t.findPerson}
                    leftSection={<IconSearch size={16} stroke={1.75} aria-hidden />}
                    value={words}
                    onChange={(event) => setWords(event.currentTarget.value)}
                />
                {found.error && <Trouble error={found.error} />}
                {asked.length >= 2 && found.data && !found.data.contacts.length && (
                    <p className="muted">{text.shell.palette.nothing}</p>
                )}
            </div>
            {asked.length >= 2 &&
                found.data?.contacts.map((one) => {
                    const person = { id: one.id, name: format.name(one), email: one.email };
                    return (
                        <div key={one.id} className={classes.line}>
                            <Avatar name={person.name} />
                            <Link to={`/contacts/${one.id}`} className="grow truncate">
                                <span className="medium">{person.name}</span>{" "}
                                <span className="muted">{person.email !== person.name && person.email}</span>
                            </Link>
                            <Button
                                leftSection={<IconDownload size={16} stroke={1.75} />}
                                onClick={() => saved.mutate(person)}
                            >
                                {t.export}
                            </Button>
                            {mayErase && (
                                <Button
                                    variant="subtle"
                                    className="danger"
                                    leftSection={<IconTrash size={16} stroke={1.75} />}
                                    onClick={() => setChosen(person)}
                                >
                                    {t.erase}
                                </Button>
                            )}
                        </div>
                    );
                })}
            {saved.error && <Trouble error={saved.error} />}
            <Modal
                opened={!!chosen}
                onClose={() => setChosen(undefined)}
                title={t.eraseTitle(chosen?.name ?? "")}
            >
                {chosen && <Erase person={chosen} close={() => setChosen(undefined)} />}
            </Modal>
        </Card>
    );
}

async function download(person: Found) {
    const all = await data(api.GET("/api/contacts/{id}/export", { params: { path: { id: person.id } } }));
    const file = new Blob([JSON.stringify(all, null, 2)], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `sluice-${person.id}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function Erase({ person, close }: { person: Found; close: () => void }) {
    const text = useText();
    const t = text.settings.privacy;
    const format = useFormat();
    const client = useQueryClient();
    const erase = useMutation({
        mutationFn: () => data(api.POST("/api/contacts/{id}/erase", { params: { path: { id: person.id } } })),
        onSuccess: () => client.invalidateQueries(),
    });
    if (erase.data)
        return (
            <div className="stack" style={{ gap: 12 }}>
                <p>{t.isErased(format.number(erase.data.events))}</p>
                {erase.data.perhaps_also.length > 0 && (
                    <>
                        <p>{t.perhapsAlso}</p>
                        {erase.data.perhaps_also.map((one) => (
                            <Link key={one.id} className="link" to={`/contacts/${one.id}`}>
                                {one.user_id}
                            </Link>
                        ))}
                    </>
                )}
                <div>
                    <Button onClick={close}>{text.shell.close}</Button>
                </div>
            </div>
        );
    return (
        <div className="stack" style={{ gap: 12 }}>
            <p>{t.eraseHelp}</p>
            {erase.error && <Trouble error={erase.error} />}
            <div className="row" style={{ justifyContent: "flex-end" }}>
                <Button onClick={close}>{text.shell.cancel}</Button>
                <Button
                    className={classes.final}
                    variant="filled"
                    loading={erase.isPending}
                    onClick={() => erase.mutate()}
                >
                    {t.eraseName(person.name)}
                </Button>
            </div>
        </div>
    );
}
