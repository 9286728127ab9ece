import "./styles/mantine";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/mantine.css";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { rememberKeys } from "./shell/keys";
import { guardHistory } from "./shell/unsaved";
import { chosenLanguage, loadText } from "./text";

rememberKeys();
guardHistory();
const language = chosenLanguage();
loadText(language).then((text) => {
    createRoot(document.getElementById("root") as HTMLElement).render(
        <App language={language} text={text} />,
    );
});
