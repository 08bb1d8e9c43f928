// The language of the page, for screen readers and hyphenation: Streamlit says English. Taken back when this is no longer there.
export default function ({ data }) {
  document.documentElement.lang = data.language;
  return () => {
    document.documentElement.lang = "en";
  };
}
