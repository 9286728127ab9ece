export default {
    title: "Expression",
};
