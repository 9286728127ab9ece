export default {
    title: "Unternehmen",
};
