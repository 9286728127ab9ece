// An address that is none of ours: mistyped, or of a page that has moved.
import { Button } from "@mantine/core";
import { Link, useLocation } from "react-router";
import { Empty } from "../../parts/basic";
import { PageBar } from "../../shell/page";
import { useText } from "../../text";

export function Component() {
    const words = useText().shell.noPage;
    const location = useLocation();
    return (
        <>
            <PageBar title={words.title} />
            <Empty
                title={words.heading}
                text={words.text(location.pathname)}
                action={
                    <Button component={Link} to="/today" variant="filled">
                        {words.action}
                    </Button>
                }
            />
        </>
    );
}
