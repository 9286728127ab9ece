// Step 3: choose a definition, judged by what it makes of the contacts.
import { Button, Modal } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "../../api/client";
import { Loading } from "../../parts/basic";
import { StageRing, stageColour } from "../../parts/stage";
import { useFormat } from "../../shell/format";
import { useActiveModel } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./setup.module.css";
import type { StepProps } from "./welcome";

type Definition = Schemas["Definition"];

// The definition becomes the active model; one that is there already is not added again.
async function use(definition: Definition) {
    const models = await data(api.GET("/api/models", { params: { query: { limit: 500 } } }));
    let model: { id: string } | undefined;
    for (const one of models.items.filter((item) => item.title === definition.title)) {
        const whole = await data(api.GET("/api/models/{id}", { params: { path: { id: one.id } } }));
        if (whole.text === definition.text) model = one;
    }
    model ??= await data(
        api.POST("/api/models", { body: { text: definition.text, name: definition.title } }),
    );
    await data(api.POST("/api/models/{id}/activate", { params: { path: { id: model.id } } }));
}

export function ModelStep({ frame, next }: StepProps) {
    const text = useText();
    const format = useFormat();
    const client = useQueryClient();
    const active = useActiveModel();
    const [chosen, setChosen] = useState<string>();
    const [read, setRead] = useState(false);
    const list = useQuery({
        queryKey: ["model", "definitions"],
        queryFn: () => data(api.GET("/api/definitions")),
        staleTime: 60_000,
    });
    const items = list.data?.items ?? [];
    const slug = chosen ?? items.find((one) => one.title === active?.title)?.slug ?? items[0]?.slug;
    const definition = items.find((one) => one.slug === slug);
    const activate = useMutation({
        mutationFn: use,
        onSuccess: async () => {
            await client.invalidateQueries({ queryKey: ["model"] });
            client.invalidateQueries({ queryKey: ["checklist"] });
            next();
        },
    });
    return frame(
        <>
            {list.isPending && <Loading rows={6} height={64} />}
            {list.error && <Trouble error={list.error} retry={list.refetch} />}
            {activate.error && <Trouble error={activate.error} />}
            {list.data && (
                <>
                    <p className="help" style={{ marginBottom: 12 }}>
                        {text.setup.numbersOf[list.data.data](format.number(list.data.contacts))}
                    </p>
                    <div className={classes.cards} role="radiogroup" aria-label={text.setup.definition}>
                        {items.map((one) => (
                            <DefinitionCard
                                key={one.slug}
                                definition={one}
                                checked={one.slug === slug}
                                choose={() => setChosen(one.slug)}
                            />
                        ))}
                    </div>
                </>
            )}
            <Modal opened={read} onClose={() => setRead(false)} title={definition?.title} size={720}>
                <pre className={classes.text}>{definition?.text}</pre>
            </Modal>
        </>,
        <>
            <Button
                variant="subtle"
                className="no-phone"
                disabled={!definition}
                leftSection={<IconFileText size={16} stroke={1.75} />}
                onClick={() => setRead(true)}
            >
                {text.setup.readAsText}
            </Button>
            <Button
                variant="filled"
                disabled={!definition}
                loading={activate.isPending}
                onClick={() => definition && activate.mutate(definition)}
            >
                {definition ? text.setup.takeIt(definition.title) : text.setup.next}
            </Button>
        </>,
        text.setup.modelLater,
    );
}

function DefinitionCard(props: { definition: Definition; checked: boolean; choose: () => void }) {
    const text = useText();
    const format = useFormat();
    const { definition } = props;
    const most = Math.max(1, ...definition.stages.map((stage) => stage.count));
    const about = text.setup.about[definition.slug] ?? definition.about;
    return (
        <label className={classes.card} data-checked={props.checked || undefined}>
            <span className="row">
                <input type="radio" name="definition" checked={props.checked} onChange={props.choose} />
                <span className="medium grow">{definition.title}</span>
            </span>
            <span className="help">{definition.source}</span>
            <span className={classes.about}>{about}</span>
            <span className={classes.funnel}>
                {definition.stages.map((stage, i) => (
                    <span key={stage.name} className={classes.stage}>
                        <span className="row" style={{ gap: 6 }}>
                            <StageRing position={i + 1} count={definition.stages.length} size={12} />
                            <span>{stage.label}</span>
                        </span>
                        <span className={classes.bar}>
                            <span
                                style={{
                                    width: `${(100 * stage.count) / most}%`,
                                    background: stageColour(i + 1, definition.stages.length),
                                }}
                            />
                        </span>
                        <span className="num">{format.number(stage.count)}</span>
                    </span>
                ))}
            </span>
        </label>
    );
}
