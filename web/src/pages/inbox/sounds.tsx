// What their words hint at. Nothing of it is recorded until a person confirms it.
import { Button } from "@mantine/core";
import { IconSparkles } from "@tabler/icons-react";
import { useState } from "react";
import { localDay } from "../../shell/format";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useMailText } from "../../text/mail";
import type { Deeds, Suggestion } from "./data";
import classes from "./inbox.module.css";

export function Sounds({ of, deeds }: { of: Suggestion; deeds: Deeds }) {
    const t = useMailText().inbox;
    const may = useMay("inbox.write");
    const [until, setUntil] = useState(of.until?.slice(0, 10) ?? "");
    const { decide } = deeds;
    const said =
        of.kind === "objection"
            ? t.sounds.objection(t.objections[of.topic ?? ""] ?? of.topic ?? "")
            : t.sounds[of.kind];
    return (
        <section className={classes.sounds} aria-label={said}>
            <div className="row wrap">
                <IconSparkles size={16} stroke={1.75} className="warn" aria-hidden />
                <span className="strong">{said}</span>
                <span>{t.nothingYet}</span>
            </div>
            {of.words && <p className="t2">{t.because(of.words)}</p>}
            {of.kind === "not_now" && (
                <label className="row">
                    {t.parkUntil}
                    <input
                        type="date"
                        className={classes.date}
                        value={until}
                        min={localDay(new Date())}
                        onChange={(event) => setUntil(event.currentTarget.value)}
                    />
                </label>
            )}
            {decide.error && <Trouble error={decide.error} />}
            {may && (
                <div className="row">
                    <Button
                        variant="filled"
                        loading={decide.isPending}
                        onClick={() =>
                            decide.mutate({
                                suggestion: of.id,
                                confirmed: true,
                                until: of.kind === "not_now" && until ? `${until}T08:00:00Z` : undefined,
                            })
                        }
                    >
                        {of.kind === "unsubscribe" ? t.confirmUnsubscribe : t.confirm}
                    </Button>
                    <Button
                        variant="subtle"
                        onClick={() => decide.mutate({ suggestion: of.id, confirmed: false })}
                    >
                        {t.not}
                    </Button>
                </div>
            )}
        </section>
    );
}
