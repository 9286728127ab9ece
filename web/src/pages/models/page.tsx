// The models: all versions, and definitions to begin a new one with.
import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots, IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { Card, Chip, Loading, When } from "../../parts/basic";
import { StageRing, stageColour } from "../../parts/stage";
import { useFormat } from "../../shell/format";
import { PageBar, PageBody } from "../../shell/page";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { type Model, useDefinitions, useModels } from "./data";
import classes from "./page.module.css";
import { Views } from "./views";

function State({ model }: { model: Model }) {
    const words = useText().models.list;
    if (model.state === "active") return <Chip kind="accent">{words.states.active}</Chip>;
    return <Chip kind={model.state === "archived" ? "line" : "plain"}>{words.states[model.state]}</Chip>;
}

function useArchive() {
    const client = useQueryClient();
    const notify = useNotify();
    const words = useText().models.list;
    const set = async (model: Model, archived: boolean) => {
        await data(api.PATCH("/api/models/{id}", { params: { path: { id: model.id } }, body: { archived } }));
        client.invalidateQueries({ queryKey: ["model"] });
    };
    return async (model: Model) => {
        const archived = model.state !== "archived";
        await set(model, archived);
        notify(archived ? words.archived(model.version) : words.restored(model.version), () =>
            set(model, !archived),
        );
    };
}

function Version({ model, active }: { model: Model; active: Model | undefined }) {
    const words = useText().models.list;
    const mayWrite = useMay("model.write");
    const archive = useArchive();
    return (
        <tr>
            <td className={`${classes.version} num muted`}>v{model.version}</td>
            <td>
                <Link to={`/models/${model.id}`} className={classes.name}>
                    {model.title}
                </Link>
                {model.note && <span className="muted">{model.note}</span>}
            </td>
            <td>
                <State model={model} />
            </td>
            <td className="no-phone muted">
                <When time={model.added} />
            </td>
            <td className={classes.actions}>
                {active && active.id !== model.id && (
                    <Button
                        component={Link}
                        variant="subtle"
                        className="no-phone"
                        to={`/models/compare?a=${active.id}&b=${model.id}`}
                    >
                        {words.compare}
                    </Button>
                )}
                {mayWrite && model.state !== "active" && (
                    <Menu position="bottom-end">
                        <Menu.Target>
                            <ActionIcon
                                variant="subtle"
                                color="gray"
                                size={28}
                                aria-label={words.more(model.version)}
                            >
                                <IconDots size={16} stroke={1.75} />
                            </ActionIcon>
                        </Menu.Target>
                        <Menu.Dropdown>
                            <Menu.Item onClick={() => archive(model)}>
                                {model.state === "archived" ? words.restore : words.archive}
                            </Menu.Item>
                        </Menu.Dropdown>
                    </Menu>
                )}
            </td>
        </tr>
    );
}

function Versions() {
    const words = useText().models.list;
    const models = useModels();
    const [all, setAll] = useState(false);
    const items = models.data?.items ?? [];
    const archived = items.filter((one) => one.state === "archived").length;
    const shown = all ? items : items.filter((one) => one.state !== "archived");
    return (
        <Card
            title={words.versions}
            quiet={items.length || undefined}
            control={
                archived > 0 && (
                    <Button variant="subtle" onClick={() => setAll(!all)}>
                        {all ? words.hideArchived : words.showArchived(archived)}
                    </Button>
                )
            }
        >
            {models.isPending ? (
                <Loading rows={3} />
            ) : models.error ? (
                <Trouble error={models.error} retry={models.refetch} />
            ) : (
                <table className={classes.versions}>
                    <thead className="sr-only">
                        <tr>
                            {words.columns.map((column) => (
                                <th key={column}>{column}</th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {shown.map((model) => (
                            <Version
                                key={model.id}
                                model={model}
                                active={items.find((one) => one.state === "active")}
                            />
                        ))}
                    </tbody>
                </table>
            )}
        </Card>
    );
}

type Definition = Schemas["Definition"];

function Numbers({ definition }: { definition: Definition }) {
    const format = useFormat();
    const { stages } = definition;
    const most = Math.max(1, ...stages.map((stage) => stage.count));
    return (
        <table className={classes.numbers}>
            <tbody>
                {stages.map((stage, i) => (
                    <tr key={stage.name}>
                        <th scope="row">
                            <StageRing position={i + 1} count={stages.length} /> {stage.label}
                        </th>
                        <td className={classes.bar} aria-hidden>
                            <i
                                style={{
                                    width: `${(stage.count / most) * 100}%`,
                                    background: stageColour(i + 1, stages.length),
                                }}
                            />
                        </td>
                        <td className="num">{format.number(stage.count)}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function Definitions() {
    const words = useText().models.list;
    const format = useFormat();
    const mayWrite = useMay("model.write");
    const definitions = useDefinitions();
    const found = definitions.data;
    return (
        <section className="stack">
            <header className={classes.intro}>
                <h2>{words.definitions}</h2>
                <p className="t2">
                    {found && (found.data === "own" ? words.own(format.number(found.contacts)) : words.demo)}
                </p>
            </header>
            {definitions.isPending && <Loading rows={6} />}
            {definitions.error && <Trouble error={definitions.error} retry={definitions.refetch} />}
            <div className={classes.cards}>
                {found?.items.map((one) => (
                    <article key={one.slug} className={classes.definition}>
                        <h3>{one.title}</h3>
                        <p className="t2">{one.about}</p>
                        <p className="help">{one.source}</p>
                        <Numbers definition={one} />
                        {mayWrite && (
                            <Button component={Link} to={`/models/new?from=${one.slug}`}>
                                {words.begin}
                                <span className="sr-only">: {one.title}</span>
                            </Button>
                        )}
                    </article>
                ))}
            </div>
        </section>
    );
}

export function Component() {
    const text = useText();
    const mayWrite = useMay("model.write");
    return (
        <>
            <PageBar title={text.models.title}>
                <Views current="versions" />
                {mayWrite && (
                    <Button
                        component={Link}
                        to="/models/new"
                        variant="filled"
                        leftSection={<IconPlus size={16} stroke={1.75} />}
                    >
                        {text.models.list.add}
                    </Button>
                )}
            </PageBar>
            <PageBody sunken padded>
                <div className={classes.page}>
                    <Versions />
                    <nav className={`${classes.links} only-phone`} aria-label={text.models.views.label}>
                        <Button component={Link} to="/models/compare">
                            {text.models.views.compare}
                        </Button>
                        <Button component={Link} to="/models/backtest">
                            {text.models.views.backtest}
                        </Button>
                    </nav>
                    <Definitions />
                </div>
            </PageBody>
        </>
    );
}
