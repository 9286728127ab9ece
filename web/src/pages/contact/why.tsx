// The card that says why a contact stands where it stands, and what is missing for the stages that come next.
import { IconChevronRight, IconClock, IconHandStop } from "@tabler/icons-react";
import { useState } from "react";
import { Card, Segments } from "../../parts/basic";
import { Stage } from "../../parts/stage";
import { useFormat } from "../../shell/format";
import { useText } from "../../text";
import { AsText } from "./as_text";
import classes from "./contact.module.css";
import { Evidence } from "./evidence";
import { type Explanation, heldBack, nextStages, type StageWhy, stageEnds } from "./explanation";
import type { Change } from "./history";
import { type Doer, MissingList } from "./missing";
import { OtherModels } from "./other_models";
import { useSay } from "./say";
import { Tree } from "./why_tree";

type Say = ReturnType<typeof useSay>;

interface Props {
    explanation: Explanation;
    changes: Change[];
    name: string;
    doer: Doer;
    byHand?: { who?: string; reason?: string };
    id: string;
    at?: string;
}

function Lead({ stage, explanation, changes, byHand }: Props & { stage: StageWhy }) {
    const text = useText();
    const format = useFormat();
    const change = changes.findLast((one) => one.kind === "stage" && one.to === stage.name);
    const hand = change?.by === "hand";
    return (
        <div className={classes.leadLine}>
            <Stage name={stage.name} stages={explanation.stages} />
            <span className="t2">
                {text.contact.why.since(format.day(explanation.since))}
                {hand &&
                    ` · ${byHand?.who ? text.contact.why.byHand(byHand.who) : text.contact.why.byHandPlain}`}
                {hand && byHand?.reason && `: ${byHand.reason}`}
            </span>
        </div>
    );
}

// A stage may outlast what brought it: then that, and what ends it.
function Faded({ stage, changes, say }: { stage: StageWhy; changes: Change[]; say: Say }) {
    const text = useText();
    const change = changes.findLast((one) => one.kind === "stage" && one.to === stage.name);
    return (
        <div className={classes.faded}>
            {change && change.evidence.length > 0 && (
                <>
                    <p className="t2">{text.contact.why.becauseOf}</p>
                    <Evidence messages={change.evidence} />
                </>
            )}
            {stage.until && (
                <>
                    <p className="t2">{text.contact.why.stays}</p>
                    <ul className={classes.ending}>
                        {(stage.until.op === "or" ? stage.until.children : [stage.until]).map((part) => (
                            <li key={part.text}>{say.condition(part)}</li>
                        ))}
                    </ul>
                </>
            )}
        </div>
    );
}

function Ends({ stage }: { stage: StageWhy }) {
    const text = useText();
    const format = useFormat();
    const ends = stageEnds(stage);
    if (!ends) return null;
    return (
        <div className={classes.line}>
            <IconClock size={16} stroke={1.75} className={classes.no} aria-hidden />
            <div className="t2">{text.contact.why.ends(format.day(ends))}</div>
        </div>
    );
}

function Next(props: { stage: StageWhy; explanation: Explanation; doer: Doer; say: Say; open: boolean }) {
    const text = useText();
    const [open, setOpen] = useState(props.open);
    const [whole, setWhole] = useState(false);
    const { stage, explanation, doer, say } = props;
    const held = heldBack(stage);
    return (
        <section className={classes.next}>
            <button
                type="button"
                className={classes.nextHead}
                aria-expanded={open}
                onClick={() => setOpen(!open)}
            >
                <IconChevronRight size={14} stroke={1.75} className={classes.chevron} aria-hidden />
                <span className="medium">
                    {held.length > 0 ? text.contact.why.heldBack : text.contact.why.missingFor}
                </span>
                <Stage name={stage.name} stages={explanation.stages} />
            </button>
            {open && held.length > 0 && (
                <div className={classes.nextBody}>
                    <p className="t2">{text.contact.why.heldBackBy}</p>
                    {held.map((part) => (
                        <div key={part.text} className={classes.line}>
                            <IconHandStop size={16} stroke={1.75} className="warn" aria-hidden />
                            <div>{say.condition(part)}</div>
                            <Evidence messages={part.evidence} />
                        </div>
                    ))}
                </div>
            )}
            {open && held.length === 0 && (
                <div className={classes.nextBody}>
                    <MissingList condition={stage.when} doer={doer} say={say} />
                    {stage.when.children.length > 1 && (
                        <button
                            type="button"
                            className={classes.quietLink}
                            aria-expanded={whole}
                            onClick={() => setWhole(!whole)}
                        >
                            {whole ? text.contact.why.hide : text.contact.why.wholeCondition}
                        </button>
                    )}
                    {whole && <Tree condition={stage.when} say={say} />}
                </div>
            )}
        </section>
    );
}

function InWords(props: Props & { say: Say }) {
    const text = useText();
    const { explanation, changes, say } = props;
    const stage = explanation.stages.find((one) => one.name === explanation.stage);
    const next = nextStages(explanation);
    return (
        <>
            {stage ? (
                <div className={classes.why}>
                    <Lead {...props} stage={stage} />
                    {stage.when.holds ? (
                        <Tree condition={stage.when} say={say} />
                    ) : (
                        <Faded stage={stage} changes={changes} say={say} />
                    )}
                    <Ends stage={stage} />
                </div>
            ) : (
                <p className={`${classes.why} ${classes.none} t2`}>{text.contact.why.nothingHolds}</p>
            )}
            {next.map((one, i) => (
                <Next key={one.name} stage={one} open={i < 2} {...props} />
            ))}
            {stage && next.length === 0 && (
                <p className={`${classes.next} ${classes.none} t2`}>{text.contact.why.allStages}</p>
            )}
        </>
    );
}

export function WhyCard(props: Props) {
    const text = useText();
    const say = useSay(props.explanation.stages);
    const [form, setForm] = useState<"words" | "text">("words");
    const stage = props.explanation.stages.find((one) => one.name === props.explanation.stage);
    return (
        <Card
            id="why"
            title={
                stage
                    ? text.contact.why.title(props.name, stage.label)
                    : text.contact.why.titleNone(props.name)
            }
            control={
                <Segments
                    value={form}
                    onChange={setForm}
                    label={text.contact.why.inWords}
                    options={[
                        { value: "words", label: text.contact.why.inWords },
                        { value: "text", label: text.contact.why.asText },
                    ]}
                />
            }
        >
            {form === "words" ? <InWords {...props} say={say} /> : <AsText explanation={props.explanation} />}
            <OtherModels id={props.id} at={props.at} name={props.name} />
        </Card>
    );
}
