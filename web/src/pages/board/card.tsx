// A card: name, company, since when, grade and score, what lacks for the next stage, owner.
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowsExchange } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link, useSearchParams } from "react-router";
import { Avatar } from "../../parts/avatar";
import { Chip } from "../../parts/basic";
import { useMissing } from "../../parts/missing";
import { Grade } from "../../parts/stage";
import { useFormat } from "../../shell/format";
import { useFields } from "../../shell/session";
import { useText } from "../../text";
import classes from "./board.module.css";
import type { Card } from "./data";

function Chips({ card }: { card: Card }) {
    const text = useText();
    const missing = useMissing();
    const words = [...new Set(card.missing.map(missing.short))];
    const sentences = [...new Set(card.missing.map(missing.sentence))];
    if (!words.length) return null;
    return (
        <Tooltip
            multiline
            label={
                <>
                    {text.board.card.missingFor(card.next_stage?.label ?? "")}
                    {sentences.map((sentence) => (
                        <div key={sentence}>{sentence}</div>
                    ))}
                </>
            }
        >
            <ul
                className={classes.chips}
                aria-label={text.board.card.missingFor(card.next_stage?.label ?? "")}
            >
                {words.map((word) => (
                    <li key={word}>
                        <Chip kind="missing">{word}</Chip>
                    </li>
                ))}
            </ul>
        </Tooltip>
    );
}

// stage: the label of where it stands. children: what hangs on it (the choice of a stage).
export function CardFace(props: {
    card: Card;
    stage: string;
    onPick?: () => void;
    children?: ReactNode;
    lifted?: boolean;
}) {
    const text = useText();
    const format = useFormat();
    const fields = useFields();
    const [params] = useSearchParams();
    const { card } = props;
    const day = params.get("day");
    const name = format.name(card);
    const work = [card.company, card.title].filter(Boolean).join(", ");
    return (
        <div className={classes.card} data-lifted={props.lifted || undefined}>
            <div className="row">
                <Link
                    to={`/contacts/${card.id}${day ? `?day=${day}` : ""}`}
                    className={`${classes.name} grow truncate`}
                    draggable={false}
                >
                    {name}
                </Link>
                {card.owner && (
                    <span title={text.board.card.owner(card.owner.name)}>
                        <Avatar name={card.owner.name} small />
                        <span className="sr-only">{text.board.card.owner(card.owner.name)}</span>
                    </span>
                )}
                {props.onPick && (
                    <ActionIcon
                        variant="subtle"
                        color="gray"
                        size={36}
                        className={`${classes.pick} only-phone`}
                        aria-label={text.board.card.moveName(name)}
                        onClick={props.onPick}
                    >
                        <IconArrowsExchange size={18} stroke={1.75} />
                    </ActionIcon>
                )}
            </div>
            <div className="row">
                <span className="muted grow truncate" title={work}>
                    {card.company || card.title || (card.name ? card.email : null) || "–"}
                </span>
                {card.since && (
                    <span
                        className={`${classes.since} num`}
                        title={text.board.card.since(props.stage, format.day(card.since))}
                    >
                        {format.when(card.since)}
                    </span>
                )}
            </div>
            <div className={classes.foot}>
                <Grade name={card.grade} grades={fields?.grades ?? []} score={card.score} tight />
                <Chips card={card} />
            </div>
            {props.children}
        </div>
    );
}
