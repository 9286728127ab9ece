export default {
    title: "Bienvenue",
    logIn: "Se connecter",
    email: "E-mail",
    password: "Mot de passe",
    code: "Code",
    codeHelp: "Six chiffres de votre application d’authentification, ou un code de secours.",
};
