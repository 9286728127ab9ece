// Why a contact stands where it does under a text that nobody has saved: the stage's conditions with check marks.
import { IconCheck, IconCircleDashed, IconMinus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, data } from "../../api/client";
import type { Tree } from "../../language/tree";
import { missingSentence, sentence } from "../../language/words";
import { Loading } from "../../parts/basic";
import type { StageName } from "../../parts/stage";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./preview.module.css";

interface Node {
    text: string;
    op: string;
    tree: Tree | null;
    holds: boolean;
    missing: { action: string; what: string }[];
    children: Node[];
}

interface Explained {
    name: string;
    label: string;
    on: boolean;
    when: Node;
    until: Node | null;
}

function useExplained(contact: string, model: string) {
    return useQuery({
        queryKey: ["contact", contact, "draft", model],
        queryFn: async ({ signal }) => {
            const body = { text: model };
            const path = { id: contact };
            const found = await data(
                api.POST("/api/contacts/{id}/explain", { params: { path }, body, signal }),
            );
            return (found as unknown as { stages: Explained[] }).stages;
        },
        gcTime: 60_000,
    });
}

function Condition({ node, stages, deep }: { node: Node; stages: StageName[]; deep: number }) {
    const text = useText();
    const words = text.models.why;
    const split = node.op === "and" || node.op === "or";
    const said = node.tree ? sentence(text, node.tree, { stages }) : node.text;
    if (node.op === "and" && deep === 0)
        return node.children.map((child) => (
            <Condition key={child.text} node={child} stages={stages} deep={1} />
        ));
    return (
        <>
            <li data-holds={node.holds || undefined} style={{ paddingInlineStart: deep > 1 ? 20 : 0 }}>
                {node.holds ? (
                    <IconCheck size={14} stroke={2} className="accent" aria-label={words.holds} />
                ) : (
                    <IconCircleDashed size={14} stroke={1.75} className="muted" aria-label={words.lacks} />
                )}
                <span>{split && deep < 2 ? (node.op === "or" ? words.oneOf : words.allOf) : said}</span>
            </li>
            {split &&
                deep < 2 &&
                node.children.map((child) => (
                    <Condition key={child.text} node={child} stages={stages} deep={2} />
                ))}
        </>
    );
}

export function Why(props: { contact: string; text: string; to: string; stages: StageName[] }) {
    const text = useText();
    const words = text.models.why;
    const explained = useExplained(props.contact, props.text);
    if (explained.isPending) return <Loading rows={3} height={24} />;
    if (explained.error) return <Trouble error={explained.error} retry={explained.refetch} />;
    const on = explained.data.find((stage) => stage.name === props.to);
    // On no stage: the first that is missing says what would help.
    const stage = on ?? explained.data[0];
    const missing = on ? [] : (stage?.when.missing ?? []);
    return (
        <div className={classes.why}>
            {stage && (
                <>
                    <p className="help">{on ? words.because(stage.label) : words.not(stage.label)}</p>
                    <ul>
                        <Condition node={stage.when} stages={props.stages} deep={0} />
                        {on && stage.until && (
                            <li>
                                <IconMinus size={14} stroke={1.75} className="muted" aria-hidden />
                                <span className="t2">
                                    {words.ends(
                                        stage.until.tree
                                            ? sentence(text, stage.until.tree, { stages: props.stages })
                                            : stage.until.text,
                                    )}
                                </span>
                            </li>
                        )}
                    </ul>
                    {missing.length > 0 && (
                        <p className="help">
                            {missing
                                .slice(0, 3)
                                .map((one) => missingSentence(text, one, { stages: props.stages }))
                                .join(" · ")}
                        </p>
                    )}
                </>
            )}
            <Link to={`/contacts/${props.contact}`} className="link">
                {words.open}
            </Link>
        </div>
    );
}
