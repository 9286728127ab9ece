// The first steps of a new business, until the first prospect is there; also shown on Today.
import { ActionIcon } from "@mantine/core";
import { IconCircle, IconCircleCheckFilled, IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { Card } from "../../parts/basic";
import { useMay } from "../../shell/session";
import { useText } from "../../text";
import classes from "./checklist.module.css";

type Step = Schemas["ChecklistStep"]["id"];

const WHERE: Record<Step, string> = {
    owner: "/settings/users",
    business: "/welcome?step=business",
    model: "/welcome?step=model",
    invite: "/welcome?step=invite",
    snippet: "/welcome?step=contacts",
    contacts: "/welcome?step=contacts",
    prospect: "/contacts",
};

export function useChecklist() {
    return useQuery({
        queryKey: ["checklist"],
        queryFn: () => data(api.GET("/api/checklist")),
        staleTime: 10_000,
    });
}

// Nothing once it is finished or put away. plain: without a card around it, and always.
export function Checklist({ plain }: { plain?: boolean }) {
    const text = useText();
    const client = useQueryClient();
    const mayChange = useMay("setting.write");
    const list = useChecklist();
    const dismiss = useMutation({
        mutationFn: () => data(api.POST("/api/checklist/dismiss")),
        onSettled: () => client.invalidateQueries({ queryKey: ["checklist"] }),
    });
    if (!list.data || (!plain && (list.data.finished || list.data.dismissed || dismiss.isPending)))
        return null;
    const next = list.data.steps.find((step) => !step.done)?.id;
    const steps = (
        <ol className={classes.steps}>
            {list.data.steps.map((step) => (
                <li key={step.id} data-done={step.done || undefined}>
                    {step.done ? (
                        <IconCircleCheckFilled size={16} aria-hidden />
                    ) : (
                        <IconCircle size={16} stroke={1.75} aria-hidden />
                    )}
                    {step.done || !mayChange ? (
                        <span>
                            {text.setup.steps[step.id]}
                            {step.done && <span className="sr-only">: {text.shell.done}</span>}
                        </span>
                    ) : (
                        <Link to={WHERE[step.id]} className={step.id === next ? classes.next : undefined}>
                            {text.setup.steps[step.id]}
                        </Link>
                    )}
                </li>
            ))}
        </ol>
    );
    if (plain) return steps;
    return (
        <Card
            title={text.setup.firstSteps}
            quiet={`${list.data.steps.filter((step) => step.done).length}/${list.data.steps.length}`}
            control={
                mayChange && (
                    <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={text.setup.putAway}
                        onClick={() => dismiss.mutate()}
                    >
                        <IconX size={16} stroke={1.75} />
                    </ActionIcon>
                )
            }
        >
            {steps}
        </Card>
    );
}
