"""Second opinions from any endpoint with OpenAI's chat-completions interface, one on the own machine too."""

from typing import Any

import httpx

from tension.errors import OpinionError, SettingsError
from tension.model import Article
from tension.opinion import Opinion, answered, question
from tension.settings import Settings

#: Seconds for an answer: a model on a laptop without a graphics card needs them.
_PATIENCE = 120.0
#: Bytes of an answer that are read.
_MOST = 200_000


class Endpoint:
    """One model behind one address."""

    def __init__(self, url: str, model: str, key: str | None) -> None:
        """Name an endpoint: its base address (up to `/v1`), the model, and the key where it wants one."""
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def opinion(self, article: Article) -> Opinion:
        """Return the model's opinion on an article.

        Raises:
            OpinionError: the endpoint cannot be reached, does not answer as the interface says, or says nothing usable.
        """
        body = {"model": self._model, "messages": question(article), "temperature": 0, "seed": 1}
        try:
            # No proxies from the environment: the text goes where the operator said, and nowhere else.
            with (
                httpx.Client(timeout=_PATIENCE, trust_env=False) as client,
                client.stream("POST", self._url, json=body, headers=self._headers) as response,
            ):
                response.raise_for_status()
                answer = _content(_read(response))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, IndexError, TypeError) as e:
            raise OpinionError(self._url, f"no second opinion: {e or type(e).__name__}") from e
        return answered(answer, article, self._model)


def _read(response: httpx.Response) -> bytes:
    read = b""
    for piece in response.iter_bytes():
        read += piece
        if len(read) > _MOST:
            raise ValueError(f"the answer is longer than {_MOST} bytes")
    return read


def _content(body: bytes) -> str:
    answer: Any = httpx.Response(200, content=body).json()
    content = answer["choices"][0]["message"]["content"]
    if not isinstance(content, str):
        raise TypeError("the answer has no text")
    return content


def endpoint(settings: Settings) -> Endpoint:
    """Return the endpoint that an operator configured.

    Raises:
        SettingsError: none is.
    """
    if settings.opinion_url is None or settings.opinion_model is None:
        missing = "opinion_url" if settings.opinion_url is None else "opinion_model"
        raise SettingsError(f"{missing}: a second opinion needs an endpoint: set KARAULA_OPINION_URL and KARAULA_OPINION_MODEL")
    key = settings.opinion_key
    return Endpoint(settings.opinion_url, settings.opinion_model, key.get_secret_value() if key else None)
