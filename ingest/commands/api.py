"""`karaula api`: the read API alone, for R, QGIS, spreadsheets and notebooks."""

from typing import Annotated

import typer

from ingest import serving
from ingest.commands import options
from ingest.commands.console import err, out
from tension.errors import SettingsError


def api(
    store: options.Store = None,
    port: Annotated[
        int | None,
        typer.Option(help="port of the API [env KARAULA_API_PORT; default: the one after the dashboard's]", min=1, max=65_535),
    ] = None,
) -> None:
    """Serve the read API on loopback until stopped (Ctrl-C); `karaula up` serves it beside the dashboard."""
    settings = options.settings(store)
    if port is not None:
        settings = settings.model_copy(update={"api_port": port})
    server = serving.api(settings)
    try:
        with serving.serving(server, settings) as child:
            out.print(f"The read API is at {server.address}/api/v1/ (stop with Ctrl-C)")
            code = child.wait()
            raise SettingsError(f"the read API ended (exit code {code}); its words are above")
    except KeyboardInterrupt:
        err.print("Stopped.")
