// A condition in a form: the expression bar with a name and a frame of its own.
import { ExpressionBar } from "../../expression/bar";

export function ConditionField(props: {
    label: string;
    help?: string;
    placeholder?: string;
    value: string;
    onChange: (text: string) => void;
    error?: string;
}) {
    return (
        <div className="stack" style={{ gap: 4 }}>
            <span className="medium">{props.label}</span>
            <div>
                <ExpressionBar
                    label={props.label}
                    placeholder={props.placeholder}
                    value={props.value}
                    onChange={props.onChange}
                    onValid={() => {}}
                />
            </div>
            {props.error ? (
                <p className="danger help" role="alert">
                    {props.error}
                </p>
            ) : (
                props.help && <p className="help">{props.help}</p>
            )}
        </div>
    );
}
