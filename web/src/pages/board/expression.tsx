// An expression that filters: the last valid one counts.
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useText } from "../../text";

export function ExpressionField(props: { value: string; onValid: (expression: string) => void }) {
    const text = useText();
    const [value, setValue] = useState(props.value);
    return (
        <TextInput
            className="mono"
            value={value}
            placeholder={text.board.filters.placeholder}
            aria-label={text.board.filters.expressionLabel}
            onChange={(event) => setValue(event.currentTarget.value)}
            onBlur={() => props.onValid(value)}
            onKeyDown={(event) => event.key === "Enter" && props.onValid(value)}
        />
    );
}
