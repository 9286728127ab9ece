// The texts that a template had before. What was sent keeps the one that it was made of.
import { Button, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../api/client";
import { Chip, Loading, When } from "../../parts/basic";
import table from "../../parts/table.module.css";
import { Trouble } from "../../shell/trouble";
import { useMailText } from "../../text/mail";

type Texts = Pick<Schemas["TemplateVersion"], "subject" | "preheader" | "body" | "format" | "layout">;

export function Versions(props: {
    id: string;
    opened: boolean;
    close: () => void;
    take?: (texts: Texts) => void;
}) {
    const t = useMailText().templates;
    return (
        <Modal opened={props.opened} onClose={props.close} title={t.versions} size={640}>
            <List {...props} />
        </Modal>
    );
}

function List({ id, take, close }: Parameters<typeof Versions>[0]) {
    const t = useMailText().templates;
    const versions = useQuery({
        queryKey: ["template", id, "versions"],
        queryFn: () =>
            data(
                api.GET("/api/templates/{id}/versions", {
                    params: { path: { id }, query: { limit: 100 } },
                }),
            ),
    });
    if (versions.error) return <Trouble error={versions.error} retry={versions.refetch} />;
    if (!versions.data) return <Loading rows={3} />;
    return (
        <table className={table.table}>
            <tbody>
                {versions.data.items.map(({ version, made, by: _, ...texts }, at) => (
                    <tr key={version}>
                        <td className="num">{version}</td>
                        <td>{texts.subject}</td>
                        <td className="muted">
                            <When time={made} />
                        </td>
                        <td>
                            {at === 0 ? (
                                <Chip>{t.versionNow}</Chip>
                            ) : (
                                take && (
                                    <Button
                                        onClick={() => {
                                            take(texts);
                                            close();
                                        }}
                                    >
                                        {t.take}
                                    </Button>
                                )
                            )}
                        </td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}
