export default {
    title: "Imports",
};
