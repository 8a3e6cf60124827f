"""Policy as code for how an organisation behaves on social media."""

__version__ = "0.1.0"
