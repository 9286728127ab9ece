export default {
    title: "Willkommen",
    logIn: "Anmelden",
    email: "E-Mail",
    password: "Passwort",
    code: "Code",
    codeHelp: "Sechs Ziffern aus Ihrer Authenticator-App, oder ein Wiederherstellungscode.",
};
