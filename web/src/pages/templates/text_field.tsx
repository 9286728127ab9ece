// A field for a longer text with variables, and the menu of what can be put in.
import { lazy, type ReactNode, Suspense, useId, useRef } from "react";
import type { BodyHandle } from "./body";
import { useBlocks, useVariables } from "./data";
import { Insert } from "./insert";
import classes from "./templates.module.css";

const Body = lazy(() => import("./body"));

export function TextField(props: {
    label: string;
    help?: ReactNode;
    value: string;
    onChange: (text: string) => void;
    html?: boolean;
    blocks?: boolean; // a content block holds no others
    error?: string;
    readOnly?: boolean;
}) {
    const variables = useVariables();
    const blocks = useBlocks().data?.items ?? [];
    const body = useRef<BodyHandle>(null);
    const help = useId();
    return (
        <div className={classes.field}>
            <div className={classes.fieldHead}>
                <span className="grow">{props.label}</span>
                {!props.readOnly && (
                    <Insert
                        variables={variables}
                        blocks={props.blocks ? blocks.map((one) => one.name) : []}
                        html={props.html}
                        parts
                        insert={(text) => body.current?.insert(text)}
                    />
                )}
            </div>
            <div className={classes.editor} data-wrong={props.error ? true : undefined}>
                <Suspense fallback={<pre className={classes.waiting}>{props.value}</pre>}>
                    <Body
                        ref={body}
                        value={props.value}
                        onChange={props.onChange}
                        label={props.label}
                        variables={variables}
                        readOnly={props.readOnly}
                        describedBy={help}
                    />
                </Suspense>
            </div>
            <p
                id={help}
                className={props.error ? "danger help" : "help"}
                role={props.error ? "alert" : undefined}
            >
                {props.error ?? props.help}
            </p>
        </div>
    );
}
