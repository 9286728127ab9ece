// Step 5: bring contacts: the website's snippet, a list, the demo; and what is still to do.
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { ApiProblem, api, data } from "../../api/client";
import { Card } from "../../parts/basic";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { Progress } from "../imports/progress";
import { Snippet } from "../settings/snippet";
import { Checklist } from "./checklist";
import classes from "./setup.module.css";
import type { StepProps } from "./welcome";

export function ContactsStep({ frame, next }: StepProps) {
    const text = useText();
    return frame(
        <div className={classes.two}>
            <div className="stack" style={{ gap: 16 }}>
                <Card title={text.setup.website}>
                    <div className={classes.inside}>
                        <Snippet />
                    </div>
                </Card>
                <Card title={text.setup.list}>
                    <div className={classes.inside}>
                        <p>{text.setup.listHelp}</p>
                        <div>
                            <Button component={Link} to="/imports">
                                {text.setup.importList}
                            </Button>
                        </div>
                    </div>
                </Card>
                <Demo />
            </div>
            <Card title={text.setup.firstSteps}>
                <Checklist plain />
            </Card>
        </div>,
        <Button variant="filled" onClick={next}>
            {text.setup.toToday}
        </Button>,
    );
}

function Demo() {
    const text = useText();
    const client = useQueryClient();
    const notify = useNotify();
    // The demo is an import of its own; the newest that is not undone counts.
    const imports = useQuery({
        queryKey: ["import", "demo"],
        queryFn: () => data(api.GET("/api/imports", { params: { query: { limit: 100 } } })),
    });
    const there = imports.data?.items.find(
        (one) => (one.format as string) === "demo" && one.state !== "undone" && one.state !== "failed",
    );
    const refresh = () => client.invalidateQueries();
    const undo = (id: string) =>
        data(api.POST("/api/imports/{id}/undo", { params: { path: { id } } })).then(refresh);
    const take = useMutation({
        mutationFn: () => data(api.POST("/api/demo", { body: { contacts: 2000 } })),
        onSuccess: ({ import: id }) => {
            notify(text.setup.demoComes, () => undo(id));
            refresh();
        },
        onError: (error) => {
            if (error instanceof ApiProblem && error.status === 409) refresh();
        },
    });
    return (
        <Card title={text.setup.demo}>
            <div className={classes.inside}>
                <p>{text.setup.demoHelp}</p>
                {take.error && <Trouble error={take.error} />}
                {there && <Progress item={there} />}
                <div>
                    {there ? (
                        there.state === "done" && (
                            <Button onClick={() => undo(there.id)}>{text.setup.demoAway}</Button>
                        )
                    ) : (
                        <Button loading={take.isPending} onClick={() => take.mutate()}>
                            {text.setup.demoTake}
                        </Button>
                    )}
                </div>
            </div>
        </Card>
    );
}
