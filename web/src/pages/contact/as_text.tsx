// The model's own lines, with the same signs in the margin.
import { IconCircleCheck, IconCircleDashed } from "@tabler/icons-react";
import { useText } from "../../text";
import classes from "./contact.module.css";
import type { Condition, Explanation } from "./explanation";

interface TextLine {
    text: string;
    holds?: boolean;
    level: number;
}

// A condition over several lines: each part of `and` and `or` on its own.
function linesOf(condition: Condition, level: number, before: string): TextLine[] {
    if (condition.children.length < 2 || condition.op === "not" || condition.op === "atom")
        return [{ text: before + condition.text, holds: condition.holds, level }];
    return condition.children.flatMap((part, i) =>
        linesOf(part, level + (i > 0 ? 1 : 0), i === 0 ? before : `${condition.op} `),
    );
}

export function AsText({ explanation }: { explanation: Explanation }) {
    const text = useText();
    return (
        <div className={classes.asText}>
            {explanation.stages.map((stage) => {
                const lines: TextLine[] = [
                    { text: `stage ${stage.name} ${JSON.stringify(stage.label)}`, holds: stage.on, level: 0 },
                    ...linesOf(stage.when, 1, "when "),
                    ...(stage.until ? linesOf(stage.until, 1, "until ") : []),
                ];
                return (
                    <div key={stage.name} className={classes.statement}>
                        {lines.map((line) => (
                            <div key={line.level + line.text} className={classes.textLine}>
                                {line.holds ? (
                                    <IconCircleCheck size={14} stroke={1.75} className={classes.yes} />
                                ) : (
                                    <IconCircleDashed size={14} stroke={1.75} className={classes.no} />
                                )}
                                <span className="sr-only">
                                    {line.holds ? text.contact.why.holds : text.contact.why.missing}:{" "}
                                </span>
                                <code style={{ paddingInlineStart: line.level * 16 }}>{line.text}</code>
                            </div>
                        ))}
                    </div>
                );
            })}
        </div>
    );
}
