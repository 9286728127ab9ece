import { PageBar } from "../../shell/page";
import { useText } from "../../text";

export function Component() {
    const text = useText();
    return <PageBar title={text.forms.title} />;
}
