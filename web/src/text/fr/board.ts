export default {
    title: "Tableau",
};
