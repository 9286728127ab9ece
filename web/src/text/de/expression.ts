export default {
    title: "Ausdruck",
};
