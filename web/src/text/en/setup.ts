export default {
    title: "Welcome",
    logIn: "Log in",
    email: "E-mail",
    password: "Password",
    code: "Code",
    codeHelp: "Six digits from your authenticator app, or a recovery code.",
};
