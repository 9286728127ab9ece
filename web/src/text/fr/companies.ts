export default {
    title: "Entreprises",
};
