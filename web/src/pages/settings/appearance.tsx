// How the app looks and is used in this browser.
import { Select, Switch, useMantineColorScheme } from "@mantine/core";
import { useContext, useState } from "react";
import { Card, Segments } from "../../parts/basic";
import { setSingleKeys, singleKeysOn } from "../../shell/keys";
import { LANGUAGES, type Language, LanguageContext, useLanguage, useText } from "../../text";
import classes from "./settings.module.css";

export default function Appearance() {
    const text = useText();
    const language = useLanguage();
    const changeLanguage = useContext(LanguageContext);
    const { colorScheme, setColorScheme } = useMantineColorScheme();
    const [keys, setKeys] = useState(singleKeysOn());
    return (
        <Card title={text.settings.parts.appearance}>
            <div className={classes.inside}>
                <div className={classes.form}>
                    <Select
                        label={text.shell.account.language}
                        data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
                        value={language}
                        onChange={(value) => changeLanguage(value as Language)}
                    />
                    <div className="stack" style={{ gap: 4, alignItems: "flex-start" }}>
                        <span className="medium">{text.shell.account.appearance}</span>
                        <Segments
                            label={text.shell.account.appearance}
                            value={colorScheme}
                            onChange={setColorScheme}
                            options={[
                                { value: "light", label: text.shell.account.light },
                                { value: "dark", label: text.shell.account.dark },
                                { value: "auto", label: text.shell.account.system },
                            ]}
                        />
                    </div>
                    <Switch
                        label={text.shell.account.singleKeys}
                        description={text.settings.appearance.keysHelp}
                        checked={keys}
                        onChange={(event) => {
                            setSingleKeys(event.currentTarget.checked);
                            setKeys(event.currentTarget.checked);
                        }}
                    />
                </div>
            </div>
        </Card>
    );
}
