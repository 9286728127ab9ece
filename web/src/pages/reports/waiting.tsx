import { Skeleton } from "@mantine/core";
import classes from "./reports.module.css";

// A card whose numbers are on their way.
export function Waiting() {
    return (
        <div className={classes.waiting}>
            <Skeleton height={12} width="60%" />
            <Skeleton height={120} />
        </div>
    );
}
