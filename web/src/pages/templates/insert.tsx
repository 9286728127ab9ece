// The menu of what can be put into a mail: variables, content blocks, parts that are easily mistyped.
import { Button, Menu } from "@mantine/core";
import { IconBraces, IconChevronDown } from "@tabler/icons-react";
import { useMailText } from "../../text/mail";
import type { Variable } from "./variables";

export function Insert(props: {
    variables: Variable[];
    blocks: string[];
    html?: boolean;
    parts?: boolean; // buttons, links and conditions, too
    insert: (text: string) => void;
}) {
    const t = useMailText().templates;
    const { variables, html, insert } = props;
    const groups = [...new Set(variables.map((one) => one.group))];
    const button = html
        ? `<a class="button" href="https://">${t.samples.button}</a>`
        : `[${t.samples.button}](https:// "button")`;
    const link = html ? `<a href="https://">${t.samples.link}</a>` : `[${t.samples.link}](https://)`;
    const parts = {
        greeting: t.samples.greeting,
        condition: `{% if contact.city %}${t.samples.condition}{% endif %}`,
        button,
        link,
    };
    return (
        <Menu position="bottom-end">
            <Menu.Target>
                <Button
                    leftSection={<IconBraces size={16} stroke={1.75} />}
                    rightSection={<IconChevronDown size={14} stroke={1.75} />}
                >
                    {t.insert}
                </Button>
            </Menu.Target>
            <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
                {props.parts && <Menu.Label>{t.groups.parts}</Menu.Label>}
                {props.parts &&
                    Object.entries(parts).map(([name, what]) => (
                        <Menu.Item key={name} onClick={() => insert(what)}>
                            {t.parts[name as keyof typeof parts]}
                        </Menu.Item>
                    ))}
                {props.blocks.length > 0 && <Menu.Label>{t.groups.blocks}</Menu.Label>}
                {props.blocks.map((name) => (
                    <Menu.Item key={name} onClick={() => insert(`{% block "${name}" %}`)}>
                        {name}
                    </Menu.Item>
                ))}
                {groups.map((group) => [
                    <Menu.Label key={group}>{t.groups[group]}</Menu.Label>,
                    ...variables
                        .filter((one) => one.group === group)
                        .map((one) => (
                            <Menu.Item
                                key={one.name}
                                rightSection={<span className="mono muted">{one.name}</span>}
                                onClick={() => insert(`{{ ${one.name} }}`)}
                            >
                                {one.label}
                            </Menu.Item>
                        )),
                ])}
            </Menu.Dropdown>
        </Menu>
    );
}
