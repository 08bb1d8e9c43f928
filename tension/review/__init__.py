"""Reviews: what people say of signals and events, and what follows from it. Pure."""
