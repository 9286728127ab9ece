// Who it is, and where they stand.
import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { Link } from "react-router";
import { useFields } from "../../language/fields";
import { Avatar } from "../../parts/avatar";
import { When } from "../../parts/basic";
import { Grade, Stage, type StageName } from "../../parts/stage";
import { localeOf, useFormat } from "../../shell/format";
import { useColleagues } from "../../shell/session";
import { useLanguage, useText } from "../../text";
import { useEmployment } from "./company";
import classes from "./contact.module.css";
import { useSetOwner } from "./deeds";
import { type Contact, trait } from "./person";
import { onePlace } from "./rounding";

function Owner({ contact, may }: { contact: Contact; may: boolean }) {
    const text = useText();
    const colleagues = useColleagues();
    const set = useSetOwner(contact.id);
    const name = colleagues.name(contact.owner);
    if (!may) return <>{name ?? text.contact.head.nobody}</>;
    const choose = (user: string | null) => set.mutate({ user, before: contact.owner });
    return (
        <Menu>
            <Menu.Target>
                <button type="button" className={classes.ownerButton}>
                    {name ? <Avatar name={name} small /> : null}
                    <span className="sr-only">{text.contact.head.assign}: </span>
                    <span className="truncate">{name ?? text.contact.head.nobody}</span>
                    <IconChevronDown size={14} stroke={1.75} aria-hidden />
                </button>
            </Menu.Target>
            <Menu.Dropdown>
                {colleagues.list.map((one) => (
                    <Menu.Item
                        key={one.id}
                        leftSection={<Avatar name={one.name} small />}
                        onClick={() => choose(one.id)}
                    >
                        {one.name}
                    </Menu.Item>
                ))}
                <Menu.Divider />
                <Menu.Item onClick={() => choose(null)}>{text.contact.head.nobody}</Menu.Item>
            </Menu.Dropdown>
        </Menu>
    );
}

function Who({ contact }: { contact: Contact }) {
    const text = useText();
    const employment = useEmployment(contact.id);
    const company = employment.data?.company;
    const title = trait(contact, "title");
    const place = trait(contact, "city") ?? trait(contact, "country");
    const named = contact.name || contact.email;
    return (
        <p className={classes.who}>
            {!named && <span>{text.contact.anonymous}</span>}
            {(title || company) && (
                <span>
                    {title} {title && company && text.contact.at}{" "}
                    {company && (
                        <Link to={`/companies/${company.id}`} className={classes.underlined}>
                            {company.name}
                        </Link>
                    )}
                </span>
            )}
            {place && <span className="muted">{place}</span>}
            {contact.name && contact.email && (
                <a href={`mailto:${contact.email}`} className={classes.mail}>
                    {contact.email}
                </a>
            )}
        </p>
    );
}

export function Header(props: { contact: Contact; stages: StageName[]; may: boolean }) {
    const { contact, stages, may } = props;
    const text = useText();
    const format = useFormat();
    const grades = useFields().grades;
    const { standing } = contact;
    const name = format.name(contact);
    const source = trait(contact, "source");
    return (
        <div className={classes.header}>
            <div className={classes.person}>
                <Avatar name={name} large />
                <div className="grow">
                    <div className={classes.name}>{name}</div>
                    <Who contact={contact} />
                </div>
            </div>
            <dl className={classes.standing}>
                <div>
                    <dt>{text.contact.head.stage}</dt>
                    <dd>
                        <Stage name={standing.stage} stages={stages} />
                    </dd>
                    <dd className="help">
                        {standing.since && standing.stage !== "none" && <When time={standing.since} />}
                    </dd>
                </div>
                <div>
                    <dt>{text.contact.head.grade}</dt>
                    <dd>
                        <Grade name={standing.grade} grades={grades} />
                    </dd>
                    <dd className="help num">
                        {text.contact.head.score(onePlace(localeOf(useLanguage()), standing.score))}
                    </dd>
                </div>
                <div>
                    <dt>{text.contact.head.persona}</dt>
                    <dd className="medium">
                        {standing.persona === "none" ? text.contact.head.noPersona : standing.persona}
                    </dd>
                </div>
                <div className="no-phone">
                    <dt>{text.contact.head.source}</dt>
                    <dd className="medium truncate">{source ?? text.contact.head.noSource}</dd>
                </div>
                <div>
                    <dt>{text.contact.head.owner}</dt>
                    <dd>
                        <Owner contact={contact} may={may} />
                    </dd>
                </div>
            </dl>
        </div>
    );
}

export function StepButtons(props: { previous?: string; next?: string; go: (id: string) => void }) {
    const text = useText();
    return (
        <>
            <Button
                variant="subtle"
                disabled={!props.previous}
                onClick={() => props.previous && props.go(props.previous)}
                aria-label={text.contact.previous}
                px={6}
            >
                <IconChevronDown size={16} stroke={1.75} style={{ transform: "rotate(180deg)" }} />
            </Button>
            <Button
                variant="subtle"
                disabled={!props.next}
                onClick={() => props.next && props.go(props.next)}
                aria-label={text.contact.next}
                px={6}
            >
                <IconChevronDown size={16} stroke={1.75} />
            </Button>
        </>
    );
}
