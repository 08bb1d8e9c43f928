"""The reading door: what the analyst sees. Streamlit and plotly live here and nowhere else."""
