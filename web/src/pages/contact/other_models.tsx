// Where the contact stands under every definition, asked for on demand.

import { IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, data } from "../../api/client";
import { Chip, Loading } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./contact.module.css";

function Standings({ id, at }: { id: string; at?: string }) {
    const text = useText();
    const format = useFormat();
    const models = useQuery({
        queryKey: ["model", "all"],
        queryFn: () => data(api.GET("/api/models", { params: { query: { limit: 100 } } })),
    });
    const standings = useQuery({
        queryKey: ["contact", id, "standing", "all", at],
        queryFn: () =>
            data(
                api.GET("/api/contacts/{id}/standing", {
                    params: { path: { id }, query: { at, model: "all" } },
                }),
            ),
    });
    const error = models.error ?? standings.error;
    if (error) return <Trouble error={error} retry={standings.refetch} />;
    if (!models.data || !standings.data) return <Loading rows={3} height={32} />;
    const shown = standings.data.items.flatMap((one) => {
        const model = models.data.items.find((other) => String(other.version) === one.version);
        return model && model.state !== "archived" ? [{ ...one, model }] : [];
    });
    if (shown.length < 2) return <p className={`${classes.none} t2`}>{text.contact.why.underAllNone}</p>;
    return (
        <ul className={classes.models}>
            {shown.map(({ model, standing }) => (
                <li key={model.id}>
                    <Link to={`/models/${model.id}`} className="truncate">
                        {model.title}
                    </Link>
                    {model.state === "active" && <Chip kind="accent">{text.contact.models.active}</Chip>}
                    <span className="grow" />
                    <span className="medium">
                        {standing.stage === "none" ? text.shell.stageNone : standing.stage}
                    </span>
                    {standing.since && <span className="muted num">{format.when(standing.since)}</span>}
                </li>
            ))}
        </ul>
    );
}

export function OtherModels({ id, at }: { id: string; at?: string; name: string }) {
    const text = useText();
    const [open, setOpen] = useState(false);
    return (
        <div className={classes.others}>
            <button
                type="button"
                className={classes.nextHead}
                aria-expanded={open}
                onClick={() => setOpen(!open)}
            >
                <IconChevronRight size={14} stroke={1.75} className={classes.chevron} aria-hidden />
                <span className="t2">{text.contact.why.underAll}</span>
            </button>
            {open && <Standings id={id} at={at} />}
        </div>
    );
}
