// A new assignment rule.
import { Button, Checkbox, MultiSelect, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { ExpressionBar } from "../../expression/bar";
import { useColleagues } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";

const METHODS = ["round_robin", "load", "user"] as const;

export function MakeRule({ close, position }: { close: () => void; position: number }) {
    const text = useText();
    const t = text.settings.rules;
    const client = useQueryClient();
    const colleagues = useColleagues();
    const fields = useQuery({
        queryKey: ["field"],
        queryFn: () => data(api.GET("/api/fields")),
        staleTime: 60_000,
    });
    const [stage, setStage] = useState<string | null>(null);
    const [method, setMethod] = useState<(typeof METHODS)[number]>("round_robin");
    const [members, setMembers] = useState<string[]>([]);
    const [audience, setAudience] = useState("");
    const [handover, setHandover] = useState(false);
    const make = useMutation({
        mutationFn: (body: Schemas["AssignmentRuleNew"]) => data(api.POST("/api/assignment-rules", { body })),
        onSuccess: () => {
            client.invalidateQueries({ queryKey: ["assignment-rule"] });
            close();
        },
    });
    function submit(event: FormEvent<HTMLFormElement>) {
        event.preventDefault();
        make.mutate({
            name: String(new FormData(event.currentTarget).get("name")),
            position,
            stage,
            audience: audience.trim() || null,
            method,
            members: members.map((user) => ({ user, weight: 1 })),
            handover,
        });
    }
    const problem = make.error instanceof ApiProblem ? make.error : undefined;
    return (
        <form className="stack" style={{ gap: 12 }} onSubmit={submit}>
            <TextInput name="name" label={t.name} required data-autofocus error={problem?.field("name")} />
            <Select
                label={t.stage}
                placeholder={t.anyChange}
                data={(fields.data?.stages ?? []).map((one) => ({ value: one.name, label: one.label }))}
                value={stage}
                onChange={setStage}
                clearable
                error={problem?.field("stage")}
            />
            <div className="stack" style={{ gap: 4 }}>
                <span className="medium">{t.audience}</span>
                <ExpressionBar value={audience} onChange={setAudience} onValid={() => {}} compact />
                {problem?.field("audience") && <p className="danger help">{problem.field("audience")}</p>}
            </div>
            <Select
                label={t.method}
                data={METHODS.map((value) => ({ value, label: t.methods[value] }))}
                value={method}
                onChange={(value) => setMethod(value as (typeof METHODS)[number])}
            />
            <MultiSelect
                label={t.members}
                data={colleagues.list.map((one) => ({ value: one.id, label: one.name }))}
                value={members}
                onChange={setMembers}
                searchable
                error={problem?.field("members")}
            />
            <Checkbox
                label={t.handover}
                description={t.handoverHelp}
                checked={handover}
                onChange={(event) => setHandover(event.currentTarget.checked)}
            />
            {problem && !problem.errors.length && <Trouble error={problem} />}
            <div>
                <Button type="submit" variant="filled" loading={make.isPending}>
                    {t.addRule}
                </Button>
            </div>
        </form>
    );
}
