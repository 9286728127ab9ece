// The one question before: a model that becomes active moves people.
import { Button } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { useState } from "react";
import { Dialog } from "../../parts/dialog";
import { Stage } from "../../parts/stage";
import { useFormat } from "../../shell/format";
import type { Model } from "../../shell/session";
import { useText } from "../../text";
import classes from "./activate.module.css";
import type { Preview } from "./data";
import { stagesOf } from "./preview";

const SHOWN = 6;

export function Activate(props: {
    preview: Preview;
    version: number;
    active: Model | undefined;
    close: () => void;
    activate: () => Promise<boolean>;
}) {
    const text = useText();
    const format = useFormat();
    const words = text.models.activate;
    const [busy, setBusy] = useState(false);
    const { preview } = props;
    const moving = preview.flows.reduce((sum, flow) => sum + flow.count, 0);
    const flows = preview.flows.toSorted((a, b) => b.count - a.count);
    const before = stagesOf(preview.before);
    const after = stagesOf(preview.after);
    return (
        <Dialog onClose={props.close} title={words.title(preview.model.title, props.version)}>
            <div className={classes.body}>
                <p>
                    <b>{words.moving(moving, format.number(moving), format.number(preview.contacts))}</b>{" "}
                    {words.means}
                </p>
                {flows.length > 0 && (
                    <ul className={classes.flows}>
                        {flows.slice(0, SHOWN).map((flow) => (
                            <li key={`${flow.from} ${flow.to}`}>
                                <Stage name={flow.from} stages={before} />
                                <IconArrowRight size={14} stroke={1.75} className="muted" aria-hidden />
                                <Stage name={flow.to} stages={after} />
                                <span className="grow" />
                                <span className="num medium">{format.number(flow.count)}</span>
                            </li>
                        ))}
                        {flows.length > SHOWN && (
                            <li className="muted">{words.others(flows.length - SHOWN)}</li>
                        )}
                    </ul>
                )}
                {props.active && <p className="help">{words.back(props.active.version)}</p>}
                <div className={classes.buttons}>
                    <Button onClick={props.close}>{text.shell.cancel}</Button>
                    <Button
                        variant="filled"
                        loading={busy}
                        data-autofocus
                        onClick={async () => {
                            setBusy(true);
                            await props.activate();
                            setBusy(false);
                            props.close();
                        }}
                    >
                        {words.activate(props.version)}
                    </Button>
                </div>
            </div>
        </Dialog>
    );
}
