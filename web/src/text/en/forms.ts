export default {
    title: "Forms and pages",
};
