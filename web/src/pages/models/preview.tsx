// What a draft changes: the funnel under it beside the active one, who moves, each with why.
import { Button } from "@mantine/core";
import { IconArrowRight, IconChevronDown, IconChevronRight, IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import { Avatar } from "../../parts/avatar";
import { Delta, Loading } from "../../parts/basic";
import { Stage, type StageName, StageRing, stageColour } from "../../parts/stage";
import { useFormat } from "../../shell/format";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import type { Draft, Preview } from "./data";
import { Flow, type Side } from "./flow";
import classes from "./preview.module.css";
import { Why } from "./why";

export function stagesOf(side: Side[]): StageName[] {
    return side.filter((one) => one.stage !== "none").map((one) => ({ name: one.stage, label: one.label }));
}

// The rows of both funnels: those of the draft in its order, then those that it no longer has.
function rows(preview: Preview) {
    const all = [
        ...preview.after,
        ...preview.before.filter((old) => !preview.after.some((one) => one.stage === old.stage)),
    ];
    return all.map((row) => ({
        ...row,
        before: preview.before.find((one) => one.stage === row.stage)?.count ?? 0,
        now: preview.after.find((one) => one.stage === row.stage)?.count ?? 0,
    }));
}

export function Funnels({ preview, active, draft }: { preview: Preview; active: string; draft: string }) {
    const text = useText();
    const format = useFormat();
    const stages = stagesOf(preview.after);
    const list = rows(preview);
    const most = Math.max(1, ...list.flatMap((row) => [row.before, row.now]));
    return (
        <table className={classes.funnels}>
            <thead>
                <tr>
                    <th>{text.models.preview.stage}</th>
                    <th>{active}</th>
                    <th>{draft}</th>
                    <th className={classes.bars}>
                        <span className="sr-only">{text.models.preview.bars}</span>
                    </th>
                    <th>{text.models.preview.change}</th>
                </tr>
            </thead>
            <tbody>
                {list.map((row) => {
                    const position = stages.findIndex((stage) => stage.name === row.stage) + 1;
                    return (
                        <tr key={row.stage} data-changed={row.before !== row.now || undefined}>
                            <td>
                                <span className={classes.stage}>
                                    <StageRing position={position} count={stages.length} />
                                    <span>{row.stage === "none" ? text.shell.stageNone : row.label}</span>
                                </span>
                            </td>
                            <td className="num t2">{format.number(row.before)}</td>
                            <td className="num medium">{format.number(row.now)}</td>
                            <td className={classes.bars} aria-hidden>
                                <i style={{ width: `${(row.before / most) * 100}%` }} />
                                <i
                                    style={{
                                        width: `${(row.now / most) * 100}%`,
                                        background: stageColour(position, stages.length),
                                    }}
                                />
                            </td>
                            <td>
                                <Delta value={row.now - row.before} />
                            </td>
                        </tr>
                    );
                })}
            </tbody>
        </table>
    );
}

function MoverRow(props: {
    mover: Preview["movers"]["items"][number];
    before: StageName[];
    after: StageName[];
    text: string;
}) {
    const [open, setOpen] = useState(false);
    const { mover } = props;
    return (
        <li>
            <button
                type="button"
                className={classes.mover}
                aria-expanded={open}
                onClick={() => setOpen(!open)}
            >
                <Avatar name={mover.name} />
                <span className="grow truncate">
                    <span className="medium">{mover.name}</span>{" "}
                    <span className="muted">{mover.company}</span>
                </span>
                <Stage name={mover.from} stages={props.before} tight />
                <IconArrowRight size={14} stroke={1.75} className="muted" aria-hidden />
                <Stage name={mover.to} stages={props.after} />
                {open ? (
                    <IconChevronDown size={16} stroke={1.75} className="muted" aria-hidden />
                ) : (
                    <IconChevronRight size={16} stroke={1.75} className="muted" aria-hidden />
                )}
            </button>
            {open && <Why contact={mover.id} text={props.text} to={mover.to} stages={props.after} />}
        </li>
    );
}

function Movers({ draft, preview }: { draft: Draft; preview: Preview }) {
    const text = useText();
    if (!draft.movers.length) return null;
    return (
        <section className={classes.part}>
            <header>
                <h2>{text.models.preview.movers}</h2>
            </header>
            <ul>
                {draft.movers.map((mover) => (
                    <MoverRow
                        key={mover.id}
                        mover={mover}
                        before={stagesOf(preview.before)}
                        after={stagesOf(preview.after)}
                        text={draft.asked}
                    />
                ))}
            </ul>
            {draft.more && (
                <div className={classes.more}>
                    <Button variant="subtle" loading={draft.loadingMore} onClick={draft.more}>
                        {text.shell.more}
                    </Button>
                </div>
            )}
        </section>
    );
}

export function PreviewPane({ draft, active }: { draft: Draft; active: string }) {
    const text = useText();
    const format = useFormat();
    const { preview } = draft;
    const words = text.models.preview;
    if (draft.error && !preview) return <Trouble error={draft.error} />;
    if (!preview) return <Loading rows={8} height={32} />;
    const moving = preview.flows.reduce((sum, flow) => sum + flow.count, 0);
    const wrong = draft.fresh && draft.checked?.ok === false;
    return (
        <div className={classes.pane} data-dimmed={wrong || undefined}>
            <section className={classes.part}>
                <header>
                    <h2>{words.title}</h2>
                    <span className="muted num truncate">
                        {words.replayed(format.number(preview.contacts), preview.milliseconds)}
                    </span>
                    <div className="grow" />
                    <span className={wrong ? classes.waits : classes.live} role="status">
                        <IconRefresh size={14} stroke={1.75} aria-hidden />
                        {wrong ? words.waits : words.live}
                    </span>
                </header>
                <Funnels preview={preview} active={active} draft={words.draft} />
            </section>
            <section className={classes.part}>
                <header>
                    <h2>{words.who}</h2>
                    <span className="num medium">{format.number(moving)}</span>
                    <span className="muted num">
                        {words.of(
                            format.number(preview.contacts),
                            format.percent(preview.contacts ? moving / preview.contacts : 0),
                        )}
                    </span>
                </header>
                {moving > 0 ? (
                    <Flow
                        before={preview.before}
                        after={preview.after}
                        flows={preview.flows}
                        left={words.under(active)}
                        right={words.underDraft}
                    />
                ) : (
                    <p className={classes.nobody}>{words.nobody}</p>
                )}
            </section>
            <Movers draft={draft} preview={preview} />
        </div>
    );
}
