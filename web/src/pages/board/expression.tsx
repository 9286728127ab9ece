// An expression that filters: the last valid one counts.
import { useState } from "react";
import { ExpressionBar } from "../../expression/bar";

export function ExpressionField(props: { value: string; onValid: (expression: string) => void }) {
    const [value, setValue] = useState(props.value);
    return <ExpressionBar compact value={value} onChange={setValue} onValid={props.onValid} />;
}
