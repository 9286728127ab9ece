export default {
    title: "Contact",
};
