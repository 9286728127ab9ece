// What visitors would see of a draft, wide or as on a phone. The document has an origin of its own and our policy,
// under which nothing that is written in it runs.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "../../api/client";
import { Segments } from "../../parts/basic";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./forms.module.css";

type Width = "wide" | "phone";

// ask: gives the HTML of what `draft` names; the last that could be shown stays.
export function Preview({
    draft,
    ask,
    title,
}: {
    draft: string;
    ask: () => Promise<{ html: string }>;
    title: string;
}) {
    const text = useText();
    const t = text.forms;
    const [width, setWidth] = useState<Width>("wide");
    const shown = useQuery({
        queryKey: ["draft", draft],
        queryFn: ask,
        placeholderData: (before) => before,
        retry: false,
        gcTime: 0,
    });
    const wrong = shown.error instanceof ApiProblem && shown.error.status === 400;
    return (
        <div className={classes.preview}>
            <div className={classes.previewBar}>
                <span className="medium grow">{t.preview}</span>
                <Segments
                    label={t.preview}
                    value={width}
                    onChange={setWidth}
                    options={[
                        { value: "wide", label: t.wide },
                        { value: "phone", label: t.phone },
                    ]}
                />
            </div>
            {shown.error && !wrong && <Trouble error={shown.error} retry={shown.refetch} />}
            <div className={classes.stage} data-width={width} data-stale={wrong || undefined}>
                {shown.data && <iframe title={title} srcDoc={shown.data.html} sandbox="allow-scripts" />}
            </div>
        </div>
    );
}

// A text some time after it stopped changing.
export { useDebouncedValue } from "@mantine/hooks";
