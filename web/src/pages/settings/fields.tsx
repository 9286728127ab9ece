// What is known of contacts: traits with how many have them, facts, the events seen.
import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, data } from "../../api/client";
import { Card, Chip, Loading, When } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./settings.module.css";

export default function Fields() {
    const text = useText();
    const t = text.settings.fields;
    const format = useFormat();
    const [words, setWords] = useState("");
    const fields = useQuery({ queryKey: ["field"], queryFn: () => data(api.GET("/api/fields")) });
    if (fields.error) return <Trouble error={fields.error} retry={fields.refetch} />;
    if (!fields.data) return <Loading />;
    const fits = (name: string) => name.toLowerCase().includes(words.trim().toLowerCase());
    const traits = fields.data.traits.filter((one) => fits(one.name));
    const facts = fields.data.facts.filter((one) => fits(one.name) || fits(one.label));
    const events = fields.data.events.filter((one) => fits(one.name));
    return (
        <>
            <p className="t2">{t.help}</p>
            <TextInput
                aria-label={text.shell.keys.filter}
                placeholder={t.find}
                leftSection={<IconSearch size={16} stroke={1.75} aria-hidden />}
                value={words}
                onChange={(event) => setWords(event.currentTarget.value)}
            />
            <Card title={t.traits} quiet={traits.length}>
                <div className={classes.scroll}>
                    <table className={classes.table}>
                        <thead>
                            <tr>
                                <th>{t.name}</th>
                                <th>{t.type}</th>
                                <th className={classes.wide}>{t.examples}</th>
                                <th className={classes.end}>{t.contacts}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {traits.map((one) => (
                                <tr key={one.name}>
                                    <td className="mono">{one.name}</td>
                                    <td>{t.types[one.type]}</td>
                                    <td className={`${classes.wide} muted`}>
                                        <span
                                            className="truncate"
                                            style={{ display: "block", maxWidth: 320 }}
                                        >
                                            {one.values.slice(0, 4).join(", ")}
                                        </span>
                                    </td>
                                    <td className="num">
                                        <Link
                                            className="link"
                                            to={`/contacts?filter=${encodeURIComponent(`${one.name} known`)}`}
                                        >
                                            {format.number(one.contacts)}
                                        </Link>
                                    </td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            </Card>
            <Card title={t.facts} quiet={facts.length}>
                {facts.map((one) => (
                    <div key={one.name} className={classes.line}>
                        <span className="grow">{one.label}</span>
                        <span className="mono muted">{one.name}</span>
                        <Chip>{one.built_in ? t.builtIn : t.ofModel}</Chip>
                    </div>
                ))}
            </Card>
            <Card title={t.events} quiet={events.length}>
                {!events.length && <p className={`${classes.inside} muted`}>{t.noEvents}</p>}
                {events.length > 0 && (
                    <div className={classes.scroll}>
                        <table className={classes.table}>
                            <thead>
                                <tr>
                                    <th>{t.name}</th>
                                    <th>{t.direction}</th>
                                    <th className={classes.wide}>{t.lastSeen}</th>
                                    <th className={classes.end}>{t.count}</th>
                                </tr>
                            </thead>
                            <tbody>
                                {events.map((one) => (
                                    <tr key={`${one.name} ${one.direction}`}>
                                        <td className="mono">{one.name}</td>
                                        <td>{t.directions[one.direction]}</td>
                                        <td className={classes.wide}>
                                            <When time={one.last_seen} />
                                        </td>
                                        <td className="num">{format.number(one.count)}</td>
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    </div>
                )}
            </Card>
        </>
    );
}
